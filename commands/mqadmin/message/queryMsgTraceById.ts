import { defineCommand } from "../../../src/cli/define-command.js";
import { bigLong, integer, text } from "../../../src/cli/options.js";
import { isoTime } from "../../../src/output/cell.js";
import { printf } from "../../../src/output/printf.js";
import { textHashOrder } from "../../../src/admin/java-order.js";
import { secondsText } from "../../../src/admin/java-text.js";
import {
  formerClientHost,
  messageTraces,
  TRACE_TOPIC,
  type TraceView,
} from "../../../src/admin/message-traces.js";
import { LONG_MAX } from "../../../src/admin/messages.js";

const FORMAT = "%-10s %-20s %-20s %-20s %-10s %-10s%n";
/** Messages of one broker, if nobody says how many. */
const MOST = 64;
/** What upstream's map of groups calls a record that names none. */
const NO_GROUP = "null";

const options = {
  msgId: text("-i, --msgId <id>", "Message Id").required(),
  traceTopic: text("-t, --traceTopic <topic>", "The name value of message trace topic")
    .default(TRACE_TOPIC)
    .since("4.9.4")
    .completes("topic"),
  beginTimestamp: bigLong(
    "-b, --beginTimestamp <ms>",
    "Begin timestamp(ms). default:0, eg:1676730526212",
  )
    .default(0n)
    .since("5.1.1"),
  endTimestamp: bigLong(
    "-e, --endTimestamp <ms>",
    "End timestamp(ms). default:Long.MAX_VALUE, eg:1676730526212",
  )
    .default(LONG_MAX)
    .since("5.1.1"),
  maxNum: integer(
    "-c, --maxNum <count>",
    "The maximum number of messages returned by the query, default:64",
  ).since("5.1.1"),
};

export default defineCommand<typeof options, TraceView>({
  name: "queryMsgTraceById",
  formerName: [{ before: "4.9.4", name: "QueryMsgTraceById" }],
  summary: "Query a message trace.",
  formerSummary: [{ before: "5.0.0", summary: "query a message trace" }],
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin queryMsgTraceById -i 7F000001126F18B4AAC28D3B7E110000",
      says: "who sent a message, and who consumed it when",
    },
  ],
  run: async ({ admin, note }, { msgId, traceTopic, beginTimestamp, endTimestamp, maxNum }) => {
    const { views, found } = await messageTraces(admin, {
      id: msgId,
      topic: traceTopic,
      begin: beginTimestamp,
      end: endTimestamp,
      maxNum: maxNum ?? MOST,
    });
    // who names a number knows that there may be more
    if (maxNum === undefined && found >= MOST)
      note(`there may be more than these ${found} messages of traces: -c asks for more`);
    return views;
  },
  columns: [],
  record: (view) => ({
    type: view.type,
    messageId: view.msgId,
    topic: view.topic ?? null,
    group: view.group ?? null,
    clientHost: view.clientHost,
    time: isoTime(view.time) ?? null,
    timeMs: view.time ?? null,
    costMs: view.costMs ?? null,
    isSuccess: view.isSuccess ?? null,
    keys: view.keys ?? null,
    tags: view.tags ?? null,
    offsetMessageId: view.offsetMsgId ?? null,
    storeHost: view.storeHost ?? null,
    requestId: view.requestId ?? null,
  }),
  shape: {
    type: "string",
    messageId: "string",
    topic: "string?",
    group: "string?",
    clientHost: "string",
    time: "time?",
    costMs: "integer?",
    isSuccess: "boolean?",
    keys: "string?",
    tags: "string?",
    offsetMessageId: "string?",
    storeHost: "string?",
    requestId: "string?",
  },
  async *plain(rows, _options, { compat }) {
    const host = (view: TraceView): string =>
      compat.isBefore("4.9.0") ? formerClientHost(view) : view.clientHost;
    const byGroup = new Map<string, TraceView[]>();
    for await (const view of rows) {
      const group = view.group ?? NO_GROUP;
      if (view.type === "Pub") {
        yield header("#ProducerGroup", "#SendTime");
        yield `${line("Pub", view, host(view))}\n`;
      }
      if (view.type === "SubAfter") byGroup.set(group, [...(byGroup.get(group) ?? []), view]);
    }
    for (const group of textHashOrder(byGroup.keys())) {
      yield header("#ConsumerGroup", "#ConsumerTime");
      for (const view of byGroup.get(group) ?? []) yield line("Sub", view, host(view));
      yield "\n";
    }
  },
});

function header(group: string, time: string): string {
  return printf(FORMAT, "#Type", group, "#ClientHost", time, "#CostTimes", "#Status");
}

function line(kind: "Pub" | "Sub", view: TraceView, host: string): string {
  const time = view.time === undefined ? "-" : secondsText(view.time);
  const status = view.isSuccess === true ? "success" : "failed";
  return printf(FORMAT, kind, view.group ?? NO_GROUP, host, time, `${view.costMs ?? 0}ms`, status);
}
