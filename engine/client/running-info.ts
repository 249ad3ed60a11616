/** What a consumer tells about itself when a broker asks. Upstream: ConsumerRunningInfo, DefaultMQPushConsumerImpl.consumerRunningInfo. */
import type {
  ConsumerRunningInfo,
  ProcessQueueInfo,
} from "../protocol/bodies/consumer-running-info.js";
import type { SubscriptionData } from "../protocol/bodies/subscription-data.js";
import { CURRENT_VERSION } from "../protocol/remoting-command.js";
import { versionName } from "../protocol/versions.js";
import type { Client } from "./client.js";
import { compareQueues, compareText, type MessageQueue } from "./message-queue.js";
import type { ProcessQueue } from "./process-queue.js";
import type { ConsumeStats } from "./consume-stats.js";

const BYTES_PER_MIB = 1024 * 1024;

/** The sides of a consumer that are told about. */
export interface RunningConsumer {
  readonly group: string;
  readonly concurrency: number;
  readonly startedMs: number;
  readonly consumeFromWhere: string;
  readonly isClustering: boolean;
  readonly isOrderly: boolean;
  readonly subscriptionList: SubscriptionData[];
  readonly processQueues: readonly ProcessQueue[];
  readonly stats: ConsumeStats;
  knownOffset(queue: MessageQueue): number | undefined;
}

export function runningInfo(client: Client, consumer: RunningConsumer): ConsumerRunningInfo {
  const subscriptions = consumer.subscriptionList.sort((a, b) =>
    compareText(`${a.topic}@${a.subString}`, `${b.topic}@${b.subString}`),
  );
  const processes = [...consumer.processQueues].sort((a, b) => compareQueues(a.queue, b.queue));
  return {
    properties: properties(client, consumer),
    subscriptionSet: subscriptions,
    mqTable: processes.map((process) => ({
      queue: process.queue,
      value: queueInfo(process, consumer.knownOffset(process.queue) ?? 0),
    })),
    mqPopTable: [],
    statusTable: new Map(subscriptions.map(({ topic }) => [topic, consumer.stats.status(topic)])),
    userConsumerInfo: {},
  };
}

function properties(client: Client, consumer: RunningConsumer): Record<string, string> {
  return {
    PROP_NAMESERVER_ADDR: client.namesrvText,
    PROP_CONSUME_TYPE: "CONSUME_PASSIVELY",
    PROP_CLIENT_VERSION: versionName(CURRENT_VERSION),
    PROP_THREADPOOL_CORE_SIZE: String(consumer.concurrency),
    PROP_CONSUMEORDERLY: String(consumer.isOrderly),
    PROP_CONSUMER_START_TIMESTAMP: String(consumer.startedMs),
    consumerGroup: consumer.group,
    consumeFromWhere: consumer.consumeFromWhere,
    messageModel: consumer.isClustering ? "CLUSTERING" : "BROADCASTING",
  };
}

function queueInfo(process: ProcessQueue, commitOffset: number): ProcessQueueInfo {
  return {
    commitOffset,
    cachedMsgMinOffset: process.minOffset ?? 0,
    cachedMsgMaxOffset: process.maxOffset ?? 0,
    cachedMsgCount: process.count,
    cachedMsgSizeInMiB: Math.floor(process.cachedBytes / BYTES_PER_MIB),
    transactionMsgMinOffset: 0,
    transactionMsgMaxOffset: 0,
    transactionMsgCount: 0,
    locked: process.lockedMs !== undefined,
    tryUnlockTimes: 0,
    lastLockTimestamp: process.lockedMs ?? process.createdMs,
    dropped: process.dropped,
    lastPullTimestamp: process.lastPullMs,
    lastConsumeTimestamp: process.lastConsumeMs,
  };
}
