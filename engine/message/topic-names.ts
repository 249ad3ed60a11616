/** Topic and group names. Upstream: TopicValidator, MixAll. */

export const RETRY_PREFIX = "%RETRY%";
export const DLQ_PREFIX = "%DLQ%";
export const LMQ_PREFIX = "%LMQ%";
export const SYSTEM_PREFIX = "rmq_sys_";
export const SYSTEM_GROUP_PREFIX = "CID_RMQ_SYS_";

export const SystemTopic = {
  AUTO_CREATE: "TBW102",
  SCHEDULE: "SCHEDULE_TOPIC_XXXX",
  BENCHMARK: "BenchmarkTest",
  HALF: "RMQ_SYS_TRANS_HALF_TOPIC",
  OP_HALF: "RMQ_SYS_TRANS_OP_HALF_TOPIC",
  TRACE: "RMQ_SYS_TRACE_TOPIC",
  CHECK_MAX_TIME: "TRANS_CHECK_MAX_TIME_TOPIC",
  SELF_TEST: "SELF_TEST_TOPIC",
  OFFSET_MOVED_EVENT: "OFFSET_MOVED_EVENT",
  CHECKPOINT: "CHECKPOINT_TOPIC",
  WHEEL_TIMER: "rmq_sys_wheel_timer",
} as const;

const systemTopics: ReadonlySet<string> = new Set<string>([
  SystemTopic.AUTO_CREATE,
  SystemTopic.SCHEDULE,
  SystemTopic.BENCHMARK,
  SystemTopic.HALF,
  SystemTopic.OP_HALF,
  SystemTopic.TRACE,
  SystemTopic.CHECK_MAX_TIME,
  SystemTopic.SELF_TEST,
  SystemTopic.OFFSET_MOVED_EVENT,
  SystemTopic.CHECKPOINT,
]);

const notSendable: ReadonlySet<string> = new Set<string>([
  SystemTopic.SCHEDULE,
  SystemTopic.HALF,
  SystemTopic.OP_HALF,
  SystemTopic.CHECK_MAX_TIME,
  SystemTopic.SELF_TEST,
  SystemTopic.OFFSET_MOVED_EVENT,
]);

export const MAX_TOPIC_LENGTH = 127;
export const MAX_RETRY_OR_DLQ_TOPIC_LENGTH = 255;
export const MAX_GROUP_LENGTH = 120;

/** One of upstream's own topics; a broker has more of its own (cluster, broker, reply topic). */
export function isSystemTopic(topic: string): boolean {
  return systemTopics.has(topic) || topic.startsWith(SYSTEM_PREFIX);
}

export function isNotAllowedToSend(topic: string): boolean {
  return notSendable.has(topic);
}

export function isRetryTopic(topic: string): boolean {
  return topic.startsWith(RETRY_PREFIX);
}

export function isDlqTopic(topic: string): boolean {
  return topic.startsWith(DLQ_PREFIX);
}

export function retryTopic(group: string): string {
  return group.startsWith(RETRY_PREFIX) ? group : RETRY_PREFIX + group;
}

export function dlqTopic(group: string): string {
  return group.startsWith(DLQ_PREFIX) ? group : DLQ_PREFIX + group;
}

/** What is wrong with a topic name, in upstream 5.3.3's words; undefined when nothing is. */
export function topicProblem(topic: string): string | undefined {
  if (topic.trim() === "") return "The specified topic is blank.";
  if (!hasLegalCharacters(topic)) {
    return `The specified topic: ${topic}, contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$`;
  }
  if (isRetryTopic(topic) || isDlqTopic(topic)) {
    return topic.length > MAX_RETRY_OR_DLQ_TOPIC_LENGTH
      ? `The specified topic is DLQ or Retry topic: ${topic}, and it's longer than topic max length: ${MAX_RETRY_OR_DLQ_TOPIC_LENGTH}`
      : undefined;
  }
  return topic.length > MAX_TOPIC_LENGTH
    ? `The specified topic: ${topic}, is longer than topic max length: ${MAX_TOPIC_LENGTH}`
    : undefined;
}

/** What is wrong with a group name, in upstream's words; undefined when nothing is. */
export function groupProblem(group: string): string | undefined {
  if (group.trim() === "") return "The specified group is blank.";
  if (!hasLegalCharacters(group)) {
    return `The specified group: ${group}, contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$`;
  }
  return group.length > MAX_GROUP_LENGTH
    ? `The specified group: ${group}, is longer than group max length: ${MAX_GROUP_LENGTH}`
    : undefined;
}

function hasLegalCharacters(name: string): boolean {
  return /^[%|a-zA-Z0-9_-]+$/.test(name);
}
