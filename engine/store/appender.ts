/**
 * Puts messages into the log. Upstream: CommitLog.asyncPutMessage. All that arrive in one turn of the event loop are written
 * with one call; queue entries go to their files before the records do, so that after a crash a queue is never behind the log.
 * [S-PUT-2]
 */
import { present } from "../base/assert.js";
import { messageOf } from "../base/errors.js";
import type { Clock } from "../base/clock.js";
import type { Logger } from "../base/log.js";
import { splitBatch } from "../message/batch.js";
import { encodeRecord, measureRecord, type RecordMeasure } from "../message/encode.js";
import { joinProperties } from "../message/properties.js";
import { entersQueue } from "../message/sys-flag.js";
import { refusal } from "./check-message.js";
import type { CommitLog } from "./commit-log/commit-log.js";
import type { ConsumeQueues } from "./consume-queue/consume-queues.js";
import type { DelayLevels } from "./delay-levels.js";
import type { Dispatcher, DispatchedRecord } from "./dispatch/dispatcher.js";
import { entryTagsCodeOf } from "./dispatch/tags-code.js";
import { GroupCommit } from "./group-commit.js";
import type { StoreHealth } from "./health.js";
import type {
  BatchToStore,
  MessageToStore,
  PutResult,
  PutStatus,
  ReplicationGate,
} from "./store-api.js";
import type { StoreConfig } from "./store-config.js";
import type { StoreStats } from "./store-stats.js";
import { newTurn, type PendingPut, type Turn } from "./turn.js";

export interface AppenderOptions {
  config: StoreConfig;
  clock: Clock;
  logger: Logger;
  log: CommitLog;
  queues: ConsumeQueues;
  dispatcher: Dispatcher;
  levels: DelayLevels;
  health: StoreHealth;
  stats: StoreStats;
}

/** Appended but not written bytes beyond which writing does not wait for the end of the turn. */
const MAX_UNWRITTEN = 8 << 20;
/** A write does not take this long; the clock was set. */
const NO_TIME_MS = 10_000_000;

export class Appender {
  private readonly options: AppenderOptions;
  private readonly commits: GroupCommit;
  /** See MessageStore. */
  heldUpMs = 0;
  private turn = newTurn();
  private isScheduled = false;
  private gate: ReplicationGate | undefined;
  private readonly finishTurnLater = (): void => this.finishTurn();

  constructor(options: AppenderOptions) {
    this.options = options;
    this.commits = new GroupCommit({
      log: options.log,
      clock: options.clock,
      flushed: (turn) => this.complete(turn, "PUT_OK"),
      failed: (turn, error) => {
        options.health.fail("flush the commit log", error);
        this.answer(turn.puts, "SERVICE_NOT_AVAILABLE");
      },
      late: (turn) => this.answer(turn.puts, "FLUSH_DISK_TIMEOUT"),
    });
  }

  setReplicationGate(gate: ReplicationGate): void {
    this.gate = gate;
  }

  put(message: MessageToStore, done: (result: PutResult) => void): void {
    if (!this.isWritable) return this.refuse("SERVICE_NOT_AVAILABLE", message, done);
    const measure = measureRecord(message);
    const refused = this.refusalOf(message, measure);
    if (refused !== undefined) return this.refuse(refused, message, done);
    const storeTimestamp = this.options.clock.now();
    const status = this.place(measure.size);
    if (status !== undefined) return this.refuse(status, message, done);
    const record = this.append(message, measure, storeTimestamp);
    if (record === undefined) return this.refuse("SERVICE_NOT_AVAILABLE", message, done);
    this.expect(message, [record], done);
  }

  putBatch(batch: BatchToStore, done: (result: PutResult) => void): void {
    if (!this.isWritable) return this.refuse("SERVICE_NOT_AVAILABLE", batch, done);
    const parts = this.splitBatch(batch);
    if (parts === undefined) return this.refuse("MESSAGE_ILLEGAL", batch, done);
    let total = 0;
    for (const { message, measure } of parts) {
      const refused = this.refusalOf(message, measure);
      if (refused !== undefined) return this.refuse(refused, batch, done);
      total += measure.size;
    }
    if (total > this.options.log.maxRecordSize) return this.refuse("MESSAGE_ILLEGAL", batch, done);
    const storeTimestamp = this.options.clock.now();
    const status = this.place(total);
    if (status !== undefined) return this.refuse(status, batch, done);
    const records: DispatchedRecord[] = [];
    for (const { message, measure } of parts) {
      const record = this.append(message, measure, storeTimestamp);
      if (record === undefined) return this.refuse("SERVICE_NOT_AVAILABLE", batch, done);
      records.push(record);
    }
    this.expect(batch, records, done);
  }

