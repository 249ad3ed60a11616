/** Topics are created, changed and deleted. Upstream: AdminBrokerProcessor.updateAndCreateTopic, updateAndCreateTopicList, deleteTopic. */
import { messageOf } from "../../../base/errors.js";
import { retryTopic, topicProblem } from "../../../message/topic-names.js";
import { TOPIC_FILTER_TYPES, type TopicConfig } from "../../../protocol/bodies/topic-config.js";
import { deleteTopicInBroker } from "../../../protocol/requests/delete-topic-in-broker.js";
import { updateAndCreateTopic } from "../../../protocol/requests/update-and-create-topic.js";
import { updateAndCreateTopicList } from "../../../protocol/requests/update-and-create-topic-list.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import { onceSaved } from "../once-saved.js";
import { alterAttributes, MESSAGE_TYPE, parseAttributes, topicAttributes } from "./attributes.js";
import { MOST_QUEUES } from "./queue-range.js";
import type { PlainReply } from "./plain-reply.js";

export function registerTopicChanges(dispatcher: Dispatcher, context: BrokerContext): void {
  const changes = onceSaved(dispatcher, context.topics);
  changes.register(updateAndCreateTopic, ({ header }) =>
    answered(() =>
      changeTopics(context, [
        {
          topicName: header.topic,
          readQueueNums: header.readQueueNums,
          writeQueueNums: header.writeQueueNums,
          perm: header.perm,
          topicFilterType:
            TOPIC_FILTER_TYPES.find((type) => type === header.topicFilterType) ?? "SINGLE_TAG",
          topicSysFlag: header.topicSysFlag ?? 0,
          order: context.release.takesOrderFromTools && (header.order ?? false),
          attributes: context.release.knowsAttributes ? parseAttributes(header.attributes) : {},
        },
      ]),
    ),
  );
  changes.register(updateAndCreateTopicList, (exchange) =>
    answered(() => changeTopics(context, exchange.content().topicConfigList)),
  );
  changes.register(deleteTopicInBroker, ({ header }) => deleteTopic(context, header.topic));
}

/** What upstream's catch-all answers: the exception's text alone. */
function answered(run: () => PlainReply): PlainReply {
  try {
    return run();
  } catch (error) {
    return { code: ResponseCode.SYSTEM_ERROR, remark: messageOf(error) };
  }
}

/**
 * Checks all before it changes any. One topic that is just as it is stored ends the whole request with success, as
 * upstream has it, also for the others of a list.
 */
function changeTopics(context: BrokerContext, asked: readonly TopicConfig[]): PlainReply {
  const { topics } = context;
  for (const config of asked) {
    const refused = refusal(context, config);
    if (refused !== undefined) return refused;
    if (isSame(config, topics.get(config.topicName))) return {};
  }
  const changed = asked.map((config) => ({
    ...config,
    attributes: alterAttributes(
      topicAttributes,
      topics.get(config.topicName)?.attributes,
      config.attributes,
    ),
  }));
  if (changed.length > 0) topics.putAll(changed);
  return {};
}

function refusal(context: BrokerContext, asked: TopicConfig): PlainReply | undefined {
  const { attributes, topicName } = asked;
  const problem =
    topicProblem(topicName) ?? systemTopicProblem(context, topicName) ?? queueProblem(asked);
  if (problem !== undefined) return { code: context.release.wrongParameter, remark: problem };
  if (!context.config.enableMixedMessageType && attributes[`+${MESSAGE_TYPE}`] === "MIXED") {
    return { code: ResponseCode.INVALID_PARAMETER, remark: "MIXED message type is not supported." };
  }
  return undefined;
}

function queueProblem({ readQueueNums, writeQueueNums }: TopicConfig): string | undefined {
  if (Math.max(readQueueNums, writeQueueNums) <= MOST_QUEUES) return undefined;
  return `A topic has at most ${MOST_QUEUES} queues.`;
}

function systemTopicProblem({ config, topics }: BrokerContext, topic: string): string | undefined {
  if (!config.validateSystemTopicWhenUpdateTopic || !topics.isSystemTopic(topic)) return undefined;
  return `The topic[${topic}] is conflict with system topic.`;
}

/** The names of a modification begin with signs, so one with attributes never equals what is stored. */
function isSame(asked: TopicConfig, stored: TopicConfig | undefined): boolean {
  if (stored === undefined) return false;
  const { attributes, ...fields } = asked;
  const names = Object.keys(attributes);
  return (
    (Object.keys(fields) as (keyof typeof fields)[]).every(
      (field) => fields[field] === stored[field],
    ) &&
    names.length === Object.keys(stored.attributes).length &&
    names.every((name) => attributes[name] === stored.attributes[name])
  );
}

/** A topic that is unknown is deleted with success. */
function deleteTopic(context: BrokerContext, topic: string): PlainReply {
  if (topic.trim() === "") {
    return { code: context.release.wrongParameter, remark: "The specified topic is blank." };
  }
  const problem = systemTopicProblem(context, topic);
  if (problem !== undefined) return { code: context.release.wrongParameter, remark: problem };
  for (const each of [topic, ...popRetryTopics(context, topic)]) deleteOne(context, each);
  return {};
}

function deleteOne({ config, offsets, stats, store, topics }: BrokerContext, topic: string): void {
  topics.delete(topic);
  offsets.removeTopic(topic);
  store.deleteTopics([topic]);
  if (config.autoDeleteUnusedStats) stats.topicDeleted(topic);
}

/** Both spellings that pop consumers of a topic retry under, where they exist. Upstream: KeyBuilder.buildPopRetryTopic. */
function popRetryTopics({ config, offsets, topics }: BrokerContext, topic: string): string[] {
  if (!config.clearRetryTopicWhenDeleteTopic) return [];
  return offsets
    .groupsOfTopic(topic)
    .flatMap((group) => [`${retryTopic(group)}+${topic}`, `${retryTopic(group)}_${topic}`])
    .filter((name) => topics.get(name) !== undefined);
}
