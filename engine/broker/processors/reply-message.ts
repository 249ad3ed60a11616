/**
 * SEND_REPLY_MESSAGE 324, SEND_REPLY_MESSAGE_V2 325: a reply is pushed to the client that asked, and kept in the reply
 * topic when storeReplyMessageEnable says so. Upstream: ReplyMessageProcessor (spec: behaviour 3.7, remoting 3.2).
 */
import { offsetMessageId } from "../../message/message-id.js";
import { propertyOf, setProperty } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import { pushReplyMessageToClient } from "../../protocol/requests/push-reply-message-to-client.js";
import { sendReplyMessage } from "../../protocol/requests/send-reply-message.js";
import { sendReplyMessageV2 } from "../../protocol/requests/send-reply-message-v2.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import type { Dispatcher, Reply } from "../../remoting/api.js";
import { parseHostPort } from "../../remoting/host-port.js";
import type { MessageToStore, PutResult } from "../../store/store-api.js";
import type { BrokerContext } from "../broker-context.js";
import { storedCode } from "./put-answer.js";
import {
  noSuchTopic,
  queueProblem,
  type Refusal,
  type SendAnswer,
  type SendExchange,
  sendRefusal,
  sendTopic,
} from "./send-checks.js";

/** How long the client that asked may take. Upstream: Broker2Client.callClient. */
const PUSH_TIMEOUT_MS = 10_000;

type ReplyAnswer = Reply<SendAnswer, undefined>;

export function registerReplyMessage(dispatcher: Dispatcher, context: BrokerContext): void {
  const processor = new ReplyMessageProcessor(context);
  dispatcher.register(sendReplyMessage, (exchange) => processor.reply(exchange));
  dispatcher.register(sendReplyMessageV2, (exchange) => processor.reply(exchange));
}

class ReplyMessageProcessor {
  private readonly context: BrokerContext;
  private underWay = 0;

  constructor(context: BrokerContext) {
    this.context = context;
  }

  async reply(exchange: SendExchange): Promise<ReplyAnswer> {
    const { regionId, traceOn, replyThreadPoolQueueCapacity } = this.context.config;
    const extFields = {
      [PropertyName.MSG_REGION]: regionId,
      [PropertyName.TRACE_ON]: String(traceOn),
    };
    if (this.underWay >= replyThreadPoolQueueCapacity) {
      const remark = "[OVERLOAD]system busy, start flow control for a while";
      return { code: ResponseCode.SYSTEM_BUSY, remark, extFields };
    }
    this.underWay++;
    try {
      return { ...(await this.answer(exchange)), extFields };
    } finally {
      this.underWay--;
    }
  }

  private async answer(exchange: SendExchange): Promise<ReplyAnswer> {
    const { context } = this;
    const { header, connection } = exchange;
    const refusal = sendRefusal(context, header.topic);
    if (refusal !== undefined) return refusal;
    const topic = sendTopic(context, header);
    if (topic === undefined) return noSuchTopic(context, header.topic);
    const wrongQueue = queueProblem(topic, header.queueId, {
      producer: connection.remoteAddress,
      release: context.release,
    });
    if (wrongQueue !== undefined) {
      return { code: context.release.wrongParameter, remark: wrongQueue };
    }
    const queueId =
      header.queueId < 0 ? Math.floor(Math.random() * topic.writeQueueNums) : header.queueId;
    const failure = await this.push(exchange, queueId);
    const stored = context.config.storeReplyMessageEnable
      ? await this.store(messageOf(exchange, queueId, context))
      : undefined;
    const place =
      stored === undefined
        ? { msgId: "0", queueOffset: 0 }
        : {
            msgId: offsetMessageId(context.storeHost, stored.physicalOffset),
            queueOffset: stored.queueOffset,
          };
    return failure === undefined || stored !== undefined
      ? { ...failure, header: { ...place, queueId } }
      : failure;
  }

  /** Hands the reply to the client that asked; answers why that failed. */
  private async push(exchange: SendExchange, queueId: number): Promise<Refusal | undefined> {
    const { header, body, connection } = exchange;
    const { clients, clock, storeHost } = this.context;
    const properties = header.properties ?? "";
    const asker = propertyOf(properties, PropertyName.REPLY_TO_CLIENT);
    if (asker === undefined) {
      return failed(`reply message properties[${PropertyName.REPLY_TO_CLIENT}] is null`);
    }
    const channel = clients.producerById(asker);
    if (channel === undefined) {
      return failed(`push reply message fail, channel of <${asker}> not found.`);
    }
    const now = clock.now();
    const request = {
      producerGroup: header.producerGroup,
      topic: header.topic,
      defaultTopic: header.defaultTopic,
      defaultTopicQueueNums: header.defaultTopicQueueNums,
      queueId,
      sysFlag: header.sysFlag,
      bornTimestamp: header.bornTimestamp,
      flag: header.flag,
      properties: setProperty(properties, PropertyName.PUSH_REPLY_TIME, String(now)),
      reconsumeTimes: header.reconsumeTimes,
      unitMode: header.unitMode,
      bornHost: connection.remoteAddress,
      storeHost: `${storeHost.address}:${storeHost.port}`,
      storeTimestamp: now,
    };
    try {
      const options = { body, timeoutMs: PUSH_TIMEOUT_MS };
      await channel.connection.call(pushReplyMessageToClient, request, options);
      return undefined;
    } catch {
      return failed(`push reply message to ${asker}fail.`);
    }
  }

  /** A reply that cannot be kept is a reply all the same. */
  private store(message: MessageToStore): Promise<PutResult | undefined> {
    const { store, stats, logger } = this.context;
    return new Promise((resolve) => {
      store.put(message, (result) => {
        const isStored = storedCode(result.status) !== undefined;
        if (isStored) stats.topicPut(message.topic, message.queueId, 1, result.size);
        else logger.warn("a reply was not stored", { status: result.status });
        resolve(isStored ? result : undefined);
      });
    });
  }
}

function messageOf(
  { header, body, connection }: SendExchange,
  queueId: number,
  { storeHost }: BrokerContext,
): MessageToStore {
  const { host: address, port } = parseHostPort(connection.remoteAddress);
  return {
    topic: header.topic,
    queueId,
    body,
    properties: header.properties ?? "",
    flag: header.flag,
    sysFlag: header.sysFlag,
    bornTimestamp: header.bornTimestamp,
    bornHost: { address, port },
    storeHost,
    reconsumeTimes: header.reconsumeTimes ?? 0,
    preparedTransactionOffset: 0,
    waitStoreOk: false,
  };
}

function failed(remark: string): Refusal {
  return { code: ResponseCode.SYSTEM_ERROR, remark };
}
