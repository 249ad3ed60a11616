/** Names a client accepts, refused in the client's own words. Upstream: Validators. */
import { RocketmqError } from "../base/errors.js";
import { isNotAllowedToSend, MAX_TOPIC_LENGTH } from "../message/topic-names.js";

const NAME = /^[%|a-zA-Z0-9_-]+$/;

/** Longer than what brokers create, but that is theirs to say. */
const GROUP_MAX_LENGTH = 255;

/** Groups that tell nothing about their owner; a client refuses to start with them. */
const DEFAULT_GROUPS: ReadonlySet<string> = new Set(["DEFAULT_PRODUCER", "DEFAULT_CONSUMER"]);

/** Throws a usage error for a topic that a client must not ask for. */
export function checkTopic(topic: string): void {
  if (topic.trim() === "") refuse("The specified topic is blank");
  if (topic.length > MAX_TOPIC_LENGTH) {
    refuse(`The specified topic is longer than topic max length ${MAX_TOPIC_LENGTH}.`);
  }
  if (!NAME.test(topic)) {
    refuse(
      `The specified topic[${topic}] contains illegal characters, allowing only ${NAME.source}`,
    );
  }
}

/** Like {@link checkTopic}, for a topic that is going to be sent to. */
export function checkSendTopic(topic: string): void {
  checkTopic(topic);
  if (isNotAllowedToSend(topic)) refuse(`Sending message to topic[${topic}] is forbidden.`);
}

export function checkGroup(group: string): void {
  if (group.trim() === "") refuse("the specified group is blank");
  if (group.length > GROUP_MAX_LENGTH) {
    refuse(`the specified group is longer than group max length ${GROUP_MAX_LENGTH}.`);
  }
  if (!NAME.test(group)) {
    refuse(
      `the specified group[${group}] contains illegal characters, allowing only ${NAME.source}`,
    );
  }
  if (DEFAULT_GROUPS.has(group)) {
    refuse(`the group can not equal ${group}, please specify another one.`);
  }
}

function refuse(problem: string): never {
  throw new RocketmqError(problem, { kind: "usage" });
}
