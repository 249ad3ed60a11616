/**
 * Sends messages that become visible only when a local transaction is through. Upstream: TransactionMQProducer,
 * DefaultMQProducerImpl.sendMessageInTransaction (spec: behaviour 6).
 */
import { messageOf } from "../base/errors.js";
import type { Service } from "../base/service.js";
import { parseOffsetMessageId } from "../message/message-id.js";
import { PropertyName } from "../message/property-names.js";
import { endTransaction } from "../protocol/requests/end-transaction.js";
import type { Client } from "./client.js";
import { membershipOf } from "./membership.js";
import type { OutgoingMessage } from "./outgoing-message.js";
import { Producer, type ProducerOptions, type SendOptions } from "./producer.js";
import { TEMPLATE_TOPIC } from "./route-table.js";
import type { SendResult } from "./send-result.js";
import { traceEnd } from "./trace/traced-send.js";
import {
  answerChecks,
  STATE_CODES,
  stopAnsweringChecks,
  type TransactionCheck,
  type TransactionState,
} from "./transaction-checks.js";

export interface TransactionProducerOptions extends ProducerOptions {
  check: TransactionCheck;
}

export interface TransactionResult extends SendResult {
  state: TransactionState;
}

export class TransactionProducer implements Service {
  private readonly client: Client;
  private readonly group: string;
  private readonly check: TransactionCheck;
  private readonly producer: Producer;
  private readonly templateTopic: string;
  private isStarted = false;

  constructor(client: Client, options: TransactionProducerOptions) {
    const { check, ...others } = options;
    this.client = client;
    this.group = options.group;
    this.check = check;
    this.producer = new Producer(client, others);
    this.templateTopic = options.templateTopic ?? TEMPLATE_TOPIC;
  }

  /**
   * Throws a usage error for a bad group name, or when the client has such a producer of this group already. Brokers that
   * create topics by sending ask it from now on, others when it has sent to them.
   */
  start(): void {
    const { client, group, check } = this;
    answerChecks(client, group, check);
    try {
      this.producer.start();
    } catch (error) {
      stopAnsweringChecks(client, group, check);
      throw error;
    }
    client.routes.watch(this.templateTopic);
    // As upstream: the route of the template topic tells which brokers there are.
    client.routes
      .refresh(this.templateTopic)
      .then(() => membershipOf(client).beat())
      .catch((error: unknown) => {
        client.logger.warn("brokers were not told of a producer", { error: messageOf(error) });
      });
    this.isStarted = true;
  }

  async stop(): Promise<void> {
    if (!this.isStarted) return;
    this.isStarted = false;
    this.client.routes.unwatch(this.templateTopic);
    stopAnsweringChecks(this.client, this.group, this.check);
    await this.producer.stop();
  }

  /**
   * Sends the message hidden, then runs `execute` and tells the broker how that ended. Rejects as `Producer.send` does,
   * and then nothing was executed; resolves with "unknown" when `execute` throws. A message that was stored but not flushed or
   * replicated in time is rolled back without being executed. A delay level is left out, as upstream.
   */
  async sendInTransaction(
    message: OutgoingMessage,
    execute: (message: OutgoingMessage) => TransactionState | Promise<TransactionState>,
    options: SendOptions = {},
  ): Promise<TransactionResult> {
    const properties = {
      ...message.properties,
      [PropertyName.TRAN_MSG]: "true",
      [PropertyName.PGROUP]: this.group,
    };
    const half = { ...message, delayLevel: undefined, properties };
    const sent = await this.producer.send(half, options);
    let state: TransactionState = "rollback";
    let remark: string | undefined;
    if (sent.status === "SEND_OK") {
      try {
        state = await execute(message);
      } catch (error) {
        state = "unknown";
        remark = `executeLocalTransactionBranch exception: ${messageOf(error)}`;
      }
    }
    await this.end(sent, state, { message, remark });
    return { ...sent, state };
  }

  /** Not being able to tell is no failure: the broker will ask. */
  private async end(
    sent: SendResult,
    state: TransactionState,
    { message, remark }: { message: OutgoingMessage; remark: string | undefined },
  ): Promise<void> {
    const { routes, remoting, logger, clock } = this.client;
    const { topic, brokerName } = sent.queue;
    const commitLogOffset = parseOffsetMessageId(sent.offsetMsgId)?.physicalOffset;
    const address = routes.masterAddress(brokerName);
    if (commitLogOffset === undefined || address === undefined) return;
    const header = {
      topic,
      producerGroup: this.group,
      tranStateTableOffset: sent.queueOffset,
      commitLogOffset,
      commitOrRollback: STATE_CODES[state],
      fromTransactionCheck: false,
      msgId: sent.msgId,
      transactionId: sent.transactionId,
      brokerName,
    };
    try {
      await remoting.callOneway(address, endTransaction, header, remark ? { remark } : {});
      const { trace } = this.producer;
      const about = { result: sent, state, group: this.group, address, nowMs: clock.now() };
      if (trace !== undefined) traceEnd(trace, message, about);
    } catch (error) {
      logger.warn("the end of a transaction was not told", { error: messageOf(error) });
    }
  }
}
