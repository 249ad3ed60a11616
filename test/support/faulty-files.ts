import { constants } from "node:os";
import type { Files } from "../../engine/base/files.js";

/** Calls that can be made to fail; `write` and `open` are also what writeText does. */
export type FaultyCall =
  | "open"
  | "read"
  | "write"
  | "truncate"
  | "sync"
  | "syncDirectory"
  | "rename"
  | "remove"
  | "makeDirectory";

export interface Fault {
  call: FaultyCall;
  /** Part of the path of the file; of a rename, of its new name. */
  file: string;
  /** Absent: nothing is thrown, the call is just short or slow. */
  error?: keyof typeof constants.errno;
  /** A write that fails has written so many bytes. */
  torn?: number;
  /** A read comes to its end after so many bytes. */
  short?: number;
  /** A sync does not return before `release`. */
  slow?: boolean;
}

/** A disk that fails as it is told to, and otherwise is the one it was made of. */
export class FaultyFiles {
  faults: Fault[] = [];
  /** How often a fault struck. */
  strikes = 0;
  private readonly inner: Files;
  private readonly paths = new Map<number, string>();
  private waiting: (() => void)[] = [];

  constructor(inner: Files) {
    this.inner = inner;
  }

  /** The disk is sound again, and what waited goes on. */
  release(): void {
    this.faults = [];
    for (const go of this.waiting.splice(0)) go();
  }

  get files(): Files {
    const { inner } = this;
    return {
      ...inner,
      open: (path, flags) => {
        if (flags !== "r" && flags !== "r+") this.strike("open", path);
        const fd = inner.open(path, flags);
        this.paths.set(fd, path);
        return fd;
      },
      read: (fd, into, at, length, position) => {
        const fault = this.find("read", this.pathOf(fd));
        if (fault?.error !== undefined) throw failure(fault.error, this.pathOf(fd));
        const most = fault === undefined ? length : Math.min(length, fault.short ?? 0);
        return most === 0 ? 0 : inner.read(fd, into, at, most, position);
      },
      write: (fd, from, at, length, position) => {
        const fault = this.find("write", this.pathOf(fd));
        if (fault?.error === undefined) return inner.write(fd, from, at, length, position);
        const done = Math.min(length, fault.torn ?? 0);
        if (done > 0) inner.write(fd, from, at, done, position);
        throw failure(fault.error, this.pathOf(fd));
      },
      truncate: (fd, length) => {
        this.strike("truncate", this.pathOf(fd));
        inner.truncate(fd, length);
      },
      sync: async (fd) => {
        const fault = this.find("sync", this.pathOf(fd));
        if (fault?.slow === true) await new Promise<void>((resolve) => this.waiting.push(resolve));
        if (fault?.error !== undefined) throw failure(fault.error, this.pathOf(fd));
        await inner.sync(fd);
      },
      syncNow: (fd) => {
        this.strike("sync", this.pathOf(fd));
        inner.syncNow(fd);
      },
      syncDirectory: (path) => {
        this.strike("syncDirectory", path);
        inner.syncDirectory(path);
      },
      makeDirectory: (path) => {
        this.strike("makeDirectory", path);
        inner.makeDirectory(path);
      },
      rename: (from, to) => {
        this.strike("rename", to);
        inner.rename(from, to);
      },
      remove: (path) => {
        this.strike("remove", path);
        inner.remove(path);
      },
      removeTree: (path) => {
        this.strike("remove", path);
        inner.removeTree(path);
      },
      writeText: (path, text) => {
        this.strike("open", path);
        const fault = this.find("write", path);
        if (fault?.error === undefined) return inner.writeText(path, text);
        inner.writeText(path, text.slice(0, fault.torn ?? 0));
        throw failure(fault.error, path);
      },
    };
  }

  private pathOf(fd: number): string {
    return this.paths.get(fd) ?? "";
  }

  private find(call: FaultyCall, path: string): Fault | undefined {
    const fault = this.faults.find((one) => one.call === call && path.includes(one.file));
    if (fault !== undefined) this.strikes++;
    return fault;
  }

  private strike(call: FaultyCall, path: string): void {
    const fault = this.find(call, path);
    if (fault?.error !== undefined) throw failure(fault.error, path);
  }
}

const TEXTS: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on device",
  EIO: "i/o error",
  EROFS: "read-only file system",
};

function failure(code: keyof typeof constants.errno, path: string): Error {
  const error = new Error(`${code}: ${TEXTS[code] ?? "failure"}, '${path}'`);
  return Object.assign(error, { code, errno: -constants.errno[code], path });
}
