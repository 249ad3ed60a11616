/**
 * One round of asking producers what became of their open transactions. Upstream:
 * TransactionalMessageServiceImpl.check (spec: store 11, behaviour 6). Two things differ from upstream: the records of
 * finished ones are read to the end before anybody is asked, and ends that are not recorded yet are known.
 */
import { decodeRecord, decodeRecords } from "../../message/decode.js";
import type { Message } from "../../message/message.js";
import { offsetMessageId } from "../../message/message-id.js";
import { PropertyName } from "../../message/property-names.js";
import { SysFlag, transactionType } from "../../message/sys-flag.js";
import { SystemTopic } from "../../message/topic-names.js";
import { checkTransactionState } from "../../protocol/requests/check-transaction-state.js";
import type { MessageStore, MessageToStore, PutResult } from "../../store/store-api.js";
import { newTopic } from "../boot-topics.js";
import type { BrokerContext } from "../broker-context.js";
import { storedCode } from "../processors/put-answer.js";
import type { EndedTransactions } from "./ended-transactions.js";
import {
  bodyOfCheck,
  copyOfHalf,
  destinationOf,
  givenUp,
  HALF_QUEUE_ID,
  originOf,
} from "./half-message.js";
import type { OpRecords } from "./op-records.js";

/** Upstream: TransactionalMessageUtil.buildConsumerGroup. */
const CHECK_GROUP = "CID_RMQ_SYS_TRANS";
/** Upstream: MAX_PROCESS_TIME_LIMIT. */
const LONGEST_ROUND_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Half messages stepped over before other work gets its turn. */
const STEPS_AT_ONCE = 500;

export interface CheckParts {
  context: BrokerContext;
  ops: OpRecords;
  ended: EndedTransactions;
  /** True when the broker stops. */
  isStopping: () => boolean;
  /** Told of a half message that is asked about no more. */
  givenUp: (half: Message) => void;
}

/** Go on with the next half message, or end the round before this one. */
type Step = "next" | "stop";

export class CheckRound {
  private readonly parts: CheckParts;
  private readonly startedMs: number;
  private readonly done = new Set<number>();
  private at = 0;

  constructor(parts: CheckParts) {
    this.parts = parts;
    this.startedMs = parts.context.clock.now();
  }

