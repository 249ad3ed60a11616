import { messageOf } from "../../engine/base/errors.js";
import { Producer } from "../../engine/client/producer.js";
import type { Admin } from "./admin.js";
import type { Queue } from "./queues.js";

/** How one test message fared. */
export interface SendTime {
  readonly queue: Queue;
  readonly isSent: boolean;
  /** From the call to the answer, or to the failure. */
  readonly rtMs: number;
  /** Why it was not sent. */
  readonly thrown: unknown;
}

/**
 * Sends messages one after the other, round the queues of a topic. Upstream: CheckMsgSendRTCommand. Throws when there
 * is no queue to send to; later failures are rows.
 */
export async function* sendTimes(
  admin: Admin,
  what: { topic: string; amount: number; size: number; signal: AbortSignal },
): AsyncGenerator<SendTime> {
  const { topic, amount, size, signal } = what;
  const body = Buffer.alloc(size, "a");
  const { client, producer } = await admin.use(async (one) => {
    const made = new Producer(one, { group: String(one.clock.now()) });
    made.start();
    return Promise.resolve({ client: one, producer: made });
  });
  try {
    for (let number = 0; number < amount && !signal.aborted; number++) {
      let queue: Queue | undefined;
      let thrown: unknown;
      const begin = client.clock.now();
      try {
        const select = (queues: readonly Queue[]): Queue =>
          (queue = queues[number % queues.length] as Queue);
        await admin.use(() => producer.send({ topic, body }, { select }));
      } catch (cause) {
        if (queue === undefined) throw cause;
        thrown = cause;
      }
      const rtMs = client.clock.now() - begin;
      yield { queue: queue as unknown as Queue, isSent: thrown === undefined, rtMs, thrown };
    }
  } finally {
    await producer.stop();
  }
}

/** Why a message was not sent, in one line. */
export function failureText({ thrown }: SendTime): string | null {
  return thrown === undefined ? null : messageOf(thrown);
}
