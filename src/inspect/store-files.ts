import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { basename, join, resolve, sep } from "node:path";
import { messageOf, RocketmqError } from "../../engine/base/errors.js";

/** One file of a series, named by the byte offset it begins at. */
export interface SegmentPath {
  path: string;
  /** Offset of its first byte in the series. */
  start: number;
  size: number;
}

const SEGMENT_NAME = /^\d{20}$/;

/** The files of a series: of a folder, in order, or the one file that is named. Foreign files are passed over. */
export function segmentPaths(path: string): SegmentPath[] {
  if (isFile(path)) {
    const name = basename(path);
    const start = SEGMENT_NAME.test(name) ? Number(name) : 0;
    return [{ path, start, size: statSync(path).size }];
  }
  return namesIn(path)
    .filter((name) => SEGMENT_NAME.test(name))
    .flatMap((name) => {
      const file = join(path, name);
      // a running broker may have removed it meanwhile
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ path: file, start: Number(name), size: stat.size }];
    });
}

/** The files of a series that is kept in several folders, in order. */
export function segmentsOf(folders: readonly string[]): SegmentPath[] {
  return folders.flatMap(segmentPaths).sort((a, b) => a.start - b.start);
}

/** True for series files among the names in a folder. */
export function hasSegments(names: readonly string[]): boolean {
  return names.some((name) => SEGMENT_NAME.test(name));
}

/** What makes a folder a store. */
const STORE_ENTRIES = [
  ...["commitlog", "consumequeue", "batchconsumequeue", "timerlog", "timerwheel"],
  ...["config", "checkpoint", "abort", "lock"],
];

function isStore(names: readonly string[]): boolean {
  return names.some((name) => STORE_ENTRIES.includes(name));
}

/**
 * The part of a store that a path names: the part itself, one of its files, or a whole store. `looksLike` knows the
 * part's folder by what is in it, where its name does not tell. Throws when the path is none of these.
 */
export function partOfStore(
  path: string,
  part: string,
  looksLike: (names: readonly string[]) => boolean,
): string {
  if (isFile(path)) {
    if (SEGMENT_NAME.test(basename(path))) expectPart(path, part);
    return path;
  }
  const names = namesIn(path);
  if (names.includes(part)) return join(path, part);
  if (isStore(names)) {
    throw new RocketmqError(`the store ${path} has no ${part}`, { kind: "not-found" });
  }
  expectPart(path, part);
  if (basename(path) === part || looksLike(names)) return path;
  const store = names.find(
    (name) => isFolder(join(path, name)) && isStore(namesIn(join(path, name))),
  );
  throw new RocketmqError(`${path} is neither a store nor its ${part}`, {
    kind: "usage",
    ...(store !== undefined && { hint: `did you mean ${join(path, store)}?` }),
  });
}

const FOLDERS = ["commitlog", "consumequeue", "batchconsumequeue", "consumequeue_ext", "timerlog"];

/** Throws when a path leads into another part of a store. */
function expectPart(path: string, part: string): void {
  // a part, a topic, a queue, a file
  const near = resolve(path).split(sep).slice(-4);
  const inside = near.find((name) => FOLDERS.includes(name));
  if (inside === undefined || near.includes(part)) return;
  throw new RocketmqError(`${path} is in the ${inside} of a store, and not its ${part}`, {
    kind: "usage",
    hint: `mqctl inspect ${inside} reads it`,
  });
}

/** The names in a folder, sorted. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw unreadable(folder, error);
  }
}

/** Throws not-found for a path that does not exist. */
export function isFile(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new RocketmqError(`${path} does not exist`, { kind: "not-found" });
  }
  return stat.isFile();
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function unreadable(path: string, error: unknown): RocketmqError {
  return new RocketmqError(`${path} cannot be read: ${messageOf(error)}`, {
    kind: "failed",
    cause: error,
  });
}

/** Reads a file piece by piece, without ever writing; positions count from the file's first byte. */
export class FileReader {
  readonly size: number;
  private readonly fd: number;

  constructor(path: string) {
    try {
      this.fd = openSync(path, "r");
    } catch (error) {
      throw unreadable(path, error);
    }
    this.size = fstatSync(this.fd).size;
  }

  /** Up to `length` bytes from `position`; fewer at the end of the file. */
  read(position: number, length: number): Buffer {
    const most = Math.max(0, Math.min(length, this.size - position));
    return this.readInto(Buffer.allocUnsafe(most), position, most);
  }

  /** The same, to the start of a buffer that is used again and again. */
  readInto(into: Buffer, position: number, length: number): Buffer {
    const bytes = into.subarray(0, Math.max(0, Math.min(length, this.size - position)));
    let done = 0;
    while (done < bytes.length) {
      const came = readSync(this.fd, bytes, done, bytes.length - done, position + done);
      if (came === 0) break;
      done += came;
    }
    return bytes.subarray(0, done);
  }

  close(): void {
    closeSync(this.fd);
  }
}
