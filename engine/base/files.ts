import * as fs from "node:fs";
import { dirname } from "node:path";

/**
 * The one door to node:fs for the engine: tests replace it to make a disk full, slow or torn.
 * Synchronous calls go to the page cache and take microseconds; syncs go to the disk and are asynchronous.
 */
export interface Files {
  open(path: string, flags: "r" | "r+" | "w" | "w+" | "a" | "wx"): number;
  close(fd: number): void;
  /** Reads up to `length` bytes at `position` into `into` at `at`; returns how many came. */
  read(fd: number, into: Buffer, at: number, length: number, position: number): number;
  /** Writes all of `length` bytes or throws. */
  write(fd: number, from: Buffer, at: number, length: number, position: number): void;
  truncate(fd: number, length: number): void;
  /** fdatasync, off the main thread. */
  sync(fd: number): Promise<void>;
  syncNow(fd: number): void;
  /** fsync of a directory, so that a rename or a new file in it survives a power cut. */
  syncDirectory(path: string): void;
  size(path: string): number | undefined;
  modifiedMs(path: string): number | undefined;
  /** Number of the file on its partition; undefined when there is none. */
  inode(path: string): number | undefined;
  exists(path: string): boolean;
  isDirectory(path: string): boolean;
  list(path: string): string[];
  makeDirectory(path: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  removeTree(path: string): void;
  readText(path: string): string | undefined;
  writeText(path: string, text: string): void;
  /** Bytes of the partition that holds `path`; undefined when it cannot be told. */
  partition(path: string): { total: number; free: number; available: number } | undefined;
}

/**
 * Replaces a small text file: a reader finds either version whole, and the new one is on the disk when this returns. That
 * it is, is what a caller waits for who is told that a change was made.
 */
export function replaceText(files: Files, path: string, text: string): void {
  const temporary = `${path}.tmp`;
  files.writeText(temporary, text);
  const fd = files.open(temporary, "r+");
  try {
    files.syncNow(fd);
  } finally {
    files.close(fd);
  }
  files.rename(temporary, path);
  files.syncDirectory(dirname(path));
}

/** The real file system. */
export const realFiles: Files = {
  open: (path, flags) => fs.openSync(path, flags),
  close: (fd) => fs.closeSync(fd),
  read: (fd, into, at, length, position) => fs.readSync(fd, into, at, length, position),
  write(fd, from, at, length, position) {
    for (let done = 0; done < length;) {
      done += fs.writeSync(fd, from, at + done, length - done, position + done);
    }
  },
  truncate: (fd, length) => fs.ftruncateSync(fd, length),
  sync: (fd) =>
    new Promise((resolve, reject) =>
      fs.fdatasync(fd, (error) => (error ? reject(error) : resolve())),
    ),
  syncNow: (fd) => fs.fdatasyncSync(fd),
  syncDirectory(path) {
    const fd = fs.openSync(path, "r");
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  },
  size: (path) => fs.statSync(path, { throwIfNoEntry: false })?.size,
  modifiedMs: (path) => fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs,
  inode: (path) => fs.statSync(path, { throwIfNoEntry: false })?.ino,
  exists: (path) => fs.existsSync(path),
  isDirectory: (path) => fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
  list: (path) => (fs.existsSync(path) ? fs.readdirSync(path).sort() : []),
  makeDirectory: (path) => void fs.mkdirSync(path, { recursive: true }),
  rename: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.rmSync(path, { force: true }),
  removeTree: (path) => fs.rmSync(path, { recursive: true, force: true }),
  readText: (path) => (fs.existsSync(path) ? fs.readFileSync(path, "utf8") : undefined),
  writeText: (path, text) => fs.writeFileSync(path, text),
  partition(path) {
    try {
      const { bsize, blocks, bfree, bavail } = fs.statfsSync(path);
      return { total: blocks * bsize, free: bfree * bsize, available: bavail * bsize };
    } catch {
      return undefined;
    }
  },
};