  /** Writes and answers what this turn has appended so far; resolves when all of it is flushed and answered. */
  async drain(): Promise<void> {
    this.finishTurn();
    await this.commits.idle();
  }

  private get isWritable(): boolean {
    const { health, config } = this.options;
    return health.isWritable && config.brokerRole !== "SLAVE";
  }

  private refusalOf(message: MessageToStore, measure: RecordMeasure): PutStatus | undefined {
    const { config, log, queues } = this.options;
    if (queues.find(message.topic, message.queueId) === undefined) {
      if (!queues.isLegal(message.topic, message.queueId)) return "MESSAGE_ILLEGAL";
    }
    return refusal(message, measure, {
      maxMessageSize: config.maxMessageSize,
      maxRecordSize: log.maxRecordSize,
    });
  }

  /** Each message of a batch with the properties of the batch behind its own. */
  private splitBatch(
    batch: BatchToStore,
  ): { message: MessageToStore; measure: RecordMeasure }[] | undefined {
    if (batch.body.length > this.options.config.maxMessageSize) return undefined;
    try {
      const items = splitBatch(batch.body).map((item) => {
        const properties = joinProperties(item.properties, batch.properties);
        const message = { ...batch, flag: item.flag, body: item.body, properties };
        return { message, measure: measureRecord(message) };
      });
      return items.length === 0 ? undefined : items;
    } catch {
      return undefined;
    }
  }

  private place(size: number): PutStatus | undefined {
    const { log, health } = this.options;
    if (log.maxOffset - log.writtenOffset > MAX_UNWRITTEN) {
      try {
        this.writeOut(2);
      } catch (error) {
        this.giveUpTurn(error);
        return "SERVICE_NOT_AVAILABLE";
      }
    }
    if (this.turn.records.length === 0) this.turn.start = log.maxOffset;
    try {
      log.place(size);
      return undefined;
    } catch (error) {
      health.fail("make room in the commit log", error);
      return "CREATE_MAPPED_FILE_FAILED";
    }
  }

  /** Undefined when the disk failed: all of the turn is taken back then. */
  private append(
    message: MessageToStore,
    measure: RecordMeasure,
    storeTimestamp: number,
  ): DispatchedRecord | undefined {
    try {
      return this.stage(message, measure, storeTimestamp);
    } catch (error) {
      this.giveUpTurn(error);
      return undefined;
    }
  }

  private stage(
    message: MessageToStore,
    measure: RecordMeasure,
    storeTimestamp: number,
  ): DispatchedRecord {
    const { log, queues } = this.options;
    const queue = entersQueue(message.sysFlag)
      ? queues.findOrCreate(message.topic, message.queueId)
      : undefined;
    const record: DispatchedRecord = {
      topic: message.topic,
      queueId: message.queueId,
      queueOffset: queue?.nextOffset ?? 0,
      queue,
      tagsCode: 0,
      sysFlag: message.sysFlag,
      properties: message.properties,
      physicalOffset: log.maxOffset,
      size: measure.size,
      storeTimestamp,
    };
    const { buffer, at } = log.reserve(measure.size);
    encodeRecord(buffer, at, { content: message, place: record, measure });
    log.lastStoreTimestamp = storeTimestamp;
    if (queue !== undefined) {
      record.tagsCode = entryTagsCodeOf(record, this.options.levels);
      queue.stage(record.physicalOffset, record.size, record.tagsCode);
      queues.stage(queue);
    }
    this.turn.records.push(record);
    return record;
  }

  private expect(
    message: MessageToStore,
    records: readonly DispatchedRecord[],
    done: (result: PutResult) => void,
  ): void {
    const first = present(records[0]);
    const last = present(records[records.length - 1]);
    const result: PutResult = {
      status: "PUT_OK",
      physicalOffset: first.physicalOffset,
      queueOffset: first.queueOffset,
      storeTimestamp: first.storeTimestamp,
      size: last.physicalOffset + last.size - first.physicalOffset,
      physicalOffsets:
        records.length === 1
          ? [first.physicalOffset]
          : records.map((record) => record.physicalOffset),
    };
    this.turn.puts.push({ done, result, waitStoreOk: message.waitStoreOk, answered: false });
    this.schedule();
  }

