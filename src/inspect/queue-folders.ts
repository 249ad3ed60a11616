import { basename, dirname, join } from "node:path";
import { RocketmqError } from "../../engine/base/errors.js";
import { hasSegments, isFile, isFolder, namesIn, partOfStore } from "./store-files.js";

const QUEUE_NAME = /^\d{1,10}$/;

/** Parts of a store that hold `<topic>/<queueId>/<files>`. */
export type QueuePart = "consumequeue" | "batchconsumequeue" | "consumequeue_ext";

export interface QueuePath {
  topic: string;
  queueId: number;
  /** Its folder, or the one file that was named. */
  path: string;
}

export interface QueueChoice {
  topic?: string | undefined;
  queue?: number | undefined;
}

/** The queues below a store, such a part of it, a topic's folder, a queue's folder, or the queue of one file. */
export function queuePaths(
  path: string,
  { topic, queue }: QueueChoice = {},
  part: QueuePart = "consumequeue",
): QueuePath[] {
  return allQueues(path, part).filter(
    (one) =>
      (topic === undefined || one.topic === topic) &&
      (queue === undefined || one.queueId === queue),
  );
}

function allQueues(path: string, part: QueuePart): QueuePath[] {
  const root = partOfStore(path, part, (names) => hasSegments(names) || hasTopics(path, names));
  if (isFile(root)) return [queueAt(dirname(root), root)];
  const inside = namesIn(root);
  if (inside.includes("CURRENT")) {
    throw new RocketmqError(`the queues in ${root} are in RocksDB, which is not read`, {
      kind: "usage",
      hint: "what they hold follows from the commit log: mqctl inspect commitlog",
    });
  }
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
  const queueId = basename(folder);
  if (!QUEUE_NAME.test(queueId)) {
    throw new RocketmqError(`${path} is not in a consume queue's folder (topic/queueId/file)`, {
      kind: "usage",
    });
  }
  return { topic: basename(dirname(folder)), queueId: Number(queueId), path };
}

/** The one queue that is meant; a usage error when there are several. */
export function oneQueue(path: string, choice: QueueChoice, part: QueuePart): QueuePath {
  const found = queuePaths(path, choice, part);
  const [first] = found;
  if (first === undefined) {
    throw new RocketmqError(`${path} has no such queue in its ${part}`, { kind: "not-found" });
  }
  if (found.length === 1) return first;
  throw new RocketmqError(`--hex shows one queue, and there are ${String(found.length)}`, {
    kind: "usage",
    hint: "choose with --topic and --queue, or name the queue's folder",
  });
}
