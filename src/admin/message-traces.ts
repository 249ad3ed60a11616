import { LONG_MAX, type Message, messagesByKey } from "./messages.js";
import type { Admin } from "./admin.js";
import { localAddress } from "../../engine/client/client-id.js";

/** Where traces are kept unless a broker is told otherwise. */
export const TRACE_TOPIC = "RMQ_SYS_TRACE_TOPIC";

const FIELD = "\u0001";
const RECORD = "\u0002";

export type TraceType = "Pub" | "SubBefore" | "SubAfter" | "EndTransaction" | "Recall";

/** One record of a message's way; undefined where that kind of record (or an old client's) does not tell. */
export interface TraceView {
  type: TraceType;
  msgId: string;
  topic: string | undefined;
  group: string | undefined;
  /** Milliseconds. */
  time: number | undefined;
  costMs: number | undefined;
  isSuccess: boolean | undefined;
  keys: string | undefined;
  tags: string | undefined;
  offsetMsgId: string | undefined;
  /** The broker that took the message. */
  storeHost: string | undefined;
  /** Ties the two records of one call of a consumer together. */
  requestId: string | undefined;
  /** Who the record came from, by the trace message. */
  clientHost: string;
  /** Who it came from, by the record's own words: clients up to 4.8 told. */
  toldHost: string | undefined;
}

/** What became of a message, in the order its traces are found. CodeError 208 when there are none. */
export async function messageTraces(
  admin: Admin,
  query: { id: string; topic?: string; begin?: bigint; end?: bigint; maxNum?: number },
): Promise<{ views: TraceView[]; found: number }> {
  const { id, topic = TRACE_TOPIC, begin = 0n, end = LONG_MAX, maxNum = 64 } = query;
  const messages = await messagesByKey(admin, { topic, key: id, maxNum, begin, end });
  return { views: messages.flatMap((message) => traceViews(message, id)), found: messages.length };
}

/** The records about one message in one message of the trace topic. Upstream: TraceView.decodeFromTraceTransData. */
export function traceViews(message: Message, id: string): TraceView[] {
  return message.body
    .toString("utf8")
    .split(RECORD)
    .map((record) => viewOf(record.split(FIELD), message.bornHost.address))
    .filter((view) => view?.msgId === id)
    .filter((view) => view !== undefined);
}

function viewOf(fields: readonly string[], clientHost: string): TraceView | undefined {
  const at = (index: number): string | undefined => textOf(fields[index]);
  const [type] = fields;
  switch (type) {
    case "Pub":
      return view(type, clientHost, {
        ...{ time: number(at(1)), group: at(3), topic: at(4), msgId: at(5) },
        ...{ tags: at(6), keys: at(7), storeHost: at(8), costMs: number(at(10)) },
        ...(fields.length === 13 // before 4.x told the place of the message
          ? { isSuccess: truth(at(12)) }
          : { offsetMsgId: at(12), isSuccess: truth(at(13)), toldHost: at(14) }),
      });
    case "SubBefore":
      return view(type, clientHost, {
        ...{ time: number(at(1)), group: at(3), requestId: at(4), msgId: at(5), keys: at(7) },
      });
    case "SubAfter":
      return view(type, clientHost, {
        ...{ requestId: at(1), msgId: at(2), costMs: number(at(3)), isSuccess: truth(at(4)) },
        ...{ keys: at(5), time: number(at(7)), group: at(8) },
      });
    case "EndTransaction":
      return view(type, clientHost, {
        ...{ time: number(at(1)), group: at(3), topic: at(4), msgId: at(5) },
        ...{ tags: at(6), keys: at(7), storeHost: at(8) },
      });
    case "Recall":
      return view(type, clientHost, {
        ...{ time: number(at(1)), group: at(3), topic: at(4), msgId: at(5) },
        ...{ isSuccess: truth(at(6)) },
      });
    default:
      return undefined;
  }
}

function view(
  type: TraceType,
  clientHost: string,
  told: { [K in keyof TraceView]?: TraceView[K] | undefined },
): TraceView {
  return {
    topic: undefined,
    group: undefined,
    time: undefined,
    costMs: undefined,
    isSuccess: undefined,
    keys: undefined,
    tags: undefined,
    offsetMsgId: undefined,
    storeHost: undefined,
    requestId: undefined,
    toldHost: undefined,
    ...told,
    msgId: told.msgId ?? "",
    type,
    clientHost,
  };
}

/** Java writes what is absent as `null`. */
function textOf(field: string | undefined): string | undefined {
  return field === undefined || field === "null" || field === "" ? undefined : field;
}

function number(field: string | undefined): number | undefined {
  return field !== undefined && /^-?\d{1,15}$/.test(field) ? Number(field) : undefined;
}

function truth(field: string | undefined): boolean | undefined {
  return field === undefined ? undefined : field.toLowerCase() === "true";
}

/** What releases before 4.9.0 show: the host that a trace tells, which consumers' do not, else that of the tool. */
export function formerClientHost({ toldHost }: TraceView): string {
  return toldHost ?? localAddress();
}
