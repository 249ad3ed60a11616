/** All consume queues of a store. Upstream: ConsumeQueueStore. */
import { RocketmqError } from "../../base/errors.js";
import type { OpenFiles } from "../segment/open-files.js";
import { SegmentQueue } from "../segment/segment-queue.js";
import type { StoreConfig } from "../store-config.js";
import { ConsumeQueue } from "./consume-queue.js";
import { ENTRY_SIZE } from "./queue-entry.js";
import { checkCommonSize, endOfFlawed, flawOf, queueFolders } from "./queue-files.js";

/** A queue without files that has to be built anew. */
export interface FlawedQueue {
  queue: ConsumeQueue;
  /** Behind its last entry, as far as is known: if no record of it is left, it goes on there. */
  end: number;
  because: string;
}

export class ConsumeQueues {
  private readonly open: OpenFiles;
  private readonly directory: string;
  private readonly fileSize: number;
  private readonly topics = new Map<string, Map<number, ConsumeQueue>>();
  private staged: ConsumeQueue[] = [];

  constructor(open: OpenFiles, config: StoreConfig) {
    this.open = open;
    this.directory = `${config.storePathRootDir}/consumequeue`;
    this.fileSize = Math.ceil(config.mappedFileSizeConsumeQueue / ENTRY_SIZE) * ENTRY_SIZE;
  }

  /**
   * Finds the queues on the disk and where each ends. Those whose files cannot be believed lose them, and are given back
   * to be built anew. Throws when the configured size is not that of the files. [S-REC-6]
   */
  recover(afterCrash: boolean): FlawedQueue[] {
    const { open, fileSize } = this;
    const flawed: FlawedQueue[] = [];
    const folders = queueFolders(open, this.directory);
    checkCommonSize(folders, { fileSize, afterCrash });
    for (const folder of folders) {
      if (!this.isLegal(folder.topic, folder.queueId)) continue;
      const queue = this.findOrCreate(folder.topic, folder.queueId);
      const because = flawOf(folder, { fileSize, afterCrash });
      if (because !== undefined) {
        flawed.push({ queue, end: endOfFlawed(open, folder, fileSize), because });
        for (const { path } of folder.files) {
          open.forget(path);
          open.files.remove(path);
        }
      }
      queue.recover(afterCrash);
    }
    return flawed;
  }

  find(topic: string, queueId: number): ConsumeQueue | undefined {
    return this.topics.get(topic)?.get(queueId);
  }

  /** Can there be a queue of this name? It is the name of a folder. */
  isLegal(topic: string, queueId: number): boolean {
    if (topic === "" || topic === "." || topic === ".." || /[/\0]/.test(topic)) return false;
    return Number.isInteger(queueId) && queueId >= 0;
  }

  findOrCreate(topic: string, queueId: number): ConsumeQueue {
    const known = this.topics.get(topic)?.get(queueId);
    if (known !== undefined) return known;
    if (!this.isLegal(topic, queueId)) {
      throw new RocketmqError(
        `there can be no queue ${queueId} of topic ${JSON.stringify(topic)}`,
        {
          kind: "usage",
        },
      );
    }
    const segments = new SegmentQueue(this.open, {
      directories: [`${this.directory}/${topic}/${queueId}`],
      fileSize: this.fileSize,
      sizeKey: "mappedFileSizeConsumeQueue",
    });
    const queue = new ConsumeQueue({ topic, queueId }, segments);
    let queues = this.topics.get(topic);
    if (queues === undefined) this.topics.set(topic, (queues = new Map<number, ConsumeQueue>()));
    queues.set(queueId, queue);
    return queue;
  }

  *all(): Generator<ConsumeQueue> {
    for (const queues of this.topics.values()) yield* queues.values();
  }

  /** Remembers that a queue has entries to be written. */
  stage(queue: ConsumeQueue): void {
    if (queue.isQueued) return;
    queue.isQueued = true;
    this.staged.push(queue);
  }

  writeOut(): void {
    const staged = this.staged;
    if (staged.length === 0) return;
    let done = 0;
    try {
      for (const queue of staged) {
        if (!queue.isDeleted) queue.writeOut();
        queue.isQueued = false;
        done++;
      }
    } finally {
      this.staged = staged.slice(done);
    }
  }

  deleteTopic(topic: string): void {
    const queues = this.topics.get(topic);
    if (queues === undefined) return;
    this.topics.delete(topic);
    for (const queue of queues.values()) queue.delete();
    this.open.files.removeTree(`${this.directory}/${topic}`);
  }

  /** Topics with their queue ids in order. */
  ids(): Map<string, number[]> {
    const ids = new Map<string, number[]>();
    for (const [topic, queues] of this.topics) {
      ids.set(
        topic,
        [...queues.keys()].sort((a, b) => a - b),
      );
    }
    return ids;
  }

  get isEmpty(): boolean {
    for (const queue of this.all()) if (queue.segments.first !== undefined) return false;
    return true;
  }

  /** Where the record of the newest entry of any queue ends; -1 when there is none. */
  get maxPhysicalOffset(): number {
    let highest = -1;
    for (const queue of this.all()) highest = Math.max(highest, queue.maxPhysicalOffset);
    return highest;
  }
}
