/** Ends transactions and asks about open ones. Upstream: TransactionalMessageService, TransactionalMessageCheckService. */
import type { Timer } from "../../base/clock.js";
import { messageOf } from "../../base/errors.js";
import type { Service } from "../../base/service.js";
import type { Message } from "../../message/message.js";
import { propertyOf } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import { SystemTopic } from "../../message/topic-names.js";
import type { PutResult } from "../../store/store-api.js";
import { type BrokerContext, PERM_READ, PERM_WRITE } from "../broker-context.js";
import type { JsonConfigFile } from "../json-config-file.js";
import { storedCode } from "../processors/put-answer.js";
import { holdUntilDue } from "../schedule/waiting-message.js";
import { CheckRound, wasCommitted } from "./check-round.js";
import { EndedTransactions } from "./ended-transactions.js";
import { committed, destinationOf, originOf } from "./half-message.js";
import { HalfMessageCounts } from "./half-message-counts.js";
import { OpRecords } from "./op-records.js";

export class Transactions implements Service {
  private readonly context: BrokerContext;
  private readonly ops: OpRecords;
  private readonly ended = new EndedTransactions();
  private readonly counts: HalfMessageCounts;
  private timer: Timer | undefined;
  private flush: Timer | undefined;
  private round: Promise<void> | undefined;
  private isStopping = false;
  /** Commits that are not stored yet. */
  commitsUnderWay = 0;
  private onIdle: (() => void) | undefined;

  /** `file` is transactionMetrics. */
  constructor(context: BrokerContext, file: JsonConfigFile) {
    this.context = context;
    this.ops = new OpRecords(context);
    this.counts = new HalfMessageCounts(file, context.clock);
    context.store.onArrival(({ topic, properties }) => {
      if (topic !== SystemTopic.HALF) return;
      const isCopy = propertyOf(properties, PropertyName.TRAN_PREPARED_QUEUE_OFFSET) !== undefined;
      const realTopic = propertyOf(properties, PropertyName.REAL_TOPIC);
      if (!isCopy && realTopic !== undefined) this.counts.add(realTopic, 1);
    });
  }

  start(): void {
    const { clock, config } = this.context;
    this.counts.load();
    this.flush = clock.every(config.transactionMetricFlushInterval, () => this.persist());
    this.schedule();
  }

  /** Ends the round under way and writes what is not recorded yet. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.timer?.cancel();
    this.flush?.cancel();
    await this.round;
    if (this.commitsUnderWay > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
    await this.ops.flush();
    this.persist();
  }

  /**
   * Makes a half message visible in its own topic, once: `done` gets undefined when that was done before. Throws nothing.
   */
  commit(
    half: Message,
    options: {
      destination: { topic: string; queueId: number };
      isFromCheck: boolean;
    },
    done: (result: PutResult | Pick<PutResult, "status"> | undefined) => void,
  ): void {
    const { store } = this.context;
    const origin = originOf(half);
    if (this.isCommitted(half, origin, options.isFromCheck)) {
      this.finish(half, origin);
      done(undefined);
      return;
    }
    const message = committed(half, options.destination);
    const status = holdUntilDue(this.context, message);
    if (status !== undefined) {
      done({ status });
      return;
    }
    this.ended.set(origin, "committing");
    this.commitsUnderWay++;
    store.put(message, (result) => {
      if (--this.commitsUnderWay === 0) this.onIdle?.();
      if (storedCode(result.status) === undefined) this.ended.reopen(origin);
      else {
        this.ended.set(origin, "committed");
        this.counts.add(options.destination.topic, -1);
        this.finish(half, origin);
      }
      done(result);
    });
  }

  /** Is a commit of the same transaction on its way into the store? */
  isCommitting(half: Message): boolean {
    return this.ended.stateOf(originOf(half)) === "committing";
  }

  rollBack(half: Message): void {
    const origin = originOf(half);
    if (this.ended.stateOf(origin) === undefined) {
      this.ended.set(origin, "rolledBack");
      this.countOut(half);
    }
    this.finish(half, origin);
  }

  /** Only an answer to a check, or an end of what was sent to the broker before it started, can be a second one unknown here. */
  private isCommitted(half: Message, origin: number, isFromCheck: boolean): boolean {
    const state = this.ended.stateOf(origin);
    if (state !== undefined) return state === "committed";
    const mayBeUnknown = isFromCheck || half.storeTimestamp <= this.context.bootTime;
    if (!mayBeUnknown || !wasCommitted(this.context.store, half)) return false;
    this.ended.set(origin, "committed");
    return true;
  }

  /** The end is that of all copies: of the one named, and of the newest one, which the next round would ask about. */
  private finish(half: Message, origin: number): void {
    this.ops.add(half.queueOffset);
    const newest = this.ended.newestCopy(origin);
    if (newest !== undefined && newest !== half.queueOffset) this.ops.add(newest);
  }

  private countOut(half: Message): void {
    const topic = destinationOf(half)?.topic;
    if (topic !== undefined) this.counts.add(topic, -1);
  }

  private persist(): void {
    try {
      this.counts.persist();
    } catch (error) {
      this.context.logger.error("transactionMetrics was not written", { error: messageOf(error) });
    }
  }

  private schedule(): void {
    const { clock, config } = this.context;
    this.timer = clock.after(config.transactionCheckInterval, () => {
      this.schedule();
      this.check();
    });
  }

  private check(): void {
    const { context, ops, ended } = this;
    if (this.round !== undefined || context.config.brokerRole === "SLAVE") return;
    const isStopping = (): boolean => this.isStopping;
    // brokers of 4.x have the topic from the first round on
    context.topics.createInSendBack(SystemTopic.HALF, 1, { perm: PERM_READ | PERM_WRITE });
    const givenUp = (half: Message): void => this.countOut(half);
    this.round = new CheckRound({ context, ops, ended, isStopping, givenUp })
      .run()
      .catch((error: unknown) => {
        context.logger.error("open transactions were not checked", { error: messageOf(error) });
      })
      .finally(() => {
        this.round = undefined;
      });
  }
}
