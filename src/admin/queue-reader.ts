import { upstreamPrints } from "./plain-text-error.js";
import type { PullResult } from "../../engine/client/pull-call.js";
import { PullConsumer } from "../../engine/client/pull-consumer.js";
import type { ReceivedMessage } from "../../engine/client/received-message.js";
import { RocketmqError } from "../../engine/base/errors.js";
import type { Admin } from "./admin.js";
import { hashOrder, queueHash } from "./java-order.js";
import { type Queue, queueText } from "./queues.js";
import { topicRoute } from "./topics.js";

export type { PullResult, ReceivedMessage };

/** The group that upstream's tool reads as. Nothing is committed. */
export const TOOLS_GROUP = "TOOLS_CONSUMER";
const READABLE = 4;

/** Reads queues without being a member of a group: brokers see single requests, never a consumer. */
export class QueueReader {
  private readonly admin: Admin;
  private readonly group: string;
  private reading: Promise<PullConsumer> | undefined;

  constructor(admin: Admin, group = TOOLS_GROUP) {
    this.admin = admin;
    this.group = group;
  }

  /** First and next offset of a queue; with times (ms), of what was stored from `begin` and until `end`. */
  async bounds(
    queue: Queue,
    times: { begin?: number | undefined; end?: number | undefined } = {},
  ): Promise<{ min: number; max: number }> {
    const { begin, end } = times;
    return this.with(async (consumer) => ({
      min: await (begin === undefined
        ? consumer.minOffset(queue)
        : consumer.offsetByTime(queue, begin)),
      max: await (end === undefined
        ? consumer.maxOffset(queue)
        : consumer.offsetByTime(queue, end)),
    }));
  }

  /** Offset of the first message stored at a time (ms) or later. */
  offsetByTime(queue: Queue, time: number): Promise<number> {
    return this.with((consumer) => consumer.offsetByTime(queue, time));
  }

  minOffset(queue: Queue): Promise<number> {
    return this.with((consumer) => consumer.minOffset(queue));
  }

  maxOffset(queue: Queue): Promise<number> {
    return this.with((consumer) => consumer.maxOffset(queue));
  }

  /** What is there now from an offset on: never waits for more. */
  pull(
    queue: Queue,
    offset: number,
    options: { maxCount: number; expression?: string },
  ): Promise<PullResult> {
    return this.with((consumer) => consumer.pull(queue, offset, options));
  }

  private with<T>(work: (consumer: PullConsumer) => Promise<T>): Promise<T> {
    return this.admin.use(async (client) => {
      this.reading ??= Promise.resolve(
        new PullConsumer(client, { group: this.group, register: false }),
      );
      return work(await this.reading);
    });
  }
}

/**
 * Readable queues of a topic in the order upstream's tool walks them (a hash set's). `parent` is the topic whose route
 * a light topic has.
 */
export async function readableQueues(
  admin: Admin,
  topic: string,
  parent = topic,
): Promise<Queue[]> {
  const route = await topicRoute(admin, parent);
  const queues = route.queueDatas
    .filter((data) => (data.perm & READABLE) !== 0)
    .flatMap(({ brokerName, readQueueNums }) =>
      Array.from({ length: readQueueNums }, (_, queueId) => ({ topic, brokerName, queueId })),
    );
  if (queues.length > 0) return hashOrder(queues, { hash: queueHash });
  throw new RocketmqError(
    `Can not find Message Queue for this topic, ${topic} Namesrv return empty`,
    {
      kind: "denied",
      hint: "the topic has no readable queue: see the permission in topicRoute",
    },
  );
}

/** The message at a queue offset; not found when there is none. `routeTopic` says where the broker is. */
export async function messageAt(
  admin: Admin,
  queue: Queue,
  { offset, routeTopic }: { offset: number; routeTopic?: string | undefined },
): Promise<ReceivedMessage> {
  if (routeTopic !== undefined) await admin.use(({ routes }) => routes.refresh(routeTopic));
  const { status, messages, minOffset, maxOffset } = await new QueueReader(admin).pull(
    queue,
    offset,
    { maxCount: 1 },
  );
  const [message] = messages;
  if (status === "FOUND" && message !== undefined) return message;
  throw upstreamPrints(
    "",
    new RocketmqError(`no message is at offset ${offset} of ${queueText(queue)}`, {
      kind: "not-found",
      hint:
        maxOffset > minOffset
          ? `the queue holds offsets ${minOffset} to ${maxOffset - 1}`
          : "the queue is empty",
    }),
  );
}
