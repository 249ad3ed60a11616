/** Queues that a pop of a topic reads, in order. Upstream: PopMessageProcessor.processRequest, popMsgFromTopic. */
import type { TopicConfig } from "../../../protocol/bodies/topic-config.js";
import type { BrokerContext } from "../../broker-context.js";
import { popRetryTopic, popRetryTopicV1 } from "../../pop/pop-names.js";

export interface QueueToRead {
  topic: string;
  queueId: number;
  isRetry: boolean;
}

interface Asked {
  topic: string;
  consumerGroup: string;
  queueId: number;
}

/** All queues of the topic, beginning with a random one, or the one asked for. */
export function ownQueues(topic: TopicConfig, queueId: number, random: number): QueueToRead[] {
  const { topicName } = topic;
  if (queueId >= 0) return [{ topic: topicName, queueId, isRetry: false }];
  return queuesFrom(topic, random, false);
}

/** Queues of the group's retry topic of the name in use; of both names for `both`, else of the older one at times. */
export function retryQueues(
  { config, topics }: Pick<BrokerContext, "config" | "topics">,
  { topic, consumerGroup }: Asked,
  options: { random: number; both?: boolean },
): QueueToRead[] {
  const { random, both = false } = options;
  const usesV1 = config.enableRetryTopicV2 && config.retrieveMessageFromPopRetryTopicV1;
  const current = popRetryTopic(topic, consumerGroup, config);
  const older = popRetryTopicV1(topic, consumerGroup);
  const names = !usesV1
    ? [current]
    : both
      ? [current, older]
      : random % 2 === 0
        ? [older]
        : [current];
  return names.flatMap((name) => {
    const found = topics.get(name);
    return found === undefined ? [] : queuesFrom(found, random, true);
  });
}

function queuesFrom(
  { topicName, readQueueNums }: TopicConfig,
  random: number,
  isRetry: boolean,
): QueueToRead[] {
  return Array.from({ length: readQueueNums }, (_, index) => ({
    topic: topicName,
    queueId: (random + index) % readQueueNums,
    isRetry,
  }));
}
