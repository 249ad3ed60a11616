/**
 * SEND_MESSAGE 10, SEND_MESSAGE_V2 310, SEND_BATCH_MESSAGE 320. Upstream: SendMessageProcessor (5.3.3). No promise is
 * made here: the store's callback answers.
 */
import { offsetMessageId } from "../../message/message-id.js";
import { setProperty } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import { SysFlag } from "../../message/sys-flag.js";
import { isRetryTopic } from "../../message/topic-names.js";
import { UniqKeyGenerator } from "../../message/uniq-key.js";
import type { TopicConfig } from "../../protocol/bodies/topic-config.js";
import { sendBatchMessage } from "../../protocol/requests/send-batch-message.js";
import { sendMessage } from "../../protocol/requests/send-message.js";
import { sendMessageV2 } from "../../protocol/requests/send-message-v2.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import { type Connection, type Dispatcher, held, type Reply } from "../../remoting/api.js";
import { parseHostPort } from "../../remoting/host-port.js";
import type { Host, MessageToStore, PutResult } from "../../store/store-api.js";
import type { BrokerContext } from "../broker-context.js";
import { holdUntilDue } from "../schedule/waiting-message.js";
import { hide } from "../transaction/half-message.js";
import { recallHandleOf } from "../timer/recall-handle.js";
import { putRefusal, storedCode } from "./put-answer.js";
import {
  contentRefusal,
  isDelayed,
  isPrepared,
  noSuchTopic,
  queueProblem,
  type Refusal,
  rerouteRetry,
  type SendAnswer,
  type SendExchange,
  sendRefusal,
  sendTopic,
  waitingRefusal,
} from "./send-checks.js";
import { brokerProperties, readProperties, storedProperties } from "./stored-properties.js";

type SendAnswered = Reply<SendAnswer, undefined>;
type SendReply = SendAnswered | typeof held;

/** What an answer tells besides the place of the message. */
interface Answered {
  /** Queue the message is meant for, wherever it waits. */
  queueId: number;
  /** The unique key, where the release tells it. */
  transactionId: string | undefined;
  recallHandle: string | undefined;
}

/** What is still under way when a port closes. */
export interface Draining {
  /** Resolves when every send taken so far is answered. */
  drained(): Promise<void>;
}

export function registerSendMessage(dispatcher: Dispatcher, context: BrokerContext): Draining {
  const processor = new SendMessageProcessor(context);
  dispatcher.register(sendMessage, (exchange) => processor.send(exchange, false));
  dispatcher.register(sendMessageV2, (exchange) => processor.send(exchange, false));
  dispatcher.register(sendBatchMessage, (exchange) => processor.send(exchange, true));
  return processor;
}

/** One for each port. */
class SendMessageProcessor implements Draining {
  private readonly context: BrokerContext;
  private readonly uniqKeys: UniqKeyGenerator;
  private readonly bornHosts = new WeakMap<Connection, Host>();
  /** Puts whose callback is still to come. */
  private underWay = 0;
  private onDrained: (() => void) | undefined;

  constructor(context: BrokerContext) {
    this.context = context;
    this.uniqKeys = new UniqKeyGenerator({ clock: context.clock });
  }

  drained(): Promise<void> {
    if (this.underWay === 0) return Promise.resolve();
    return new Promise((resolve) => (this.onDrained = resolve));
  }

  send(exchange: SendExchange, isBatch: boolean): SendReply {
    const { context } = this;
    const { header } = exchange;
    if (this.underWay >= context.config.sendThreadPoolQueueCapacity) {
      const remark = "[OVERLOAD]system busy, start flow control for a while";
      return this.refused({ code: ResponseCode.SYSTEM_BUSY, remark });
    }
    const refusal = sendRefusal(context, header.topic);
    if (refusal !== undefined) return this.refused(refusal);
    const topic = sendTopic(context, header);
    if (topic === undefined) return this.refused(noSuchTopic(context, header.topic));
    // A topic without write queues has none to choose from, so that queue 0 is refused.
    const queueId = header.queueId < 0 && topic.writeQueueNums === 0 ? 0 : header.queueId;
    const wrongQueue = queueProblem(topic, queueId, {
      producer: exchange.connection.remoteAddress,
      release: context.release,
    });
    if (wrongQueue !== undefined) {
      return this.refused({ code: context.release.wrongParameter, remark: wrongQueue });
    }
    return this.store(exchange, topic, isBatch);
  }

