/** Topics of pop consumption. Upstream: KeyBuilder, PopAckConstants. */
import { RETRY_PREFIX } from "../../message/topic-names.js";

/** Group under which the broker remembers how far it has settled the revive topic. */
export const REVIVE_GROUP = "CID_RMQ_SYS_REVIVE_GROUP";
/** Under which it remembers how far it has read it; upstream has no such group. */
export const REVIVE_READ_GROUP = "CID_RMQ_SYS_REVIVE_READ";
/** Stands for "no revive queue" in receipts of orderly pops. */
export const ORDER_REVIVE_QUEUE = 999;
/** Tags of messages in the revive topic. */
export const ReviveTag = { CHECK_POINT: "ck", ACK: "ack", BATCH_ACK: "bAck" } as const;

/** Where what was popped and what was acknowledged is written down. */
export function reviveTopic(config: { brokerClusterName: string }): string {
  return `rmq_sys_REVIVE_LOG_${config.brokerClusterName}`;
}

export function popRetryTopicV1(topic: string, group: string): string {
  return `${RETRY_PREFIX}${group}_${topic}`;
}

export function popRetryTopicV2(topic: string, group: string): string {
  return `${RETRY_PREFIX}${group}+${topic}`;
}

export function popRetryTopic(
  topic: string,
  group: string,
  config: { enableRetryTopicV2: boolean },
): string {
  return config.enableRetryTopicV2 ? popRetryTopicV2(topic, group) : popRetryTopicV1(topic, group);
}

/** The topic that messages of a pop retry topic were sent to; any other topic is its own. */
export function normalTopic(topic: string, group: string): string {
  if (!topic.startsWith(RETRY_PREFIX)) return topic;
  const prefixLength = popRetryTopicV1("", group).length;
  return topic.slice(prefixLength);
}

/** How receipts name the kind of topic: 0 normal, 1 retry (older name), 2 retry (newer name). */
export function topicMark(topic: string): "0" | "1" | "2" {
  if (!topic.startsWith(RETRY_PREFIX)) return "0";
  return topic.includes("+") ? "2" : "1";
}

/** The topic behind a mark; undefined for a mark that does not exist. */
export function markedTopic(topic: string, group: string, mark: string): string | undefined {
  if (mark === "0") return topic;
  if (mark === "1") return popRetryTopicV1(topic, group);
  return mark === "2" ? popRetryTopicV2(topic, group) : undefined;
}
