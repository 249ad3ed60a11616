/** Judges the files of the consume queues before they are believed. No counterpart upstream, which takes them as they are. [S-REC-6] */
import { CorruptError } from "../../base/errors.js";
import type { OpenFiles } from "../segment/open-files.js";
import { SegmentFile, parseSegmentName } from "../segment/segment-file.js";
import { countReadable } from "./consume-queue.js";
import { ENTRY_SIZE } from "./queue-entry.js";

interface QueueFile {
  path: string;
  startOffset: number;
  size: number;
}

/** The files of one queue, in order. */
export interface QueueFolder {
  topic: string;
  queueId: number;
  files: readonly QueueFile[];
}

/** What is expected of the files. */
export interface Expected {
  fileSize: number;
  afterCrash: boolean;
}

export function queueFolders(open: OpenFiles, directory: string): QueueFolder[] {
  const { files } = open;
  const folders: QueueFolder[] = [];
  for (const topic of files.list(directory)) {
    const topicDirectory = `${directory}/${topic}`;
    if (!files.isDirectory(topicDirectory)) continue;
    for (const name of files.list(topicDirectory)) {
      const queueDirectory = `${topicDirectory}/${name}`;
      if (!/^\d{1,10}$/.test(name) || !files.isDirectory(queueDirectory)) continue;
      folders.push({ topic, queueId: Number(name), files: filesIn(open, queueDirectory) });
    }
  }
  return folders;
}

function filesIn({ files }: OpenFiles, directory: string): QueueFile[] {
  const found: QueueFile[] = [];
  for (const name of files.list(directory)) {
    const startOffset = parseSegmentName(name);
    const path = `${directory}/${name}`;
    if (startOffset === undefined || files.isDirectory(path)) continue;
    found.push({ path, startOffset, size: files.size(path) ?? 0 });
  }
  return found;
}

/** When all files have one other size, it is not they that are wrong. Throws a CorruptError then. */
export function checkCommonSize(folders: readonly QueueFolder[], expected: Expected): void {
  const { fileSize, afterCrash } = expected;
  const all = folders.flatMap(({ files }) => files).filter(({ size }) => size > 0);
  const [first] = all;
  if (first === undefined || first.size === fileSize || first.size % ENTRY_SIZE !== 0) return;
  // a crash may leave files that did not get their length
  if (afterCrash && first.size < fileSize) return;
  if (all.some(({ size }) => size !== first.size)) return;
  throw new CorruptError(
    `${first.path} has ${first.size} bytes, but mappedFileSizeConsumeQueue says ${fileSize}`,
    { hint: "start with the mappedFileSizeConsumeQueue that the store was written with" },
  );
}

/** Why the files of a queue cannot be believed; undefined when they can. */
export function flawOf({ files }: QueueFolder, expected: Expected): string | undefined {
  const { fileSize, afterCrash } = expected;
  for (const [i, { path, startOffset, size }] of files.entries()) {
    const before = files[i - 1];
    if (startOffset % fileSize !== 0) return `${path} is not named by the beginning of a file`;
    if (before !== undefined && startOffset !== before.startOffset + fileSize) {
      return `a file is missing before ${path}`;
    }
    if (size === fileSize || (size === 0 && i === files.length - 1)) continue;
    if (!afterCrash || size > fileSize) return `${path} has ${size} bytes instead of ${fileSize}`;
  }
  return undefined;
}

/** Behind the last entry that such files hold; 0 when they hold none. */
export function endOfFlawed(open: OpenFiles, folder: QueueFolder, fileSize: number): number {
  let end = 0;
  for (const { path, startOffset, size } of folder.files) {
    const length = Math.min(size, fileSize);
    const usable = length - (length % ENTRY_SIZE);
    if (usable === 0 || startOffset % ENTRY_SIZE !== 0) continue;
    const count = countReadable(new SegmentFile(open, { path, startOffset, size: usable }));
    if (count > 0) end = Math.max(end, startOffset / ENTRY_SIZE + count);
  }
  return end;
}