  async run(): Promise<void> {
    const { context, ops, ended, isStopping } = this.parts;
    this.at = saved(context, SystemTopic.HALF);
    if (!ended.knowsCopies) await this.findCopies();
    const { records, from } = ops.read(saved(context, SystemTopic.OP_HALF));
    for (const record of records) for (const offset of record.done) this.done.add(offset);
    for (let steps = 1; !isStopping() && this.elapsedMs() <= LONGEST_ROUND_MS; steps++) {
      if ((await this.step()) === "stop") break;
      if (steps % STEPS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    let opOffset = from;
    for (const record of records) {
      if (record.done.some((offset) => offset >= this.at)) break;
      opOffset = record.queueOffset + 1;
    }
    commit(context, SystemTopic.HALF, this.at);
    commit(context, SystemTopic.OP_HALF, opOffset);
  }

  /**
   * The first round of a broker that was killed begins before copies that were made already: each transaction goes on
   * with its newest copy only. Upstream asks once for each.
   */
  private async findCopies(): Promise<void> {
    const { context, ended } = this.parts;
    let next = this.at;
    for (let more = true; more; await new Promise((resolve) => setImmediate(resolve))) {
      const { records, nextBeginOffset } = context.store.get({
        topic: SystemTopic.HALF,
        queueId: HALF_QUEUE_ID,
        queueOffset: next,
        maxCount: STEPS_AT_ONCE,
      });
      for (const half of records.flatMap((bytes) => decodeRecords(bytes))) {
        if (originOf(half) !== half.queueOffset) ended.noteCopy(originOf(half), half.queueOffset);
      }
      more = nextBeginOffset > next;
      next = nextBeginOffset;
    }
    ended.knowsCopies = true;
  }

  private async step(): Promise<Step> {
    if (this.done.has(this.at) || this.parts.ops.isUnwritten(this.at)) return this.advance();
    const { store } = this.parts.context;
    const topic = SystemTopic.HALF;
    const queue = { topic, queueId: HALF_QUEUE_ID, queueOffset: this.at, maxCount: 1 };
    const { records, nextBeginOffset } = store.get(queue);
    const [bytes] = records;
    const half = bytes === undefined ? undefined : decodeRecords(bytes)[0];
    if (half !== undefined) return this.decide(half);
    const isProgress = nextBeginOffset > this.at;
    this.at = nextBeginOffset;
    return isProgress ? "next" : "stop";
  }

  /** Upstream's order: discard, fresh, immunity, ask. */
  private async decide(half: Message): Promise<Step> {
    const { context, ended, ops } = this.parts;
    const origin = originOf(half);
    const state = ended.stateOf(origin);
    if (state === "committing") return "stop";
    if (state !== undefined || this.done.has(origin)) return this.advance();
    if ((ended.newestCopy(origin) ?? -1) > half.queueOffset) return this.advance();
    const ageMs = context.clock.now() - half.bornTimestamp;
    if (isOverdue(context, half, ageMs)) return this.giveUp(half);
    if (half.storeTimestamp >= this.startedMs) return "stop";
    const own = half.properties.get(PropertyName.CHECK_IMMUNITY_TIME_IN_SECONDS);
    const immunityMs = immunityOf(own, context.config.transactionTimeOut);
    if (own === undefined && ageMs >= 0 && ageMs <= immunityMs) return "stop";
    if (own !== undefined && ageMs < immunityMs) return this.postpone(half, origin);
    if (ageMs <= immunityMs && ageMs > -1) return "stop";
    if (wasCommitted(context.store, half)) {
      ended.set(origin, "committed");
      ops.add(half.queueOffset);
      return this.advance();
    }
    return this.ask(half, origin);
  }

  /** Too young by its own immunity: looked at again at the end of the queue. */
  private async postpone(half: Message, origin: number): Promise<Step> {
    const copy = copyOfHalf(half, { [PropertyName.TRAN_PREPARED_QUEUE_OFFSET]: String(origin) });
    const place = await this.put(copy);
    if (place === undefined) return "stop";
    return this.copied(origin, place);
  }

  /** The copy comes first: should the broker die now, the transaction is still open. */
  private async ask(half: Message, origin: number): Promise<Step> {
    const copy = copyOfHalf(half, {
      [PropertyName.TRANSACTION_CHECK_TIMES]: String(timesAsked(half) + 1),
      [PropertyName.TRAN_PREPARED_QUEUE_OFFSET]: String(origin),
    });
    const place = await this.put(copy);
    if (place === undefined) return "stop";
    // It may have ended while the copy was written.
    if (this.parts.ended.stateOf(origin) === undefined) this.sendCheck(half, copy, place);
    return this.copied(origin, place);
  }

  private copied(origin: number, place: PutResult): Step {
    const { ended, ops } = this.parts;
    const state = ended.stateOf(origin);
    ended.noteCopy(origin, place.queueOffset);
    if (state === "committed" || state === "rolledBack") ops.add(place.queueOffset);
    return this.advance();
  }

  private sendCheck(half: Message, copy: MessageToStore, place: PutResult): void {
    const { context } = this.parts;
    const group = half.properties.get(PropertyName.PGROUP) ?? "";
    const destination = destinationOf(half);
    const channel = context.clients.availableProducer(group);
    if (channel === undefined || destination === undefined) {
      context.logger.warn("nobody to ask what became of a transaction", {
        group,
        uniqKey: half.uniqKey ?? "",
      });
      return;
    }
    channel.connection.callOneway(
      checkTransactionState,
      {
        topic: SystemTopic.HALF,
        tranStateTableOffset: place.queueOffset,
        commitLogOffset: place.physicalOffset,
        msgId: half.uniqKey,
        transactionId: half.uniqKey,
        offsetMsgId: offsetMessageId(context.storeHost, place.physicalOffset),
        brokerName: context.config.brokerName,
      },
      { body: bodyOfCheck(copy, place, destination) },
    );
  }

  private async giveUp(half: Message): Promise<Step> {
    const { topics, logger } = this.parts.context;
    const topic = SystemTopic.CHECK_MAX_TIME;
    if (topics.get(topic) === undefined) topics.put(newTopic(topic, 1));
    if ((await this.put(givenUp(half))) === undefined) return "stop";
    this.parts.givenUp(half);
    logger.warn("a transaction is asked about no more", { uniqKey: half.uniqKey ?? "" });
    return this.advance();
  }

  /** Undefined when it was not stored: the round ends, the next one tries again. */
  private put(message: MessageToStore): Promise<PutResult | undefined> {
    const { store, logger } = this.parts.context;
    return new Promise((resolve) => {
      store.put(message, (result) => {
        const isStored = storedCode(result.status) !== undefined;
        if (!isStored) logger.error("a half message was not copied", { status: result.status });
        resolve(isStored ? result : undefined);
      });
    });
  }

  private advance(): Step {
    this.at++;
    return "next";
  }

  private elapsedMs(): number {
    return this.parts.context.clock.now() - this.startedMs;
  }
}

/** Is a committed message of this transaction in the store (an end whose record was lost with the process)? */
export function wasCommitted(store: Pick<MessageStore, "query">, half: Message): boolean {
  const { uniqKey } = half;
  const topic = destinationOf(half)?.topic;
  if (uniqKey === undefined || topic === undefined) return false;
  const since = BigInt(Math.max(0, Math.min(half.bornTimestamp, half.storeTimestamp)));
  // A delayed or timed one waits in another topic for a while.
  const isHeldUp = WAITING.some((name) => half.properties.has(name));
  const topics = isHeldUp ? [topic, SystemTopic.SCHEDULE, SystemTopic.WHEEL_TIMER] : [topic];
  const candidates = topics.flatMap(
    (one) => store.query(one, uniqKey, READ_CANDIDATES, since, FOR_EVER).records,
  );
  return candidates.some((bytes) => {
    const found = decodeRecord(bytes);
    return transactionType(found.sysFlag) === SysFlag.TRANSACTION_COMMIT && isSameSend(found, half);
  });
}

const WAITING = [
  PropertyName.DELAY,
  PropertyName.TIMER_DELIVER_MS,
  PropertyName.TIMER_DELAY_SEC,
  PropertyName.TIMER_DELAY_MS,
];
const READ_CANDIDATES = 32;
const FOR_EVER = 2n ** 63n - 1n;

/** Two sends may share an id, but not the moment they were born; Apache's copies do not name the first half message. */
function isSameSend(one: Message, other: Message): boolean {
  return (
    one.uniqKey === other.uniqKey &&
    one.bornTimestamp === other.bornTimestamp &&
    one.bornHost.address === other.bornHost.address &&
    one.bornHost.port === other.bornHost.port &&
    one.properties.get(PropertyName.PGROUP) === other.properties.get(PropertyName.PGROUP)
  );
}

function timesAsked(half: Message): number {
  const times = Number(half.properties.get(PropertyName.TRANSACTION_CHECK_TIMES) ?? 0);
  return Number.isSafeInteger(times) ? times : 0;
}

function isOverdue({ config }: BrokerContext, half: Message, ageMs: number): boolean {
  return (
    timesAsked(half) >= config.transactionCheckMax || ageMs > config.fileReservedTime * HOUR_MS
  );
}

function immunityOf(own: string | undefined, timeOutMs: number): number {
  return own !== undefined && /^\+?\d+$/.test(own) ? Number(own) * 1000 : timeOutMs;
}

function saved({ offsets, store }: BrokerContext, topic: string): number {
  const offset = offsets.get(CHECK_GROUP, topic, HALF_QUEUE_ID);
  return offset < 0 ? store.minOffset(topic, HALF_QUEUE_ID) : offset;
}

function commit({ offsets }: BrokerContext, topic: string, queueOffset: number): void {
  if (offsets.get(CHECK_GROUP, topic, HALF_QUEUE_ID) === queueOffset) return;
  offsets.commit(CHECK_GROUP, topic, HALF_QUEUE_ID, queueOffset);
}
