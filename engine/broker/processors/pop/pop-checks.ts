/** What pop requests are refused for, in upstream's order (spec: behaviour 5.5). Upstream: PopMessageProcessor and its kin. */
import type { TopicConfig } from "../../../protocol/bodies/topic-config.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import { type BrokerContext, PERM_READ } from "../../broker-context.js";

export interface Refusal {
  code: number;
  remark: string;
}

interface Asked {
  consumerGroup: string;
  topic: string;
  /** −1 is any. */
  queueId: number;
}

/** When the client began to wait. */
export function bornTimeOf(
  { bornTime }: { bornTime?: number | undefined },
  { clock }: Pick<BrokerContext, "clock">,
): number {
  return bornTime === undefined || bornTime === 0 ? clock.now() : bornTime;
}

/** The topic, or why its messages are not handed out; `doing` is upstream's word for what is forbidden at the broker. */
export function checkReading(
  context: BrokerContext,
  { consumerGroup, topic: name, queueId }: Asked,
  consumer: { remoteAddress: string },
): TopicConfig | Refusal {
  const topic = context.topics.get(name);
  if (topic === undefined) return unknownTopic(context, name);
  if ((topic.perm & PERM_READ) === 0) {
    return noPermission(`the topic[${name}] peeking message is forbidden`);
  }
  if (queueId >= topic.readQueueNums) {
    return illegalQueue(ResponseCode.INVALID_PARAMETER, topic, { queueId, consumer });
  }
  const group = context.groups.find(consumerGroup);
  if (group === undefined) {
    return {
      code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
      remark: `subscription group [${consumerGroup}] does not exist, ${context.release.faq}`,
    };
  }
  return group.consumeEnable
    ? topic
    : noPermission(`subscription group no permission, ${consumerGroup}`);
}

/** Why the broker as a whole gives nothing. */
export function brokerRefusal(
  { config }: Pick<BrokerContext, "config">,
  what: string,
): Refusal | undefined {
  if ((config.brokerPermission & PERM_READ) !== 0) return undefined;
  return noPermission(`the broker[${config.brokerIP1}] ${what} message is forbidden`);
}

/** The topic of a message to acknowledge, or why that cannot be. */
export function checkAck(
  context: BrokerContext,
  { topic: name, queueId }: Pick<Asked, "topic" | "queueId">,
  consumer: { remoteAddress: string },
): TopicConfig | Refusal {
  const topic = context.topics.get(name);
  if (topic === undefined) return unknownTopic(context, name);
  return queueId >= topic.readQueueNums || queueId < 0
    ? illegalQueue(ResponseCode.MESSAGE_ILLEGAL, topic, { queueId, consumer })
    : topic;
}

function unknownTopic({ release }: BrokerContext, name: string): Refusal {
  return {
    code: ResponseCode.TOPIC_NOT_EXIST,
    remark: `topic[${name}] not exist, apply first please! ${release.faq}`,
  };
}

function illegalQueue(
  code: number,
  { topicName, readQueueNums }: TopicConfig,
  { queueId, consumer }: { queueId: number; consumer: { remoteAddress: string } },
): Refusal {
  const topic = `topic:[${topicName}] topicConfig.readQueueNums:[${readQueueNums}]`;
  return {
    code,
    remark: `queueId[${queueId}] is illegal, ${topic} consumer:[/${consumer.remoteAddress}]`,
  };
}

function noPermission(remark: string): Refusal {
  return { code: ResponseCode.NO_PERMISSION, remark };
}
