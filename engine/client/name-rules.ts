/** Names a client accepts. Upstream: Validators, TopicValidator. */
import { RocketmqError } from "../base/errors.js";

const NAME = /^[%|a-zA-Z0-9_-]+$/;
const TOPIC_MAX_LENGTH = 127;
const GROUP_MAX_LENGTH = 255;

/** Groups that tell nothing about their owner; a client refuses to start with them. */
const DEFAULT_GROUPS = new Set(["DEFAULT_PRODUCER", "DEFAULT_CONSUMER"]);

/** Topics that only brokers write to (spec: remoting 6.1). */
const NOT_SENDABLE = new Set([
  "SCHEDULE_TOPIC_XXXX",
  "RMQ_SYS_TRANS_HALF_TOPIC",
  "RMQ_SYS_TRANS_OP_HALF_TOPIC",
  "TRANS_CHECK_MAX_TIME_TOPIC",
  "SELF_TEST_TOPIC",
  "OFFSET_MOVED_EVENT",
]);

export const RETRY_PREFIX = "%RETRY%";

export function retryTopic(group: string): string {
  return RETRY_PREFIX + group;
}

/** Throws a usage error when no broker would take the name. */
export function checkTopic(topic: string): void {
  if (topic.trim() === "") throw usage("The specified topic is blank");
  const limit = topic.startsWith(RETRY_PREFIX) ? GROUP_MAX_LENGTH : TOPIC_MAX_LENGTH;
  if (topic.length > limit) {
    throw usage(`The specified topic is longer than topic max length ${limit}.`);
  }
  if (!NAME.test(topic)) {
    throw usage(
      `The specified topic[${topic}] contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$`,
    );
  }
}

/** Like {@link checkTopic}, for a topic that is going to be sent to. */
export function checkSendTopic(topic: string): void {
  checkTopic(topic);
  if (NOT_SENDABLE.has(topic)) {
    throw usage(`Sending message to topic[${topic}] is forbidden.`);
  }
}

export function checkGroup(group: string): void {
  if (group.trim() === "") throw usage("the specified group is blank");
  if (group.length > GROUP_MAX_LENGTH) {
    throw usage(`the specified group is longer than group max length ${GROUP_MAX_LENGTH}.`);
  }
  if (!NAME.test(group)) {
    throw usage(
      `the specified group[${group}] contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$`,
    );
  }
  if (DEFAULT_GROUPS.has(group)) throw usage(`the group can not be ${group}, please specify another one.`);
}

function usage(message: string): RocketmqError {
  return new RocketmqError(message, { kind: "usage" });
}
