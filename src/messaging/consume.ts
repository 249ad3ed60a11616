import type { Client } from "../../engine/client/client.js";
import { type MessageQueue, queueKey } from "../../engine/client/message-queue.js";
import { MessageStream } from "../../engine/client/message-stream.js";
import {
  commitOffset,
  maxOffset,
  minOffset,
  offsetByTime,
} from "../../engine/client/queue-offsets.js";
import type { ReceivedMessage } from "../../engine/client/received-message.js";

export interface ConsumeRequest {
  topic: string;
  group: string;
  /** Tags: `*`, or names with `||` between them. */
  expression: string;
  /** Where to begin, whatever the group has committed; undefined: behind what it has, at the first message when it has nothing. */
  from: "first" | "last" | number | undefined;
  /** Messages at most. */
  count: number | undefined;
  /** Go on waiting at the end. */
  follow: boolean;
  signal: AbortSignal;
}

const CHECK_END_MS = 20;

/**
 * Messages of a topic as a member of a group. A message is committed when the next one is asked for, or at the end when
 * its count was reached: exactly what was dealt with. Without `follow` it ends behind the last message that was there
 * when it began.
 */
export async function* consume(
  client: Client,
  request: ConsumeRequest,
): AsyncGenerator<ReceivedMessage> {
  await client.routes.route(request.topic);
  const queues = await client.routes.subscribeQueues(request.topic);
  if (request.from !== undefined)
    await moveTo(client, queues, { group: request.group, from: request.from });
  const ends = request.follow ? undefined : await endsOf(client, queues);
  const stream = new MessageStream(client, {
    group: request.group,
    consumeFromWhere: "CONSUME_FROM_FIRST_OFFSET",
  });
  stream.consumer.subscribe(request.topic, request.expression);
  const stop = (): void => void stream.stop();
  request.signal.addEventListener("abort", stop, { once: true });
  let timer: NodeJS.Timeout | undefined;
  try {
    await stream.start();
    if (ends !== undefined) {
      timer = setInterval(() => {
        if (isAtEnd(stream, ends)) stop();
      }, CHECK_END_MS);
    }
    let left = request.count ?? Infinity;
    if (left <= 0) return;
    for (;;) {
      const next = await stream.next();
      if (next.done === true) return;
      yield next.value;
      if (--left <= 0) return stream.acknowledge();
    }
  } finally {
    clearInterval(timer);
    request.signal.removeEventListener("abort", stop);
    await stream.stop();
  }
}

/** All that we were given is done, up to where each queue ended when we began. */
function isAtEnd(stream: MessageStream, ends: ReadonlyMap<string, number>): boolean {
  return stream.consumer.processQueues.every((process) => {
    const end = ends.get(queueKey(process.queue));
    return end === undefined || (process.count === 0 && process.nextPullOffset >= end);
  });
}

async function endsOf(
  client: Client,
  queues: readonly MessageQueue[],
): Promise<Map<string, number>> {
  const ends = await Promise.all(
    queues.map(async (queue) => [queueKey(queue), await maxOffset(client, queue)] as const),
  );
  return new Map(ends);
}

async function moveTo(
  client: Client,
  queues: readonly MessageQueue[],
  to: { group: string; from: "first" | "last" | number },
): Promise<void> {
  await Promise.all(
    queues.map(async (queue) => {
      const offset = await placeOf(client, queue, to.from);
      await commitOffset(client, to.group, { queue, offset });
    }),
  );
}

function placeOf(
  client: Client,
  queue: MessageQueue,
  from: "first" | "last" | number,
): Promise<number> {
  if (from === "first") return minOffset(client, queue);
  return from === "last" ? maxOffset(client, queue) : offsetByTime(client, queue, from);
}
