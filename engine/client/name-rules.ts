/** Names a client accepts. Upstream: Validators. */
import { RocketmqError } from "../base/errors.js";
import { groupProblem, isNotAllowedToSend, topicProblem } from "../message/topic-names.js";

/** Groups that tell nothing about their owner; a client refuses to start with them. */
const DEFAULT_GROUPS: ReadonlySet<string> = new Set(["DEFAULT_PRODUCER", "DEFAULT_CONSUMER"]);

/** Throws a usage error when no broker would take the name. */
export function checkTopic(topic: string): void {
  refuse(topicProblem(topic));
}

/** Like {@link checkTopic}, for a topic that is going to be sent to. */
export function checkSendTopic(topic: string): void {
  checkTopic(topic);
  if (isNotAllowedToSend(topic)) refuse(`Sending message to topic[${topic}] is forbidden.`);
}

export function checkGroup(group: string): void {
  refuse(groupProblem(group));
  if (DEFAULT_GROUPS.has(group)) {
    refuse(`the group can not equal ${group}, please specify another one.`);
  }
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new RocketmqError(problem, { kind: "usage" });
}
