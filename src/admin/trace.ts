import type { Client } from "../../engine/client/client.js";
import { Producer } from "../../engine/client/producer.js";

const TRACE_TOPIC = "RMQ_SYS_TRACE_TOPIC";
const FIELD = "\u0001";
const RECORD = "\u0002";
const NORMAL_MESSAGE = 0;

/** One message that was sent, as its trace tells it. Times in milliseconds, sizes in bytes. */
export interface SentTrace {
  timestamp: number;
  regionId: string;
  group: string;
  topic: string;
  msgId: string;
  tags: string | undefined;
  keys: string | undefined;
  storeHost: string;
  bodyLength: number;
  costMs: number;
  offsetMsgId: string;
  success: boolean;
}

/** The record of a sent message. Upstream: TraceDataEncoder, the case Pub; what is null in Java reads "null". */
export function pubRecord(sent: SentTrace): string {
  const fields = [
    "Pub",
    sent.timestamp,
    sent.regionId,
    sent.group,
    sent.topic,
    sent.msgId,
    sent.tags ?? "null",
    sent.keys ?? "null",
    sent.storeHost,
    sent.bodyLength,
    sent.costMs,
    NORMAL_MESSAGE,
    sent.offsetMsgId,
    sent.success,
  ];
  return fields.join(FIELD) + RECORD;
}

/** Sends the trace of one message, to be found by its id and its keys. */
export async function sendTrace(client: Client, sent: SentTrace): Promise<void> {
  const producer = new Producer(client, { group: `_INNER_TRACE_PRODUCER-${sent.group}-PRODUCE-1` });
  producer.start();
  try {
    const keys = [sent.msgId, ...(sent.keys ?? "").split(" ").filter((key) => key !== "")];
    await producer.send({ topic: TRACE_TOPIC, keys, body: Buffer.from(pubRecord(sent)) });
  } finally {
    await producer.stop();
  }
}
