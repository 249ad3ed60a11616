import type { RocketmqError } from "../../engine/base/errors.js";
import type { Client } from "../../engine/client/client.js";
import type { MessageQueue } from "../../engine/client/message-queue.js";
import {
  commitOffset,
  maxOffset,
  minOffset,
  offsetByTime,
} from "../../engine/client/queue-offsets.js";
import type { ReceivedMessage } from "../../engine/client/received-message.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import { ResponseError } from "../../engine/remoting/response-error.js";
import type { Bursts } from "../output/bursts.js";
import { GroupReader } from "./group-reader.js";
import { Progress } from "./progress.js";

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
  /** Told what the reader of the messages should know, such as why a follower does not go on. */
  note: (line: string) => void;
}

const LOOK_MS = 20;

/**
 * Messages of a topic as a member of a group, committed when they were written: exactly what was printed. Without
 * `follow` it ends behind the last message that was there when it began, as far as the queues are not other members'.
 * Throws when these queues cannot be read for a while.
 */
export async function consume(
  client: Client,
  request: ConsumeRequest,
): Promise<Bursts<ReceivedMessage>> {
  const { group, topic, expression, signal } = request;
  await client.routes.route(topic);
  const queues = await client.routes.subscribeQueues(topic);
  if (request.from !== undefined) await moveTo(client, queues, { group, from: request.from });
  const ends = request.follow
    ? undefined
    : await offsetsOf(queues, (one) => maxOffset(client, one));
  const reader = new GroupReader(client, { group, topic, expression });
  const progress = new Progress(reader, { topic, ends, now: () => client.clock.now() });
  let left = request.count ?? Infinity;

  async function* messages(): AsyncGenerator<ReceivedMessage> {
    let failure: RocketmqError | undefined;
    const stop = (): void => {
      reader.end();
    };
    const look = (): void => {
      if (progress.isAtEnd) {
        if (progress.hasNothing)
          request.note(`all queues of ${topic} are other members' of ${group}`);
        return stop();
      }
      const stuck = progress.stuck();
      if (stuck === undefined) return;
      if (request.follow) return request.note(`${stuck.message}; going on`);
      failure = stuck;
      stop();
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const timer = setInterval(look, LOOK_MS);
    try {
      await reader.start();
      while (left > 0) {
        const message = await reader.take();
        if (message === undefined) break;
        left--;
        yield message;
      }
      // a table is written after the last message came: nobody leaves it half read
      reader.acknowledge();
      if (failure !== undefined) throw failure;
    } finally {
      clearInterval(timer);
      signal.removeEventListener("abort", stop);
      await reader.stop();
    }
  }

  return {
    [Symbol.asyncIterator]: messages,
    hasMore: () => left > 0 && reader.isReady,
    written: () => {
      reader.acknowledge();
    },
  };
}

/** The offset of each queue. */
async function offsetsOf(
  queues: readonly MessageQueue[],
  ask: (queue: MessageQueue) => Promise<number>,
): Promise<{ queue: MessageQueue; offset: number }[]> {
  return Promise.all(queues.map(async (queue) => ({ queue, offset: await ask(queue) })));
}

async function moveTo(
  client: Client,
  queues: readonly MessageQueue[],
  to: { group: string; from: "first" | "last" | number },
): Promise<void> {
  const places = await offsetsOf(queues, (queue) => placeOf(client, queue, to.from));
  const commit = () => Promise.all(places.map((place) => commitOffset(client, to.group, place)));
  try {
    await commit();
  } catch (error) {
    if (!isUnknownGroup(error)) throw error;
    await introduce(client, { ...to, topic: places[0]?.queue.topic ?? "" });
    await commit();
  }
}

function isUnknownGroup(error: unknown): boolean {
  return error instanceof ResponseError && error.code === ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST;
}

/** Brokers make a group, where they may, when a member says hello. */
async function introduce(client: Client, member: { group: string; topic: string }): Promise<void> {
  const reader = new GroupReader(client, { ...member, expression: "*" });
  await reader.start();
  await reader.stop();
}

function placeOf(
  client: Client,
  queue: MessageQueue,
  from: "first" | "last" | number,
): Promise<number> {
  if (from === "first") return minOffset(client, queue);
  return from === "last" ? maxOffset(client, queue) : offsetByTime(client, queue, from);
}
