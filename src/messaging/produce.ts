import type { Client } from "../../engine/client/client.js";
import { Producer } from "../../engine/client/producer.js";
import { explain } from "../admin/explain.js";
import type { Bursts } from "../output/bursts.js";
import type { InputMessage } from "./read-messages.js";
import { sendAll, type Sent } from "./send-all.js";

export interface ProduceRequest {
  /** Producer group. */
  group: string;
  /** Deadline of one message. */
  timeoutMs: number;
  signal: AbortSignal;
  /** Told how many messages were sent, also when it fails. */
  note: (line: string) => void;
}

/** Sends messages as a producer of a group; gives what brokers answered. */
export function produce(
  client: Client,
  messages: AsyncIterable<InputMessage>,
  request: ProduceRequest,
): Bursts<Sent> {
  const { group, timeoutMs, signal, note } = request;
  const producer = new Producer(client, { group, sendTimeoutMs: timeoutMs });
  const sending = sendAll(messages, {
    producer,
    signal,
    explain: (error) => explain(error, client.namesrv.addresses),
  });

  async function* sent(): AsyncGenerator<Sent> {
    let count = 0;
    producer.start();
    try {
      for await (const one of sending) {
        count++;
        yield one;
      }
    } finally {
      await producer.stop();
      note(`${String(count)} ${count === 1 ? "message" : "messages"} sent`);
    }
  }

  return {
    [Symbol.asyncIterator]: sent,
    hasMore: () => sending.hasMore(),
    written: () => undefined,
  };
}
