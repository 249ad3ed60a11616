/** What a send is refused for, in upstream's order (spec: behaviour 3.2). Upstream: AbstractSendMessageProcessor.msgCheck. */
import {
  dlqTopic,
  isRetryTopic,
  MAX_TOPIC_LENGTH,
  RETRY_PREFIX,
  topicProblem,
} from "../../message/topic-names.js";
import type { TopicConfig } from "../../protocol/bodies/topic-config.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import type { Exchange } from "../../remoting/api.js";
import type { MessageToStore } from "../../store/store-api.js";
import { type BrokerContext, PERM_READ, PERM_WRITE } from "../broker-context.js";
import type { BrokerRelease } from "../release.js";
import { illegalMessage, putRefusal } from "./put-answer.js";
import type { ReadProperties } from "./stored-properties.js";

/** What the three send requests have in common. */
export interface SendHeader {
  producerGroup: string;
  topic: string;
  defaultTopic: string;
  defaultTopicQueueNums: number;
  queueId: number;
  sysFlag: number;
  bornTimestamp: number;
  flag: number;
  properties?: string | undefined;
  reconsumeTimes?: number | undefined;
  unitMode?: boolean | undefined;
  maxReconsumeTimes?: number | undefined;
}

export interface SendAnswer {
  msgId: string;
  queueId: number;
  queueOffset: number;
  transactionId?: string | undefined;
  recallHandle?: string | undefined;
}

export type SendExchange = Exchange<SendHeader, SendAnswer, undefined, undefined>;

export interface Refusal {
  code: number;
  remark: string;
}

/** First client version whose maxReconsumeTimes counts: V3_4_9. */
const MAX_RECONSUME_SINCE = 121;
/** Bits of topicSysFlag. Upstream: TopicSysFlag. */
const UNIT_FLAG = 1;
const UNIT_SUB_FLAG = 2;

/** Checks that need no topic configuration made. */
export function sendRefusal(context: BrokerContext, topic: string): Refusal | undefined {
  const { config, clock, release, topics } = context;
  // what consumers send back goes on: it is theirs
  if (context.refusesSends === true && !isRetryTopic(topic)) return notWritable(context);
  if (config.brokerRole === "SLAVE") {
    return refusal(
      ResponseCode.SYSTEM_BUSY,
      "[REJECTREQUEST]system busy, start flow control for a while",
    );
  }
  const acceptFromMs = config.startAcceptSendRequestTimeStamp;
  if (clock.now() < acceptFromMs) {
    return refusal(
      ResponseCode.SYSTEM_ERROR,
      `broker unable to service, until ${localTime(acceptFromMs)}`,
    );
  }
  const known = topics.get(topic);
  if ((config.brokerPermission & PERM_WRITE) === 0 && known?.order === true) {
    return refusal(
      ResponseCode.NO_PERMISSION,
      `the broker[${config.brokerIP1}] sending message is forbidden`,
    );
  }
  // The name of a topic in the table was checked when it was made.
  const problem = known === undefined ? topicProblem(topic) : undefined;
  if (problem !== undefined) return refusal(release.wrongParameter, problem);
  if (release.unsendableTopics.has(topic)) {
    return refusal(ResponseCode.NO_PERMISSION, `Sending message to topic[${topic}] is forbidden.`);
  }
  return undefined;
}

/** The answer of a store that takes no messages. */
export function notWritable(context: BrokerContext): Refusal {
  return putRefusal({ status: "SERVICE_NOT_AVAILABLE" }, context);
}

/** What is no message, or no batch, that can be stored. */
export function contentRefusal(
  { config: { maxMessageSize }, release }: BrokerContext,
  { header: { topic }, body }: SendExchange,
  { isBatch, isDelayed }: { isBatch: boolean; isDelayed: boolean },
): Refusal | undefined {
  const illegal = (): Refusal => illegalMessage(release.illegalMessageLimits(maxMessageSize));
  if (body.length === 0) return illegal();
  if (!isBatch) return undefined;
  if (topic.length > MAX_TOPIC_LENGTH) {
    return refusal(ResponseCode.MESSAGE_ILLEGAL, `message topic length too long ${topic.length}`);
  }
  if (isRetryTopic(topic)) {
    return refusal(
      ResponseCode.MESSAGE_ILLEGAL,
      `batch request does not support retry group ${topic}`,
    );
  }
  if (isDelayed) return illegal();
  return body.length > maxMessageSize ? (release.batchTooLong ?? illegal()) : undefined;
}

