import { Producer } from "../../engine/client/producer.js";
import { checkMessage, DEFAULT_MAX_MESSAGE_SIZE } from "../../engine/client/outgoing-message.js";
import type { SendResult } from "../../engine/client/send-result.js";
import { sendMessageV2 } from "../../engine/protocol/requests/send-message-v2.js";
import type { Admin } from "./admin.js";

/** A message sent to see how long it takes. */
export interface TimedSend {
  rtMs: number;
  result: SendResult;
}

/** Sends so many messages one after the other and times each; one goes before them that does not count. */
export async function* sendTimed(
  admin: Admin,
  what: { topic: string; size: number; count: number; signal: AbortSignal },
): AsyncGenerator<TimedSend> {
  const { topic, size, count, signal } = what;
  if (isOnlyNoted(admin, { topic, messages: count + 1, bytes: size })) return;
  const producer = await producerOf(admin, "PID_SMSC");
  try {
    await admin.use(() => producer.send({ topic, body: jodie(1) }));
    for (let sent = 0; sent < count && !signal.aborted; sent++) {
      const begin = performance.now();
      const result = await admin.use(() => producer.send({ topic, body: jodie(size) }));
      yield { rtMs: Math.round(performance.now() - begin), result };
    }
  } finally {
    await producer.stop();
  }
}

/** How long sends of one round took. */
export interface SendTimes {
  /** Mean over all but the first, of which a connection may be made; null when nothing was sent. */
  rtMs: number | null;
  successCount: number;
  failCount: number;
  /** Why the last one that failed did. */
  failure: unknown;
}

/** Sends so many messages of one size to a topic, one after the other. A failure counts and ends nothing. */
export async function timeSends(
  producer: Producer,
  what: { topic: string; size: number; count: number; signal: AbortSignal },
): Promise<SendTimes> {
  const body = Buffer.alloc(what.size, "a");
  const message = { topic: what.topic, body };
  checkMessage(message, DEFAULT_MAX_MESSAGE_SIZE);
  const times: number[] = [];
  let successCount = 0;
  let failure: unknown;
  while (times.length < what.count && !what.signal.aborted) {
    const begin = performance.now();
    await producer.send(message).then(
      () => successCount++,
      (thrown: unknown) => (failure = thrown),
    );
    times.push(performance.now() - begin);
  }
  const counted = times.length > 1 ? times.slice(1) : times;
  const rtMs =
    counted.length === 0 ? null : counted.reduce((sum, time) => sum + time, 0) / counted.length;
  return { rtMs, successCount, failCount: times.length - successCount, failure };
}

/** A producer of a group; whoever asked for it stops it. */
export async function producerOf(admin: Admin, group: string): Promise<Producer> {
  return admin.use(async (client) => {
    const producer = new Producer(client, { group });
    producer.start();
    return producer;
  });
}

/** In a rehearsal: takes down that messages would be sent. */
export function isOnlyNoted(
  { rehearsal }: Admin,
  { topic, messages, bytes }: { topic: string; messages: number; bytes: number },
): boolean {
  rehearsal?.add({
    target: `the brokers of topic ${topic}`,
    request: sendMessageV2.name,
    code: sendMessageV2.code,
    fields: { topic, messages, bytes },
    before: undefined,
    after: undefined,
  });
  return rehearsal !== undefined;
}

/** Upstream's body: repeated as long as it is shorter than the size. */
function jodie(size: number): Buffer {
  return Buffer.from("hello jodie".repeat(Math.ceil(Math.max(size, 0) / 11)));
}
