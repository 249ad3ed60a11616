/**
 * Records of which half messages are done, in RMQ_SYS_TRANS_OP_HALF_TOPIC. Upstream: TransactionalOpBatchService,
 * TransactionalMessageServiceImpl.fillOpRemoveMap. Up to 5.0 a record names one queue offset ("123"), from 5.1 on a
 * list ("123,124,"); both are read, the list is written.
 */
import type { Timer } from "../../base/clock.js";
import { decodeRecords } from "../../message/decode.js";
import { encodeProperties } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import { SystemTopic } from "../../message/topic-names.js";
import type { MessageToStore, PutResult } from "../../store/store-api.js";
import type { BrokerContext } from "../broker-context.js";
import { storedCode } from "../processors/put-answer.js";
import { HALF_QUEUE_ID } from "./half-message.js";

const DONE_TAG = "d";
/** Upstream: OP_MSG_PULL_NUMS. */
const READ_AT_ONCE = 32;

/** One record that was read. */
export interface OpRecord {
  queueOffset: number;
  /** Queue offsets of half messages. */
  done: readonly number[];
}

type OpContext = Pick<BrokerContext, "store" | "clock" | "config" | "logger" | "storeHost">;

export class OpRecords {
  private readonly context: OpContext;
  /** Done, but not in a stored record yet. */
  private readonly unwritten = new Set<number>();
  private batch: number[] = [];
  private batchBytes = 0;
  private timer: Timer | undefined;
  private underWay = 0;
  private onIdle: (() => void) | undefined;

  constructor(context: OpContext) {
    this.context = context;
  }

  /** Is the half message done by a record that is still to be written? */
  isUnwritten(halfOffset: number): boolean {
    return this.unwritten.has(halfOffset);
  }

  add(halfOffset: number): void {
    if (this.unwritten.has(halfOffset)) return;
    this.unwritten.add(halfOffset);
    this.batch.push(halfOffset);
    this.batchBytes += String(halfOffset).length + 1;
    const { clock, config } = this.context;
    if (this.batchBytes >= config.transactionOpMsgMaxSize) this.write();
    else this.timer ??= clock.after(config.transactionOpBatchInterval, () => this.write());
  }

  /** Writes what waits; resolves when it is stored, or failed once more. */
  async flush(): Promise<void> {
    this.write();
    if (this.underWay > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
    this.timer?.cancel();
  }

  /** All records from a queue offset to the end. */
  read(from: number): { records: OpRecord[]; from: number } {
    const records: OpRecord[] = [];
    let begin = from;
    for (let next = from; ;) {
      const found = this.context.store.get({
        topic: SystemTopic.OP_HALF,
        queueId: HALF_QUEUE_ID,
        queueOffset: next,
        maxCount: READ_AT_ONCE,
      });
      if (found.status !== "FOUND") {
        // What was expired or cut off is stepped over; at the end there is nothing more.
        if (records.length === 0) begin = found.nextBeginOffset;
        if (found.nextBeginOffset <= next) return { records, from: begin };
      }
      for (const bytes of found.records) {
        for (const message of decodeRecords(bytes)) {
          const { queueOffset, storedBody, tags } = message;
          const done = tags === DONE_TAG ? offsetsIn(storedBody) : [];
          records.push({ queueOffset, done });
        }
      }
      next = found.nextBeginOffset;
    }
  }

  private write(): void {
    this.timer?.cancel();
    this.timer = undefined;
    if (this.batch.length === 0) return;
    const { store, logger } = this.context;
    const offsets = this.batch;
    this.batch = [];
    this.batchBytes = 0;
    this.underWay++;
    store.put(this.recordOf(offsets), (result: PutResult) => {
      for (const offset of offsets) this.unwritten.delete(offset);
      if (storedCode(result.status) === undefined) {
        logger.error("ends of transactions were not recorded", { status: result.status });
        // With the next batch; until then the ends are known in memory.
        for (const offset of offsets) this.add(offset);
      }
      if (--this.underWay === 0) this.onIdle?.();
    });
  }

  private recordOf(offsets: readonly number[]): MessageToStore {
    const { clock, storeHost } = this.context;
    return {
      topic: SystemTopic.OP_HALF,
      queueId: HALF_QUEUE_ID,
      body: Buffer.from(`${offsets.join(",")},`),
      properties: encodeProperties([
        [PropertyName.WAIT, "true"],
        [PropertyName.TAGS, DONE_TAG],
      ]),
      flag: 0,
      sysFlag: 0,
      bornTimestamp: clock.now(),
      bornHost: storeHost,
      storeHost,
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      waitStoreOk: false,
    };
  }
}

function offsetsIn(body: Buffer): number[] {
  return body
    .toString()
    .split(",")
    .filter((text) => /^\d+$/.test(text))
    .map(Number);
}