  private store(exchange: SendExchange, topic: TopicConfig, isBatch: boolean): SendReply {
    const { header } = exchange;
    const { context } = this;
    const { config, release } = context;
    const properties = readProperties(header.properties ?? "", release.ownProperties);
    const illegal = contentRefusal(context, exchange, {
      isBatch,
      isDelayed: isDelayed(properties),
    });
    if (illegal !== undefined) return this.refused(illegal);
    // A batch keeps the ids of its messages.
    const needsKey = release.makesUniqKeys && properties.uniqKey === undefined && !isBatch;
    const made = needsKey ? this.uniqKeys.next() : undefined;
    const text = storedProperties(properties, brokerProperties(config, release), made);
    const message = this.messageOf(exchange, topic, text);
    message.waitStoreOk = properties.wait;
    if (isRetryTopic(header.topic)) {
      const rerouted = rerouteRetry(context, exchange, message);
      if (rerouted === "dead" && release.deadLettersAreDue) {
        message.properties = setProperty(text, PropertyName.DELAY, "-1");
        properties.delay = undefined;
      } else if (rerouted !== undefined && rerouted !== "dead") return this.refused(rerouted);
    }
    const refusal = waitingRefusal(context, properties);
    if (refusal !== undefined) return this.refused(refusal);
    const { queueId } = message;
    const transactionId = release.makesUniqKeys ? (properties.uniqKey ?? made) : undefined;
    if (isPrepared(properties, header) && !isBatch) hide(message, transactionId);
    else if (!isBatch && (properties.isTimed || isDelayed(properties))) {
      const status = holdUntilDue(context, message);
      if (status !== undefined) return this.refused(putRefusal({ status }, context));
    }
    const recallHandle = recallHandleOf(message, config.brokerName);
    this.put(exchange, message, { isBatch, queueId, transactionId, recallHandle });
    return held;
  }

  private messageOf(
    exchange: SendExchange,
    topic: TopicConfig,
    properties: string,
  ): MessageToStore {
    const { header, body, connection } = exchange;
    const isMultiTag = topic.topicFilterType === "MULTI_TAG";
    return {
      topic: header.topic,
      queueId:
        header.queueId < 0 ? Math.floor(Math.random() * topic.writeQueueNums) : header.queueId,
      body,
      properties,
      flag: header.flag,
      sysFlag: isMultiTag ? header.sysFlag | SysFlag.MULTI_TAGS : header.sysFlag,
      bornTimestamp: header.bornTimestamp,
      bornHost: this.bornHost(connection),
      storeHost: this.context.storeHost,
      reconsumeTimes: header.reconsumeTimes ?? 0,
      preparedTransactionOffset: 0,
      waitStoreOk: true,
    };
  }

  private put(
    exchange: SendExchange,
    message: MessageToStore,
    options: { isBatch: boolean } & Answered,
  ): void {
    const { store, clock } = this.context;
    const startedMs = clock.now();
    const done = (result: PutResult): void => {
      if (--this.underWay === 0) this.onDrained?.();
      const code = storedCode(result.status);
      if (code === undefined) {
        exchange.respond(this.refused(putRefusal(result, this.context)));
        return;
      }
      exchange.respond(this.accepted(code, result, options));
      this.count(message, result, clock.now() - startedMs);
    };
    this.underWay++;
    if (options.isBatch) store.putBatch(message, done);
    else store.put(message, done);
  }

  private accepted(
    code: number,
    result: PutResult,
    { queueId, transactionId, recallHandle }: Answered,
  ): SendAnswered {
    const { storeHost } = this.context;
    const ids = result.physicalOffsets;
    const msgId =
      ids.length === 1
        ? offsetMessageId(storeHost, result.physicalOffset)
        : ids.map((offset) => offsetMessageId(storeHost, offset)).join(",");
    return {
      code,
      header: { msgId, queueId, queueOffset: result.queueOffset, transactionId, recallHandle },
      extFields: this.switches(),
    };
  }

  private refused(refusal: Refusal): SendAnswered {
    return { ...refusal, extFields: this.switches() };
  }

  /** Stand on every answer to a send, refusals too. */
  private switches(): Record<string, string> {
    const { regionId, traceOn } = this.context.config;
    return { [PropertyName.MSG_REGION]: regionId, [PropertyName.TRACE_ON]: String(traceOn) };
  }

  private count(message: MessageToStore, result: PutResult, tookMs: number): void {
    const { stats } = this.context;
    const { topic, queueId } = message;
    stats.topicPut(topic, queueId, result.physicalOffsets.length, result.size);
    stats.topicPutLatency(topic, queueId, tookMs);
    stats.onStored?.(message, result);
  }

  private bornHost(connection: Connection): Host {
    let host = this.bornHosts.get(connection);
    if (host === undefined) {
      const { host: address, port } = parseHostPort(connection.remoteAddress);
      this.bornHosts.set(connection, (host = { address, port }));
    }
    return host;
  }
}
