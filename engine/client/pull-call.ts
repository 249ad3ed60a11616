/** One pull from one queue. Upstream: PullAPIWrapper, MQClientAPIImpl.pullMessage. */
import { RocketmqError } from "../base/errors.js";
import { codecsFor } from "../message/compression/body.js";
import type { SubscriptionData } from "../protocol/bodies/heartbeat-data.js";
import { pullMessage } from "../protocol/requests/pull-message.js";
import { ResponseCode } from "../protocol/response-codes.js";
import type { Client } from "./client.js";
import type { MessageQueue } from "./message-queue.js";
import { type ReceivedMessage, receivedMessages } from "./received-message.js";
import { acceptsTags } from "./subscription.js";

/** FOUND also when all that came was filtered out by the second look at the tags. */
export type PullStatus = "FOUND" | "NO_NEW_MSG" | "NO_MATCHED_MSG" | "OFFSET_ILLEGAL";

export interface PullResult {
  status: PullStatus;
  messages: ReceivedMessage[];
  /** Where to go on, whatever the status. */
  nextBeginOffset: number;
  minOffset: number;
  maxOffset: number;
  /** Replica to pull from next time; 0 is the master. */
  suggestedBrokerId: number;
}

export interface PullRequest {
  group: string;
  queue: MessageQueue;
  offset: number;
  maxCount: number;
  subscription: SubscriptionData;
  /** Send the expression along; otherwise the broker takes the one of the heartbeat. */
  sendExpression: boolean;
  /** Committed on the way when given and the answerer is a master. */
  commitOffset?: number | undefined;
  /** How long the broker may hold the request when there is nothing new; 0: answer at once. */
  suspendMs: number;
  timeoutMs: number;
  /** Replica wanted; default the master. */
  brokerId?: number | undefined;
}

const FLAG_COMMIT = 1;
const FLAG_SUSPEND = 2;
const FLAG_SUBSCRIPTION = 4;
/** Bytes a 5.x broker puts into one answer at most. */
const MAX_BYTES = 256 * 1024;

const STATUS_BY_CODE = new Map<number, PullStatus>([
  [ResponseCode.SUCCESS, "FOUND"],
  [ResponseCode.PULL_NOT_FOUND, "NO_NEW_MSG"],
  [ResponseCode.PULL_RETRY_IMMEDIATELY, "NO_MATCHED_MSG"],
  [ResponseCode.PULL_OFFSET_MOVED, "OFFSET_ILLEGAL"],
]);
const ANSWERS = [...STATUS_BY_CODE.keys()];

/** Rejects with ResponseError for any answer but the four of PullStatus, UnreachableError without one. */
export async function pull(client: Client, request: PullRequest): Promise<PullResult> {
  const { queue, subscription } = request;
  const replica = await replicaFor(client, request);
  const answer = await client.remoting.call(
    replica.address,
    pullMessage,
    headerOf(request, replica.brokerId),
    {
      timeoutMs: request.timeoutMs,
      accept: ANSWERS,
    },
  );
  const { nextBeginOffset, minOffset, maxOffset, suggestWhichBrokerId } = answer.header;
  const found = receivedMessages(answer.body, {
    brokerName: queue.brokerName,
    minOffset,
    maxOffset,
  });
  const codecs = codecsFor(found);
  if (codecs !== undefined) await codecs;
  return {
    status: STATUS_BY_CODE.get(answer.code) ?? "NO_NEW_MSG",
    messages: found.filter((message) => acceptsTags(subscription, message.tags)),
    nextBeginOffset,
    minOffset,
    maxOffset,
    suggestedBrokerId: suggestWhichBrokerId,
  };
}

async function replicaFor(client: Client, { queue, brokerId }: PullRequest) {
  const known = client.routes.replicaAddress(queue.brokerName, brokerId);
  if (known !== undefined) return known;
  await client.routes.refresh(queue.topic);
  const found = client.routes.replicaAddress(queue.brokerName, brokerId);
  if (found !== undefined) return found;
  throw new RocketmqError(`The broker[${queue.brokerName}] not exist`, { kind: "unreachable" });
}

function headerOf(request: PullRequest, brokerId: number) {
  const { queue, subscription } = request;
  const commits = request.commitOffset !== undefined && brokerId === 0;
  return {
    consumerGroup: request.group,
    topic: queue.topic,
    queueId: queue.queueId,
    queueOffset: request.offset,
    maxMsgNums: request.maxCount,
    sysFlag:
      (commits ? FLAG_COMMIT : 0) |
      (request.suspendMs > 0 ? FLAG_SUSPEND : 0) |
      (request.sendExpression ? FLAG_SUBSCRIPTION : 0),
    commitOffset: commits ? (request.commitOffset ?? 0) : 0,
    suspendTimeoutMillis: request.suspendMs,
    subVersion: subscription.subVersion,
    expressionType: subscription.expressionType,
    maxMsgBytes: MAX_BYTES,
    ...(request.sendExpression ? { subscription: subscription.subString } : {}),
  };
}
