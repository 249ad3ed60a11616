/** A client that pops, and a clock that stands still. */
import type { ExecutionContext } from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { decodeRecords } from "../../../engine/message/decode.js";
import type { Message } from "../../../engine/message/message.js";
import { ackMessage } from "../../../engine/protocol/requests/ack-message.js";
import { changeMessageInvisibletime } from "../../../engine/protocol/requests/change-message-invisibletime.js";
import { popMessage } from "../../../engine/protocol/requests/pop-message.js";
import { brokerFor, temporaryFolder } from "./harness.js";

const START = 1_800_000_000_000;
export const INVISIBLE_MS = 10_000;

type Broker = Awaited<ReturnType<typeof brokerFor>>;
type Client = ReturnType<Broker["connect"]>;

export async function popBroker(
  t: ExecutionContext,
  config: Record<string, string | number | boolean> = {},
) {
  const storeDir = temporaryFolder(t);
  const clock = new ManualClock(START);
  const start = () =>
    brokerFor(t, {
      clock,
      storeDir,
      config: { serverChannelMaxIdleTimeSeconds: 100_000, ...config },
    });
  const broker = await start();
  return { clock, broker, start, storeDir, client: popClient(broker.connect(), clock) };
}

/** One popped message with what it takes to acknowledge it. */
export interface Popped {
  text: string;
  message: Message;
  topic: string;
  receipt: string;
}

export function popClient(client: Client, clock: ManualClock) {
  const popHeader = (other: object = {}) => ({
    consumerGroup: "g",
    topic: "T",
    queueId: -1,
    maxMsgNums: 32,
    invisibleTime: INVISIBLE_MS,
    pollTime: 0,
    bornTime: clock.now(),
    initMode: 0,
    ...other,
  });
  const pop = (other: object = {}) => client.call(popMessage, popHeader(other));
  const take = async (other: object = {}): Promise<Popped[]> => {
    const answer = await pop(other);
    return poppedOf(answer.header, answer.body);
  };
  const ackHeader = ({ message, topic, receipt }: Popped, other: object = {}) => ({
    consumerGroup: "g",
    topic,
    queueId: message.queueId,
    extraInfo: receipt,
    offset: message.queueOffset,
    ...other,
  });
  const ack = (popped: Popped, other: object = {}) =>
    client.call(ackMessage, ackHeader(popped, other));
  const change = (popped: Popped, invisibleTime: number) =>
    client.call(changeMessageInvisibletime, { ...ackHeader(popped), invisibleTime });
  return { ...client, pop, popHeader, take, ack, ackHeader, change };
}

interface PopHeader {
  popTime: number;
  invisibleTime: number;
  reviveQid: number;
  startOffsetInfo?: string | undefined;
}

/** As a client does it: messages without a receipt get one made of the header. */
export function poppedOf(header: PopHeader, body: Buffer | undefined): Popped[] {
  const starts = new Map(
    (header.startOffsetInfo ?? "").split(";").map((part) => {
      const [mark, queueId, start] = part.split(" ");
      return [`${mark}@${queueId}`, start] as const;
    }),
  );
  return decodeRecords(body ?? Buffer.alloc(0)).map((message) => {
    const { popTime, invisibleTime, reviveQid } = header;
    const { topic, queueId, queueOffset } = message;
    const start = starts.get(`0@${queueId}`);
    const made = `${start} ${popTime} ${invisibleTime} ${reviveQid} 0 broker-a ${queueId} ${queueOffset}`;
    const receipt = message.properties.get("POP_CK") ?? made;
    const isRetry = receipt.split(" ")[4] === "1";
    return {
      text: message.storedBody.toString(),
      message,
      receipt,
      topic: isRetry ? `%RETRY%g_${topic}` : topic,
    };
  });
}

export const texts = (popped: readonly Popped[]): string[] => popped.map(({ text }) => text).sort();
