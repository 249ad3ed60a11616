import { messageOf } from "../../engine/base/errors.js";
import { Producer } from "../../engine/client/producer.js";
import { sendMessageV2 } from "../../engine/protocol/requests/send-message-v2.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { codeOf } from "./explain.js";
import type { Queue } from "./queues.js";
import { topicRoute } from "./topics.js";

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

/** Takes down what `sendTimes` would send, and where the topic is now. */
export async function rehearseSendTimes(
  admin: Admin,
  { topic, amount, size }: { topic: string; amount: number; size: number },
): Promise<void> {
  const brokers = await topicRoute(admin, topic).then(
    ({ brokerDatas }) => brokerDatas.map(({ brokerName }) => brokerName),
    (thrown: unknown) => {
      if (codeOf(thrown) === ResponseCode.TOPIC_NOT_EXIST) return undefined;
      throw thrown;
    },
  );
  admin.rehearsal?.add({
    target:
      brokers === undefined ? "any broker that makes topics" : `brokers ${brokers.join(", ")}`,
    request: sendMessageV2.name,
    code: sendMessageV2.code,
    fields: { topic, messages: amount, bytesEach: size },
    before: undefined,
    after: undefined,
  });
}
