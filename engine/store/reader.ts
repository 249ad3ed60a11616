/** Answers pulls. Upstream: DefaultMessageStore.getMessage. [S-GET-1] */
import type { Clock } from "../base/clock.js";
import type { CommitLog } from "./commit-log/commit-log.js";
import type { ConsumeQueue, EntryRange } from "./consume-queue/consume-queue.js";
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
}

/** What a walk over queue entries came to. */
interface Walk {
  taken: Taken[];
  bytes: number;
  /** Entries looked at. */
  looked: number;
  lastPhysicalOffset: number;
  /** Records of matching entries had left the log. */
  metRemoved: boolean;
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
    const { taken, bytes, looked, lastPhysicalOffset, metRemoved } = this.walk(range, request);
    const records = this.collect(taken);
    const isFound = records !== undefined && taken.length > 0;
    const isRemoved = records === undefined || metRemoved;
    const missed = isRemoved ? "MESSAGE_WAS_REMOVING" : "NO_MATCHED_MESSAGE";
    return {
      status: isFound ? "FOUND" : missed,
      nextBeginOffset: request.queueOffset + looked,
      minOffset,
      maxOffset,
      records: records ?? [],
      count: isFound ? taken.length : 0,
      bytes: isFound ? bytes : 0,
      suggestSlave: log.maxOffset - lastPhysicalOffset > this.memoryShare,
    };
  }

  private walk(range: EntryRange, request: GetRequest): Walk {
    const { log } = this.options;
    const { filter } = request;
    const walk: Walk = { taken: [], bytes: 0, looked: 0, lastPhysicalOffset: 0, metRemoved: false };
    let goneBelow = 0;
    for (; walk.looked < range.count; walk.looked++) {
      const at = range.at + walk.looked * ENTRY_SIZE;
      const physicalOffset = entryPhysicalOffset(range.bytes, at);
      const size = entrySize(range.bytes, at);
      if (this.isFull(walk.taken.length, walk.bytes, { size, physicalOffset, request })) break;
      walk.lastPhysicalOffset = physicalOffset;
      if (physicalOffset < goneBelow) continue;
      if (filter?.matchesTagsCode(entryTagsCode(range.bytes, at)) === false) continue;
      if (!log.holds(physicalOffset, size)) {
        walk.metRemoved = true;
        goneBelow = log.nextFileStart(physicalOffset);
        continue;
      }
      const record = filter?.matchesRecord && log.read(physicalOffset, size);
      if (record !== undefined && filter?.matchesRecord?.(record) === false) continue;
      walk.taken.push({ physicalOffset, size });
      walk.bytes += size;
    }
    return walk;
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
    let group: Taken[] = [];
    let start = 0;
    let end = 0;
    for (const one of taken) {
      const oneEnd = one.physicalOffset + one.size;
      const joins =
        group.length > 0 &&
        one.physicalOffset - end <= MAX_GAP &&
        oneEnd - start <= MAX_RANGE &&
        this.options.log.isOneFile(start, oneEnd);
      if (!joins) {
        if (!this.slice(group, end, slices)) return undefined;
        group = [];
        start = one.physicalOffset;
      }
      group.push(one);
      end = oneEnd;
    }
    return this.slice(group, end, slices) ? slices : undefined;
  }

  private slice(group: readonly Taken[], end: number, into: Buffer[]): boolean {
    const { log } = this.options;
    const start = group[0]?.physicalOffset;
    if (start === undefined) return true;
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
