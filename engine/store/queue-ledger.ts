/**
 * What the files of a store do not tell of its queues: which there were when it was stopped, and which topics were deleted
 * while their records stay in the log. No counterpart upstream, where a deleted topic has its old queues again after a
 * crash, and a queue that was removed stays so. Other brokers pass the file over. [S-REC-7]
 *
 *     {"logEnd": 4711, "queues": {"<topic>": {"<queueId>": [<min>, <max>]}}, "index": ["<name>"], "deleted": {"<topic>": <physical offset>}}
 */
import { CorruptError, messageOf } from "../base/errors.js";
import { type Files, replaceText } from "../base/files.js";
import type { Logger } from "../base/log.js";

export interface StoppedQueue {
  topic: string;
  queueId: number;
  min: number;
  max: number;
}

/** How a store was left by a clean stop. */
export interface StoppedStore {
  logEnd: number;
  queues: readonly StoppedQueue[];
  /** Names of the index files. */
  index: readonly string[];
}

interface Content {
  logEnd: number;
  queues: Record<string, Record<string, [number, number]>>;
  index: string[];
  deleted: Record<string, number>;
}

export class QueueLedger {
  private readonly files: Files;
  private readonly logger: Logger;
  private readonly folder: string;
  private content: Content = empty();

  constructor(files: Files, logger: Logger, rootDir: string) {
    this.files = files;
    this.logger = logger;
    this.folder = `${rootDir}/config`;
  }

  load(): void {
    this.content = empty();
    const text = this.files.readText(this.path);
    if (text === undefined) return;
    try {
      this.content = contentOf(JSON.parse(text));
    } catch (error) {
      this.logger.warn("what is known of the queues is passed over, as it does not decode", {
        path: this.path,
        error: messageOf(error),
      });
    }
  }

  get stopped(): StoppedStore {
    const { logEnd, index } = this.content;
    const queues: StoppedQueue[] = [];
    for (const [topic, ends] of Object.entries(this.content.queues)) {
      for (const [id, [min, max]] of Object.entries(ends)) {
        queues.push({ topic, queueId: Number(id), min, max });
      }
    }
    return { logEnd, index, queues };
  }

  /** Was the record of a topic that was deleted after it was written? */
  isDeleted(topic: string, physicalOffset: number): boolean {
    return physicalOffset < this.deletedBelow(topic);
  }

  /** Records of the topic before this physical offset have no queue any more. */
  deletedBelow(topic: string): number {
    return Object.hasOwn(this.content.deleted, topic) ? (this.content.deleted[topic] ?? 0) : 0;
  }

  /** Known to the disk when it returns. */
  noteDeleted(topics: readonly string[], logEnd: number, logMin: number): void {
    const { content } = this;
    for (const topic of topics) {
      content.deleted[topic] = logEnd;
      Reflect.deleteProperty(content.queues, topic);
    }
    this.forgetExpired(logMin);
    this.write();
  }

  /** New records may come to where those of deleted topics were cut off. */
  logEndsAt(end: number): void {
    const { deleted } = this.content;
    const beyond = Object.keys(deleted).filter((topic) => this.deletedBelow(topic) > end);
    if (beyond.length === 0) return;
    for (const topic of beyond) deleted[topic] = end;
    this.write();
  }

  /** Known to the disk when it returns. */
  noteStop(stopped: StoppedStore, logMin: number): void {
    const { content } = this;
    content.logEnd = stopped.logEnd;
    content.index = [...stopped.index];
    content.queues = {};
    for (const { topic, queueId, min, max } of stopped.queues) {
      const ends = (content.queues[topic] ??= {});
      ends[String(queueId)] = [min, max];
    }
    this.forgetExpired(logMin);
    this.write();
  }

  private get path(): string {
    return `${this.folder}/storeQueues.json`;
  }

  private forgetExpired(logMin: number): void {
    for (const [topic, end] of Object.entries(this.content.deleted)) {
      if (end <= logMin) Reflect.deleteProperty(this.content.deleted, topic);
    }
  }

  private write(): void {
    const { files, path } = this;
    if (!files.exists(this.folder)) files.makeDirectory(this.folder);
    replaceText(files, path, JSON.stringify(this.content));
  }
}

function empty(): Content {
  return { logEnd: -1, queues: table(), index: [], deleted: table() };
}

/** Has no names of its own, whatever a topic is called. */
function table<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

/** Throws when it is something else. */
function contentOf(json: unknown): Content {
  const content = empty();
  const read = json as Record<keyof Content, unknown>;
  content.logEnd = wholeNumber(read.logEnd);
  content.index = (read.index as unknown[]).map(String);
  for (const [topic, end] of Object.entries(read.deleted as object)) {
    content.deleted[topic] = wholeNumber(end);
  }
  for (const [topic, ends] of Object.entries(read.queues as object)) {
    const known: Content["queues"][string] = (content.queues[topic] = {});
    for (const [id, [min, max]] of Object.entries(ends as Record<string, unknown[]>)) {
      known[id] = [wholeNumber(min), wholeNumber(max)];
    }
  }
  return content;
}

function wholeNumber(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new CorruptError(`${JSON.stringify(value)} is not a whole number`);
}
