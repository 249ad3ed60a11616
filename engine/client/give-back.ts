/** Gives a message back to be delivered again later. Upstream: DefaultMQPushConsumerImpl.sendMessageBack. */
import { messageOf } from "../base/errors.js";
import { PropertyName } from "../message/property-names.js";
import { retryTopic } from "../message/topic-names.js";
import { consumerSendMsgBack } from "../protocol/requests/consumer-send-msg-back.js";
import type { Client } from "./client.js";
import { prepareSend, sendOnce } from "./send-call.js";
import type { ReceivedMessage } from "./received-message.js";
import { TEMPLATE_TOPIC } from "./route-table.js";

/** The group under which a client sends on its own behalf. */
const INNER_PRODUCER_GROUP = "CLIENT_INNER_PRODUCER";
const TIMEOUT_MS = 5000;
/** Level of the first redelivery when the client has to choose it itself. */
const FIRST_DELAY_LEVEL = 3;

export interface GiveBackOptions {
  group: string;
  /** Negative: straight to the dead letter queue; 0: the broker decides by the number of deliveries. */
  delayLevel: number;
  maxReconsumeTimes: number;
}

/** Asks the broker that has the message; when that fails, sends a copy to the group's retry topic. False: neither worked. */
export async function giveBack(
  client: Client,
  message: ReceivedMessage,
  options: GiveBackOptions,
): Promise<boolean> {
  const fields = { group: options.group, topic: message.topic, msgId: message.messageId };
  try {
    await sendBack(client, message, options);
    return true;
  } catch (error) {
    client.logger.warn("message not taken back, sending a copy", {
      ...fields,
      error: messageOf(error),
    });
  }
  return sendToRetry(client, message, {
    group: options.group,
    maxReconsumeTimes: options.maxReconsumeTimes,
    reconsumeTimes: message.reconsumeTimes + 1,
  });
}

/**
 * Sends a copy to the group's retry topic, where the broker puts it to the dead letters when `reconsumeTimes` (of the
 * copy) is too much. False: that failed.
 */
export async function sendToRetry(
  client: Client,
  message: ReceivedMessage,
  options: CopyOptions,
): Promise<boolean> {
  try {
    await sendCopy(client, message, options);
    return true;
  } catch (error) {
    const fields = { group: options.group, topic: message.topic, msgId: message.messageId };
    client.logger.warn("message not given back", { ...fields, error: messageOf(error) });
    return false;
  }
}

export interface CopyOptions {
  group: string;
  maxReconsumeTimes: number;
  reconsumeTimes: number;
}

async function sendBack(
  client: Client,
  message: ReceivedMessage,
  options: GiveBackOptions,
): Promise<void> {
  const { topic, brokerName, queueId } = message;
  const address = await client.routes.masterOf({ topic, brokerName, queueId });
  const header = {
    offset: message.physicalOffset,
    group: options.group,
    delayLevel: options.delayLevel,
    originMsgId: message.messageId,
    originTopic: topic,
    unitMode: false,
    maxReconsumeTimes: options.maxReconsumeTimes,
    brokerName,
  };
  await client.remoting.call(address, consumerSendMsgBack, header, { timeoutMs: TIMEOUT_MS });
}

async function sendCopy(
  client: Client,
  message: ReceivedMessage,
  options: CopyOptions,
): Promise<void> {
  const topic = retryTopic(options.group);
  const properties = Object.fromEntries(message.properties);
  const send = await prepareSend(
    {
      topic,
      body: message.body,
      flag: message.flag,
      delayLevel: FIRST_DELAY_LEVEL + message.reconsumeTimes,
      properties: {
        ...properties,
        [PropertyName.ORIGIN_MESSAGE_ID]: properties.ORIGIN_MESSAGE_ID ?? message.messageId,
        [PropertyName.RETRY_TOPIC]: message.topic,
        [PropertyName.RECONSUME_TIME]: String(options.reconsumeTimes),
        [PropertyName.MAX_RECONSUME_TIMES]: String(options.maxReconsumeTimes),
      },
    },
    { nextId: () => message.messageId, compressOverBytes: 4096 },
  );
  const [queue] = await client.routes.publishQueues(topic);
  if (queue === undefined) throw new Error(`no queue of ${topic} can be written`);
  await sendOnce(client, send, {
    queue,
    address: await client.routes.masterOf(queue),
    producerGroup: INNER_PRODUCER_GROUP,
    templateTopic: TEMPLATE_TOPIC,
    defaultTopicQueueNums: 4,
    timeoutMs: TIMEOUT_MS,
  });
}