/** The topic's configuration, made now when that is allowed. */
export function sendTopic(context: BrokerContext, header: SendHeader): TopicConfig | undefined {
  const { topics } = context;
  const { topic } = header;
  const known = topics.get(topic);
  if (known !== undefined) return known;
  const isRetry = isRetryTopic(topic);
  const isUnit = header.unitMode ?? false;
  const topicSysFlag = isUnit ? (isRetry ? UNIT_SUB_FLAG : UNIT_FLAG) : 0;
  const created = topics.createInSend(topic, { ...header, topicSysFlag });
  if (created !== undefined || !isRetry) return created;
  return topics.createInSendBack(topic, 1, { perm: PERM_READ | PERM_WRITE, isUnit });
}

export function noSuchTopic({ release }: BrokerContext, topic: string): Refusal {
  return refusal(
    ResponseCode.TOPIC_NOT_EXIST,
    `topic[${topic}] not exist, apply first please!${release.faq}`,
  );
}

/** Undefined when there is such a queue. */
export function queueProblem(
  topic: TopicConfig,
  queueId: number,
  { producer, release }: { producer: string; release: BrokerRelease },
): string | undefined {
  if (queueId < Math.max(topic.writeQueueNums, topic.readQueueNums)) return undefined;
  const text = topicConfigText(topic, release);
  return `request queueId[${queueId}] is illegal, ${text} Producer: ${producer}`;
}

/**
 * A client's own retry (it could not send the message back): after too many, or when the group consumes orderly, the
 * message goes to the dead letters instead. Upstream: SendMessageProcessor.handleRetryAndDLQ.
 */
export function rerouteRetry(
  context: BrokerContext,
  exchange: SendExchange,
  message: MessageToStore,
): Refusal | "dead" | undefined {
  const { header, command } = exchange;
  const group = header.topic.slice(RETRY_PREFIX.length);
  const { release } = context;
  const config = context.groups.find(group);
  if (config === undefined) {
    return refusal(
      ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
      `subscription group not exist, ${group} ${release.faq}`,
    );
  }
  const limit = reconsumeLimit(command.version, header.maxReconsumeTimes, config.retryMaxTimes);
  const last = release.lastRetryIsDead ? limit - 1 : limit;
  const isOrderly = release.orderlyRetriesAreDead && !context.locks.isAllExpired(group);
  if ((header.reconsumeTimes ?? 0) <= last && !isOrderly) return undefined;
  const dead = dlqTopic(group);
  context.topics.createInSendBack(dead, 1, { perm: release.deadLetterPerm });
  message.topic = dead;
  message.queueId = 0;
  return "dead";
}

/** How often a message is delivered again; clients may say so since V3_4_9. */
export function reconsumeLimit(
  version: number,
  asked: number | undefined,
  ofGroup: number,
): number {
  return version >= MAX_RECONSUME_SINCE ? (asked ?? ofGroup) : ofGroup;
}

/** Kinds of messages that have to wait for something before they are delivered. */
export function waitingRefusal(
  context: BrokerContext,
  properties: ReadProperties,
): Refusal | undefined {
  const { config } = context;
  if (properties.isTransaction) {
    return config.rejectTransactionMessage
      ? refusal(
          ResponseCode.NO_PERMISSION,
          `the broker[${config.brokerIP1}] sending transaction message is forbidden`,
        )
      : undefined;
  }
  return undefined;
}

/** Is it the first half of a transaction? A retry with a delay level is a retry. */
export function isPrepared(
  properties: ReadProperties,
  { reconsumeTimes }: Pick<SendHeader, "reconsumeTimes">,
): boolean {
  return properties.isTransaction && !((reconsumeTimes ?? 0) > 0 && isDelayed(properties));
}

/** Has it a delay level, or a text that is none? */
export function isDelayed({ delay }: ReadProperties): boolean {
  return delay !== undefined && !(Number(delay) <= 0);
}

function refusal(code: number, remark: string): Refusal {
  return { code, remark };
}

/** Upstream: TopicConfig.toString. */
function topicConfigText(topic: TopicConfig, { knowsAttributes }: BrokerRelease): string {
  const perm = [4, 2, 1].map((bit, at) => ((topic.perm & bit) === 0 ? "-" : "RWX"[at])).join("");
  const pairs = Object.entries(topic.attributes).map(([name, value]) => `${name}=${value}`);
  const attributes = knowsAttributes ? `, attributes={${pairs.join(", ")}}` : "";
  return (
    `TopicConfig [topicName=${topic.topicName}, readQueueNums=${topic.readQueueNums}, ` +
    `writeQueueNums=${topic.writeQueueNums}, perm=${perm}, topicFilterType=${topic.topicFilterType}, ` +
    `topicSysFlag=${topic.topicSysFlag}, order=${topic.order}${attributes}]`
  );
}

/** "yyyy-MM-dd HH:mm:ss,SSS" in local time. Upstream: UtilAll.timeMillisToHumanString2. */
function localTime(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 23).replace("T", " ").replace(".", ",");
}
