/** Topic and group names. Upstream: TopicValidator, MixAll. */

export const RETRY_PREFIX = "%RETRY%";
export const DLQ_PREFIX = "%DLQ%";
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

/** Topics that 5.3.3 lets no client send to. */
export const notSendable: ReadonlySet<string> = new Set<string>([
  SystemTopic.SCHEDULE,
  SystemTopic.HALF,
  SystemTopic.OP_HALF,
  SystemTopic.CHECK_MAX_TIME,
  SystemTopic.SELF_TEST,
  SystemTopic.OFFSET_MOVED_EVENT,
]);

export const MAX_TOPIC_LENGTH = 127;
/** 5.3.3; from 5.5 on clients take groups of up to 120 characters only. */
export const MAX_GROUP_LENGTH = 255;

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

export function retryTopic(group: string): string {
  return group.startsWith(RETRY_PREFIX) ? group : RETRY_PREFIX + group;
}

export function dlqTopic(group: string): string {
  return group.startsWith(DLQ_PREFIX) ? group : DLQ_PREFIX + group;
}

/** What is wrong with a topic name in a request, in upstream 5.3.3's words; undefined when nothing is. */
export function topicProblem(topic: string): string | undefined {
  return nameProblem("topic", topic, MAX_TOPIC_LENGTH);
}

/** What is wrong with a group name; undefined when nothing is. */
export function groupProblem(group: string): string | undefined {
  return nameProblem("group", group, MAX_GROUP_LENGTH);
}

function nameProblem(kind: "topic" | "group", name: string, maxLength: number): string | undefined {
  if (name.trim() === "") return `The specified ${kind} is blank.`;
  if (!hasLegalCharacters(name)) {
    return `The specified ${kind} contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$`;
  }
  return name.length > maxLength
    ? `The specified ${kind} is longer than ${kind} max length.`
    : undefined;
}

function hasLegalCharacters(name: string): boolean {
  return /^[%|a-zA-Z0-9_-]+$/.test(name);
}
