import { RocketmqError } from "../../engine/base/errors.js";
import type {
  ConsumeQueueData,
  QueryConsumeQueueBody,
} from "../../engine/protocol/bodies/query-consume-queue-body.js";
import {
  type SubscriptionData,
  subscriptionDataShape,
} from "../../engine/protocol/bodies/subscription-data.js";
import { prettyFastjson } from "../../engine/protocol/fastjson.js";
import { queryConsumeQueue } from "../../engine/protocol/requests/query-consume-queue.js";
import type { Admin } from "./admin.js";
import { routeMasters, topicRoute } from "./topics.js";

/** A part of a consume queue, and where it was asked for. */
export interface QueuePart extends QueryConsumeQueueBody {
  broker: string;
  index: number;
}

/** What is asked for: entries from an index on, and what a group's filter makes of them. */
export interface PartWanted {
  topic: string;
  queueId: number;
  index: number;
  count: number;
  /** Address; the first master of the topic's route without it. */
  broker?: string | undefined;
  consumerGroup?: string | undefined;
}

/** Entries of a consume queue; not found beyond its end, or where there is no such queue. */
export async function queuePart(admin: Admin, wanted: PartWanted): Promise<QueuePart> {
  const { broker: given, ...header } = wanted;
  const broker = given ?? routeMasters(await topicRoute(admin, wanted.topic))[0];
  if (broker === undefined) {
    throw new RocketmqError(`no master of ${wanted.topic} is there`, {
      kind: "not-found",
      hint: "name a slave with -b",
    });
  }
  const answer = await admin.broker(broker, queryConsumeQueue, header);
  if (answer.body !== undefined) return { broker, index: wanted.index, ...answer.content() };
  throw new RocketmqError(
    `${broker} has no entries there: ${answer.remark ?? "the queue ends before"}`,
    { kind: "not-found", hint: "mqadmin topicStatus shows first and last of each queue" },
  );
}

/** A subscription as JSON has it. */
export function subscriptionRecord(subscription: SubscriptionData): unknown {
  return subscriptionDataShape.write(subscription);
}

/** The same as upstream's tool prints it. */
export function subscriptionText(subscription: SubscriptionData): string {
  return prettyFastjson(subscriptionDataShape.write(subscription));
}

/** ConsumeQueueData.toString. */
export function entryText(entry: ConsumeQueueData): string {
  const { physicOffset, physicSize, tagsCode, extendDataJson, bitMap, msg } = entry;
  const texts = `extendDataJson='${extendDataJson ?? "null"}', bitMap='${bitMap ?? "null"}'`;
  return `ConsumeQueueData{physicOffset=${physicOffset}, physicSize=${physicSize}, tagsCode=${tagsCode}, ${texts}, eval=${entry.eval}, msg='${msg ?? "null"}'}`;
}
