/** What exists on every broker. Upstream: the constructor of TopicConfigManager, SubscriptionGroupManager.init. */
import { SYSTEM_GROUP_PREFIX, SystemTopic } from "../message/topic-names.js";
import type { TopicConfig } from "../protocol/bodies/topic-config.js";
import { PERM_INHERIT, PERM_READ, PERM_WRITE } from "./broker-context.js";
import type { BrokerConfig } from "./config/broker-config.js";
import type { BrokerRelease } from "./release.js";

const READ_WRITE = PERM_READ | PERM_WRITE;

/** A topic with upstream's defaults. */
export function newTopic(name: string, queues = 16, perm = READ_WRITE): TopicConfig {
  return {
    topicName: name,
    readQueueNums: queues,
    writeQueueNums: queues,
    perm,
    topicFilterType: "SINGLE_TAG",
    topicSysFlag: 0,
    order: false,
    attributes: {},
  };
}

/** The topics that exist on every broker, made anew at each start. */
export function bootTopics(
  config: BrokerConfig,
  { makesInnerTopics }: Pick<BrokerRelease, "makesInnerTopics">,
): TopicConfig[] {
  const { brokerClusterName: cluster, brokerName: broker } = config;
  const inherit = (enabled: boolean) => (enabled ? READ_WRITE | PERM_INHERIT : PERM_INHERIT);
  const topics = [
    newTopic(SystemTopic.SELF_TEST, 1),
    newTopic(SystemTopic.BENCHMARK, 1024),
    newTopic(cluster, 16, inherit(config.clusterTopicEnable)),
    newTopic(broker, 1, inherit(config.brokerTopicEnable)),
    newTopic(SystemTopic.OFFSET_MOVED_EVENT, 1),
    newTopic(SystemTopic.SCHEDULE, 18),
    newTopic(`${cluster}_REPLY_TOPIC`, 1),
  ];
  if (makesInnerTopics) {
    topics.push(
      newTopic(`rmq_sys_REVIVE_LOG_${cluster}`, config.reviveQueueNum),
      newTopic(`rmq_sys_SYNC_BROKER_MEMBER_${broker}`, 1, PERM_INHERIT),
      newTopic(SystemTopic.HALF, 1),
      newTopic(SystemTopic.OP_HALF, 1),
    );
  }
  if (config.autoCreateTopicEnable) {
    topics.push(newTopic(SystemTopic.AUTO_CREATE, config.defaultTopicQueueNums, inherit(true)));
  }
  if (config.traceTopicEnable) topics.push(newTopic(config.msgTraceTopicName, 1));
  if (config.timerWheelEnable) topics.push(newTopic(SystemTopic.WHEEL_TIMER, 1));
  return topics;
}

/** Groups that exist on every broker. Upstream: SubscriptionGroupManager.init. */
export const BOOT_GROUPS: readonly string[] = [
  "TOOLS_CONSUMER",
  "FILTERSRV_CONSUMER",
  "SELF_TEST_C_GROUP",
  "CID_ONS-HTTP-PROXY",
  "CID_ONSAPI_PULL",
  "CID_ONSAPI_PERMISSION",
  "CID_ONSAPI_OWNER",
  "CID_RMQ_SYS_TRANS",
];

/** Upstream: MixAll.isSysConsumerGroup. */
export function isSystemGroup(group: string): boolean {
  return group.startsWith(SYSTEM_GROUP_PREFIX);
}
