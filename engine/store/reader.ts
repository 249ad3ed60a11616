/** Answers pulls. Upstream: DefaultMessageStore.getMessage. [S-GET-1] */
import type { Clock } from "../base/clock.js";
import type { CommitLog } from "./commit-log/commit-log.js";
import type { ConsumeQueue } from "./consume-queue/consume-queue.js";
import type { ConsumeQueues } from "./consume-queue/consume-queues.js";
import {
  ENTRY_SIZE,
  entryPhysicalOffset,
  entrySize,
  entryTagsCode,
} from "./consume-queue/queue-entry.js";
import type { GetRequest, GetResult, GetStatus } from "./store-api.js";
import type { StoreConfig } from "./store-config.js";
import type { StoreStats } from "./store-stats.js";

export interface ReaderOptions {
  config: StoreConfig;
  clock: Clock;
  log: CommitLog;
  queues: ConsumeQueues;
  stats: StoreStats;
  /** Memory of the machine, in bytes. */
  memoryBytes: number;
}

/** Records that stand close together are read with one call, gaps up to this included. */
const MAX_GAP = 4096;
const MAX_RANGE = 1 << 20;

interface Taken {
  physicalOffset: number;
  size: number;
  /** Set when the filter had to look at the record already. */
  record: Buffer | undefined;
}

export class Reader {
  private readonly options: ReaderOptions;

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  get(request: GetRequest): GetResult {
    const { queues, clock, stats } = this.options;
    const began = clock.now();
    const queue = queues.find(request.topic, request.queueId);
    const result =
      queue === undefined
        ? this.missing(queue, request, "NO_MESSAGE_IN_QUEUE")
        : this.read(queue, request);
    stats.got(result.count, clock.now() - began);
    return result;
  }

  /** Is the newest record further from this one than the share of memory that recent messages may have? */
  isInMemory(physicalOffset: number): boolean {
    return this.options.log.maxOffset - physicalOffset <= this.memoryShare;
  }

  private read(queue: ConsumeQueue, request: GetRequest): GetResult {
    const { queueOffset } = request;
    if (queue.maxOffset === 0) return this.missing(queue, request, "NO_MESSAGE_IN_QUEUE");
    if (queueOffset < queue.minOffset) return this.missing(queue, request, "OFFSET_TOO_SMALL");
    if (queueOffset === queue.maxOffset) return this.missing(queue, request, "OFFSET_OVERFLOW_ONE");
    if (queueOffset > queue.maxOffset) return this.missing(queue, request, "OFFSET_OVERFLOW_BADLY");
    return this.scan(queue, request);
  }

  private missing(
    queue: ConsumeQueue | undefined,
    request: GetRequest,
    status: GetStatus,
  ): GetResult {
    const minOffset = queue?.minOffset ?? 0;
    const maxOffset = queue?.maxOffset ?? 0;
    const next = this.correct(
      request.queueOffset,
      {
        NO_MESSAGE_IN_QUEUE: 0,
        OFFSET_TOO_SMALL: minOffset,
        OFFSET_OVERFLOW_BADLY: maxOffset,
      }[status as string],
    );
    return { ...nothing, status, nextBeginOffset: next, minOffset, maxOffset };
  }

  /** A slave sends a reader nowhere else: it may just be behind. */
  private correct(requested: number, corrected: number | undefined): number {
    const { brokerRole, offsetCheckInSlave } = this.options.config;
    if (corrected === undefined || (brokerRole === "SLAVE" && !offsetCheckInSlave))
      return requested;
    return corrected;
  }