  private refuse(
    status: PutStatus,
    message: MessageToStore,
    done: (result: PutResult) => void,
  ): void {
    this.options.stats.putFailed();
    const result: PutResult = {
      status,
      physicalOffset: -1,
      queueOffset: -1,
      storeTimestamp: 0,
      size: 0,
      physicalOffsets: [],
    };
    this.turn.puts.push({ done, result, waitStoreOk: message.waitStoreOk, answered: false });
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(this.finishTurnLater);
  }

  /** `turns`: how often sockets are read before what came during this is in hand. */
  private writeOut(turns: 1 | 2): void {
    const { clock, config, queues, log } = this.options;
    const begin = clock.now();
    queues.writeOut();
    log.writeOut();
    const tookMs = clock.now() - begin;
    if (tookMs > config.osPageCacheBusyTimeOutMills && tookMs < NO_TIME_MS)
      this.holdUp(tookMs, turns);
  }

  private holdUp(tookMs: number, turns: number): void {
    this.heldUpMs = turns === 0 ? 0 : tookMs;
    if (turns > 0) setImmediate(() => this.holdUp(tookMs, turns - 1));
  }

  private finishTurn(): void {
    this.isScheduled = false;
    const turn = this.turn;
    if (turn.puts.length === 0) return;
    this.turn = newTurn();
    const { health, config } = this.options;
    try {
      if (health.failed !== undefined) throw health.failed as Error;
      this.writeOut(1);
    } catch (error) {
      this.takeBack(turn);
      health.fail("write the commit log", error);
      return this.answer(turn.puts, "SERVICE_NOT_AVAILABLE");
    }
    if (config.flushDiskType === "SYNC_FLUSH") {
      this.answer(turn.puts, "PUT_OK", (put) => !put.waitStoreOk);
      this.commits.add(turn, config.syncFlushTimeout);
    } else this.complete(turn, "PUT_OK");
  }

  /** The turn cannot be brought to an end: those who put something in it are told when it is over. */
  private giveUpTurn(error: unknown): void {
    const turn = this.turn;
    this.turn = newTurn();
    this.takeBack(turn);
    this.options.health.fail("write the commit log", error);
    setImmediate(() => this.answer(turn.puts, "SERVICE_NOT_AVAILABLE"));
  }

  /** Nothing of the turn has been: neither its records, nor its entries. [S-FAIL-1] */
  private takeBack({ records, start }: Turn): void {
    const { log, queues } = this.options;
    if (records.length === 0) return;
    log.rewindTo(start);
    for (let i = records.length - 1; i >= 0; i--) {
      const { queue, queueOffset } = present(records[i]);
      if (queue === undefined) continue;
      queue.rewindTo(queueOffset, start);
      queues.stage(queue);
    }
  }

  /** Records are where they must be: readers see them, and senders are answered unless replicas are waited for. */
  private complete(turn: Turn, status: PutStatus): void {
    this.options.dispatcher.publish(turn.records);
    const waiting = this.gate === undefined ? undefined : this.askGate(turn, this.gate);
    if (waiting === undefined) return this.answer(turn.puts, status);
    this.answer(turn.puts, status, (put) => !put.waitStoreOk);
    waiting.then(
      (replicated) => this.answer(turn.puts, replicated),
      () => this.answer(turn.puts, "UNKNOWN_ERROR"),
    );
  }

  private askGate(turn: Turn, gate: ReplicationGate): Promise<PutStatus> | undefined {
    const last = turn.records[turn.records.length - 1];
    if (last === undefined || !turn.puts.some((put) => put.waitStoreOk)) return undefined;
    return gate(last.physicalOffset + last.size);
  }

  private answer(
    puts: readonly PendingPut[],
    status: PutStatus,
    only?: (put: PendingPut) => boolean,
  ): void {
    const { stats, clock, logger } = this.options;
    const now = clock.now();
    for (const put of puts) {
      if (put.answered || (only !== undefined && !only(put))) continue;
      put.answered = true;
      const { result } = put;
      if (result.status === "PUT_OK") {
        result.status = status;
        if (status === "SERVICE_NOT_AVAILABLE") stats.putFailed();
        else stats.put(result.physicalOffsets.length, result.size, now - result.storeTimestamp);
      }
      try {
        put.done(result);
      } catch (error) {
        logger.error("an answer to a put failed", { error: messageOf(error) });
      }
    }
  }
}
