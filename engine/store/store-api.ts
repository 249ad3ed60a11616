/**
 * What the broker asks of the store. Upstream: MessageStore. Offsets come in two kinds that must not be mixed:
 * a *physical offset* counts bytes in the commit log, a *queue offset* counts entries of one consume queue.
 */

import type { Host } from "../message/host.js";

export type { Host };

/** A message on its way into the commit log. Upstream: MessageExtBrokerInner. */
export interface MessageToStore {
  topic: string;
  queueId: number;
  body: Buffer;
  /** The property string, already encoded (name \u0001 value \u0002 …). */
  properties: string;
  flag: number;
  sysFlag: number;
  bornTimestamp: number;
  bornHost: Host;
  storeHost: Host;
  reconsumeTimes: number;
  preparedTransactionOffset: number;
  /** False (property WAIT=false): answer without waiting for disk or replicas. */
  waitStoreOk: boolean;
}

/** A client batch: `body` is the concatenation of short-form messages (spec: store 2.11). */
export type BatchToStore = MessageToStore;

/** Upstream: PutMessageStatus. */
export type PutStatus =
  | "PUT_OK"
  | "FLUSH_DISK_TIMEOUT"
  | "FLUSH_SLAVE_TIMEOUT"
  | "SLAVE_NOT_AVAILABLE"
  | "IN_SYNC_REPLICAS_NOT_ENOUGH"
  | "SERVICE_NOT_AVAILABLE"
  | "CREATE_MAPPED_FILE_FAILED"
  | "MESSAGE_ILLEGAL"
  | "PROPERTIES_SIZE_EXCEEDED"
  | "OS_PAGE_CACHE_BUSY"
  | "WHEEL_TIMER_MSG_ILLEGAL"
  | "WHEEL_TIMER_FLOW_CONTROL"
  | "WHEEL_TIMER_NOT_ENABLE"
  | "UNKNOWN_ERROR";

export interface PutResult {
  status: PutStatus;
  /** Of the first record. */
  physicalOffset: number;
  /** Of the first record. */
  queueOffset: number;
  storeTimestamp: number;
  /** Bytes of all records written. */
  size: number;
  /** Physical offsets of all records (one, or one per message of a batch). */
  physicalOffsets: readonly number[];
}

/** Upstream: GetMessageStatus. */
export type GetStatus =
  | "FOUND"
  | "NO_MATCHED_MESSAGE"
  | "MESSAGE_WAS_REMOVING"
  | "OFFSET_FOUND_NULL"
  | "OFFSET_OVERFLOW_BADLY"
  | "OFFSET_OVERFLOW_ONE"
  | "OFFSET_TOO_SMALL"
  | "NO_MATCHED_LOGIC_QUEUE"
  | "NO_MESSAGE_IN_QUEUE";

/** Decides which messages a pull takes. Upstream: MessageFilter. */
export interface MessageFilter {
  /** By the tag hash (or delivery time) of the consume queue entry. */
  matchesTagsCode(tagsCode: number): boolean;
  /** By the stored record; only asked when the first said yes. */
  matchesRecord?(record: Buffer): boolean;
  /** The same by the property string alone, where that is at hand already. */
  matchesProperties?(properties: string): boolean;
}

export interface GetRequest {
  topic: string;
  queueId: number;
  queueOffset: number;
  maxCount: number;
  maxBytes?: number;
  filter?: MessageFilter | undefined;
}

export interface GetResult {
  status: GetStatus;
  nextBeginOffset: number;
  minOffset: number;
  maxOffset: number;
  /** Stored records back to back, in one or more slices that must not be written to. */
  records: readonly Buffer[];
  count: number;
  bytes: number;
  /** The reader is further behind than the memory share of accessMessageInMemoryMaxRatio. */
  suggestSlave: boolean;
}

export interface QueueEntry {
  queueOffset: number;
  physicalOffset: number;
  size: number;
  tagsCode: number;
}

/** Told for every record that became readable in its queue, in order. */
export type ArrivalListener = (arrival: {
  topic: string;
  queueId: number;
  /** Queue offset of the new record. */
  queueOffset: number;
  tagsCode: number;
  storeTimestamp: number;
  properties: string;
}) => void;

/**
 * Asked once for all records that were appended together, when they are in the log and flushed as configured: resolves to
 * PUT_OK or a replica status for all of them. `nextOffset` is where the last of them ends. The broker fills it when it
 * replicates; without one nothing is waited for.
 */
export type ReplicationGate = (nextOffset: number) => Promise<PutStatus> | undefined;

export interface QueryResult {
  records: readonly Buffer[];
  indexLastUpdateTimestamp: number;
  indexLastUpdatePhysicalOffset: number;
}

export interface MessageStore {
  /** Opens, locks and recovers the store and starts its flush, dispatch and cleaning timers. */
  start(): Promise<void>;
  /** Flushes everything; removes `abort` when all is dispatched. */
  stop(): Promise<void>;

  /** Appends; `done` is called once, in a later turn of the event loop at the earliest, after the durability that was asked for. */
  put(message: MessageToStore, done: (result: PutResult) => void): void;
  putBatch(batch: BatchToStore, done: (result: PutResult) => void): void;

  get(request: GetRequest): GetResult;
  minOffset(topic: string, queueId: number): number;
  maxOffset(topic: string, queueId: number): number;
  entry(topic: string, queueId: number, queueOffset: number): QueueEntry | undefined;
  offsetByTime(
    topic: string,
    queueId: number,
    timestamp: bigint,
    boundary: "lower" | "upper",
  ): number;
  /** Store time of the record at a queue offset; -1 when there is none. */
  storeTimeAt(topic: string, queueId: number, queueOffset: number): number;
  earliestStoreTime(topic: string, queueId: number): number;
  /** Is the record at this queue offset still in memory (upstream: checkInMemByConsumeOffset)? */
  isInMemory(topic: string, queueId: number, queueOffset: number): boolean;
  /** The whole record that begins at a physical offset; undefined when no record begins there. */
  record(physicalOffset: number): Buffer | undefined;
  query(topic: string, key: string, maxCount: number, begin: bigint, end: bigint): QueryResult;

  onArrival(listener: ArrivalListener): void;
  setReplicationGate(gate: ReplicationGate): void;

  /** Removes the consume queues of topics (their records stay in the log until they expire). */
  deleteTopics(topics: readonly string[]): void;
  /** Topics that have consume queues, with their queue ids. */
  queues(): ReadonlyMap<string, readonly number[]>;
  deleteExpiredCommitLog(): void;
  cleanExpiredConsumeQueues(): void;

  readonly commitLogMinOffset: number;
  readonly commitLogMaxOffset: number;
  readonly flushedOffset: number;
  readonly dispatchBehindBytes: number;
  readonly isWritable: boolean;
  /**
   * How long a write to the log held everything up that is served now, in milliseconds; 0 unless that was longer than
   * osPageCacheBusyTimeOutMills. Upstream: isOSPageCacheBusy.
   */
  readonly heldUpMs: number;
  /** Earliest store time in the log; -1 when it is empty. */
  readonly earliestTimestamp: number;
  /** Strings for GET_BROKER_RUNTIME_INFO (spec: remoting 3.9): put/get stats, totals, disk ratios, remainHowMany… */
  runtimeInfo(): Record<string, string>;
}
