/**
 * CONSUMER_SEND_MSG_BACK 36: a consumer could not handle a message and wants it again later. Upstream:
 * AbstractSendMessageProcessor.consumerSendMsgBack (spec: behaviour 3.6).
 */
import { CorruptError } from "../../base/errors.js";
import { decodeRecord } from "../../message/decode.js";
import type { Message } from "../../message/message.js";
import { PropertyName } from "../../message/property-names.js";
import { dlqTopic, retryTopic, SystemTopic } from "../../message/topic-names.js";
import { consumerSendMsgBack } from "../../protocol/requests/consumer-send-msg-back.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import { type Dispatcher, held } from "../../remoting/api.js";
import type { MessageToStore } from "../../store/store-api.js";
import { type BrokerContext, PERM_READ, PERM_WRITE } from "../broker-context.js";
import { messageFrom } from "../schedule/due-message.js";
import { holdUntilDue } from "../schedule/waiting-message.js";
import { type Refusal, reconsumeLimit } from "./send-checks.js";

/** The first retry waits as long as this level says, each further one a level longer. */
const FIRST_RETRY_LEVEL = 3;

interface SendBackHeader {
  offset: number;
  group: string;
  delayLevel: number;
  originTopic?: string | undefined;
  unitMode?: boolean | undefined;
  maxReconsumeTimes?: number | undefined;
}

export function registerConsumerSendMsgBack(dispatcher: Dispatcher, context: BrokerContext): void {
  dispatcher.register(consumerSendMsgBack, (exchange) => {
    const { header, command } = exchange;
    const group = context.groups.find(header.group);
    const refused = sendBackRefusal(context, header, group !== undefined);
    if (refused !== undefined || group === undefined) return refused ?? {};
    if (group.retryQueueNums <= 0) return {};
    const topic = retryTopic(header.group);
    const retry = context.topics.createInSendBack(topic, group.retryQueueNums, {
      perm: PERM_READ | PERM_WRITE,
      isUnit: header.unitMode ?? false,
    });
    if ((retry.perm & PERM_WRITE) === 0) {
      return forbidden(`the topic[${topic}] sending message is forbidden`);
    }
    const message = messageAt(context, header.offset);
    if (message === undefined) {
      return systemError(`look message by offset failed, ${header.offset}`);
    }
    const limit = reconsumeLimit(command.version, header.maxReconsumeTimes, group.retryMaxTimes);
    const isDead = message.reconsumeTimes >= limit || header.delayLevel < 0;
    const queueId = Math.floor(Math.random() * group.retryQueueNums);
    const copy = isDead
      ? deadLetter(context, message, header.group)
      : retryOf(message, { topic, queueId }, header.delayLevel);
    copy.storeHost = context.storeHost;
    store(context, { header, message, copy }, (problem) => exchange.respond(problem ?? {}));
    return held;
  });
}

function sendBackRefusal(
  { config, release }: BrokerContext,
  { group }: SendBackHeader,
  isGroupKnown: boolean,
): Refusal | undefined {
  if (config.brokerRole === "SLAVE") {
    return systemError(`no master available along with ${config.brokerIP1}`);
  }
  if (!isGroupKnown) {
    return {
      code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
      remark: `subscription group not exist, ${group} ${release.faq}`,
    };
  }
  return (config.brokerPermission & PERM_WRITE) === 0
    ? forbidden(`the broker[${config.brokerIP1}] sending message is forbidden`)
    : undefined;
}

function messageAt({ store }: BrokerContext, physicalOffset: number): Message | undefined {
  try {
    const bytes = store.record(physicalOffset);
    return bytes === undefined ? undefined : decodeRecord(bytes);
  } catch (error) {
    if (error instanceof CorruptError) return undefined;
    throw error;
  }
}

/**
 * The properties that both kinds of copies get; the message itself is not needed as it was any more. Without a level it
 * keeps the one of its last retry, and what is stored at once is then without its origin, as 4.8.0 leaves it.
 */
function markAsRetry(
  { properties, topic, offsetMessageId }: Message,
  delayLevel: number | undefined,
): void {
  if (!properties.has(PropertyName.RETRY_TOPIC)) properties.set(PropertyName.RETRY_TOPIC, topic);
  properties.set(PropertyName.WAIT, "false");
  if (delayLevel !== undefined) properties.set(PropertyName.DELAY, String(delayLevel));
  else if (!properties.has(PropertyName.DELAY)) return;
  if ((properties.get(PropertyName.ORIGIN_MESSAGE_ID) ?? "").trim() === "") {
    properties.set(PropertyName.ORIGIN_MESSAGE_ID, offsetMessageId);
  }
}

function retryOf(
  message: Message,
  place: { topic: string; queueId: number },
  asked: number,
): MessageToStore {
  markAsRetry(message, asked === 0 ? FIRST_RETRY_LEVEL + message.reconsumeTimes : asked);
  return { ...messageFrom(message, place), reconsumeTimes: message.reconsumeTimes + 1 };
}

function deadLetter(context: BrokerContext, message: Message, group: string): MessageToStore {
  const topic = dlqTopic(group);
  const { deadLetterPerm, deadLettersAreDue } = context.release;
  context.topics.createInSendBack(topic, 1, { perm: deadLetterPerm });
  markAsRetry(message, deadLettersAreDue ? 0 : undefined);
  const place = { topic, queueId: 0 };
  return { ...messageFrom(message, place), reconsumeTimes: message.reconsumeTimes + 1 };
}

function store(
  context: BrokerContext,
  sent: { header: SendBackHeader; message: Message; copy: MessageToStore },
  respond: (refused?: Refusal) => void,
): void {
  const { header, message, copy } = sent;
  const status = holdUntilDue(context, copy);
  if (status !== undefined) {
    respond(systemError(status));
    return;
  }
  context.store.put(copy, (result) => {
    if (result.status !== "PUT_OK") {
      respond(systemError(result.status));
      return;
    }
    const { topic, queueId } = copy;
    if (topic === SystemTopic.SCHEDULE) context.stats.topicPut(topic, queueId, 1, result.size);
    const origin = message.properties.get(PropertyName.RETRY_TOPIC) ?? message.topic;
    context.stats.sendBack(header.group, origin);
    respond();
  });
}

function systemError(remark: string): Refusal {
  return { code: ResponseCode.SYSTEM_ERROR, remark };
}

function forbidden(remark: string): Refusal {
  return { code: ResponseCode.NO_PERMISSION, remark };
}
