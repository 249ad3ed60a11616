import { basename, dirname, join } from "node:path";
import { RocketmqError } from "../../engine/base/errors.js";
import {
  FileReader,
  hasSegments,
  isFile,
  isFolder,
  namesIn,
  partOfStore,
  segmentPaths,
} from "./store-files.js";

const QUEUE_NAME = /^\d{1,10}$/;
const ENTRY = 20;
const WINDOW = ENTRY * 50_000;
/** Size in the entries that fill a queue's first file up to its first message. [S-CQ-2] */
const FILLER_SIZE = 0x7fffffff;

export interface QueuePath {
  topic: string;
  queueId: number;
  path: string;
}

export interface ConsumeQueueEntry {
  topic: string;
  queueId: number;
  queueOffset: number;
  physicalOffset: number;
  size: number;
  /** Hash of the tag; the time of delivery in the delay topic. */
  tagsCode: bigint;
  file: string;
}

/** The queues below a store, a consumequeue folder, a topic's folder, a queue's folder, or the queue of one file. */
export function queuePaths(path: string): QueuePath[] {
  const root = partOfStore(
    path,
    "consumequeue",
    (names) => hasSegments(names) || hasTopics(path, names),
  );
  if (isFile(root)) return [queueAt(dirname(root), root)];
  const inside = namesIn(root);
  if (hasSegments(inside)) return [queueAt(root, root)];
  if (areQueues(inside)) return queuesOfTopic(root);
  return inside.flatMap((topic) => {
    const folder = join(root, topic);
    return isFolder(folder) ? queuesOfTopic(folder) : [];
  });
}

function areQueues(names: readonly string[]): boolean {
  return names.length > 0 && names.every((name) => QUEUE_NAME.test(name));
}

/** The folder of a topic, or one that holds nothing but such folders. */
function hasTopics(path: string, names: readonly string[]): boolean {
  if (areQueues(names)) return true;
  const topics = names.map((name) => join(path, name));
  return topics.length > 0 && topics.every((topic) => isFolder(topic) && areQueues(namesIn(topic)));
}

function queuesOfTopic(folder: string): QueuePath[] {
  return namesIn(folder)
    .filter((name) => QUEUE_NAME.test(name))
    .sort((a, b) => Number(a) - Number(b))
    .map((name) => queueAt(join(folder, name), join(folder, name)));
}

function queueAt(folder: string, path: string): QueuePath {
  const queueId = Number(basename(folder));
  if (!Number.isInteger(queueId)) {
    throw new RocketmqError(`${path} is not in a consume queue's folder (topic/queueId/file)`, {
      kind: "usage",
    });
  }
  return { topic: basename(dirname(folder)), queueId, path };
}

/** The entries of one queue, fillers left out; ends at the first that was never written. */
export function* queueEntries(queue: QueuePath): Generator<ConsumeQueueEntry> {
  for (const file of segmentPaths(queue.path)) {
    const reader = new FileReader(file.path);
    try {
      for (let at = 0; at < file.size; at += WINDOW) {
        const window = reader.read(at, WINDOW);
        for (let i = 0; i + ENTRY <= window.length; i += ENTRY) {
          const size = window.readInt32BE(i + 8);
          const physicalOffset = window.readBigInt64BE(i);
          if (size <= 0 || physicalOffset < 0n) return;
          if (size === FILLER_SIZE && physicalOffset === 0n) continue;
          yield {
            topic: queue.topic,
            queueId: queue.queueId,
            queueOffset: (file.start + at + i) / ENTRY,
            physicalOffset: Number(physicalOffset),
            size,
            tagsCode: window.readBigInt64BE(i + 12),
            file: file.path,
          };
        }
      }
    } finally {
      reader.close();
    }
  }
}
