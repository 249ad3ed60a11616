import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { RocketmqError } from "../../engine/base/errors.js";

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
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw notFound(path);
  if (stat.isFile()) {
    const name = basename(path);
    return [{ path, start: SEGMENT_NAME.test(name) ? Number(name) : 0, size: stat.size }];
  }
  return readdirSync(path)
    .filter((name) => SEGMENT_NAME.test(name))
    .sort()
    .map((name) => {
      const file = join(path, name);
      return { path: file, start: Number(name), size: statSync(file).size };
    });
}

/** `path` itself, or its subfolder `name` when it is a whole store. */
export function partOfStore(path: string, name: string): string {
  if (!existsSync(path)) throw notFound(path);
  const inside = join(path, name);
  return existsSync(inside) ? inside : path;
}

export function notFound(path: string): RocketmqError {
  return new RocketmqError(`${path} does not exist`, { kind: "not-found" });
}

/** Reads a file piece by piece, without ever writing; positions count from the file's first byte. */
export class FileReader {
  readonly size: number;
  private readonly fd: number;

  constructor(path: string) {
    this.fd = openSync(path, "r");
    this.size = statSync(path).size;
  }

  /** Up to `length` bytes from `position`; fewer at the end of the file. */
  read(position: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - position)));
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