  private scan(queue: ConsumeQueue, request: GetRequest): GetResult {
    const { log, config } = this.options;
    const { minOffset, maxOffset } = queue;
    const limit = Math.ceil(
      Math.max(config.maxFilterMessageSize, request.maxCount * ENTRY_SIZE) / ENTRY_SIZE,
    );
    const range = queue.read(request.queueOffset, limit);
    if (range.count === 0) {
      const perFile = queue.entriesPerFile;
      const rolled = (Math.floor(request.queueOffset / perFile) + 1) * perFile;
      const next = this.correct(request.queueOffset, rolled);
      return {
        ...nothing,
        status: "OFFSET_FOUND_NULL",
        nextBeginOffset: next,
        minOffset,
        maxOffset,
      };
    }
    const taken: Taken[] = [];
    let bytes = 0;
    let index = 0;
    let status: GetStatus = "NO_MATCHED_MESSAGE";
    let gone = 0;
    let lastLooked = 0;
    for (; index < range.count; index++) {
      const at = range.at + index * ENTRY_SIZE;
      const physicalOffset = entryPhysicalOffset(range.bytes, at);
      const size = entrySize(range.bytes, at);
      if (this.isFull(taken.length, bytes, { size, physicalOffset, request })) break;
      lastLooked = physicalOffset;
      if (physicalOffset < gone) continue;
      if (request.filter?.matchesTagsCode(entryTagsCode(range.bytes, at)) === false) continue;
      if (!log.holds(physicalOffset, size)) {
        if (taken.length === 0) status = "MESSAGE_WAS_REMOVING";
        gone = log.nextFileStart(physicalOffset);
        continue;
      }
      const record = request.filter?.matchesRecord && log.read(physicalOffset, size);
      if (record !== undefined && !request.filter!.matchesRecord!(record)) continue;
      taken.push({ physicalOffset, size, record });
      bytes += size;
    }
    const records = this.collect(taken);
    if (records === undefined) status = "MESSAGE_WAS_REMOVING";
    else if (taken.length > 0) status = "FOUND";
    return {
      status,
      nextBeginOffset: request.queueOffset + index,
      minOffset,
      maxOffset,
      records: records ?? [],
      count: records === undefined ? 0 : taken.length,
      bytes: records === undefined ? 0 : bytes,
      suggestSlave: log.maxOffset - lastLooked > this.memoryShare,
    };
  }

  /** [S-GET-2] The first match is always taken; records from the disk come in smaller portions. */
  private isFull(
    count: number,
    bytes: number,
    next: { size: number; physicalOffset: number; request: GetRequest },
  ): boolean {
    if (count === 0) return false;
    const { config } = this.options;
    const { maxCount, maxBytes = Infinity } = next.request;
    if (count >= maxCount || bytes + next.size > maxBytes) return true;
    return this.isInMemory(next.physicalOffset)
      ? bytes + next.size > config.maxTransferBytesOnMessageInMemory ||
          count >= config.maxTransferCountOnMessageInMemory
      : bytes + next.size > config.maxTransferBytesOnMessageInDisk ||
          count >= config.maxTransferCountOnMessageInDisk;
  }

  /** The bytes of the records, in as few reads and slices as there are stretches; undefined when they are gone. */
  private collect(taken: readonly Taken[]): Buffer[] | undefined {
    const slices: Buffer[] = [];
    for (let i = 0; i < taken.length;) {
      const first = taken[i]!;
      if (first.record !== undefined) {
        slices.push(first.record);
        i++;
        continue;
      }
      const start = first.physicalOffset;
      let end = start + first.size;
      let next = i + 1;
      for (; next < taken.length && taken[next]!.record === undefined; next++) {
        const { physicalOffset, size } = taken[next]!;
        if (physicalOffset - end > MAX_GAP || physicalOffset + size - start > MAX_RANGE) break;
        if (!this.options.log.isOneFile(start, physicalOffset + size)) break;
        end = physicalOffset + size;
      }
      if (!this.slice(taken.slice(i, next), end, slices)) return undefined;
      i = next;
    }
    return slices;
  }

  private slice(group: readonly Taken[], end: number, into: Buffer[]): boolean {
    const { log } = this.options;
    const start = group[0]!.physicalOffset;
    const bytes = log.read(start, end - start);
    if (bytes === undefined) return false;
    let from = 0;
    let to = 0;
    for (const { physicalOffset, size } of group) {
      if (physicalOffset - start !== to) {
        into.push(bytes.subarray(from, to));
        from = physicalOffset - start;
      }
      to = physicalOffset - start + size;
    }
    into.push(bytes.subarray(from, to));
    return true;
  }

  private get memoryShare(): number {
    return (this.options.memoryBytes * this.options.config.accessMessageInMemoryMaxRatio) / 100;
  }
}

const nothing = { records: [], count: 0, bytes: 0, suggestSlave: false } as const;
