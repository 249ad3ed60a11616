/**
 * Keeps two brokers from opening one store. Upstream: DefaultMessageStore.lock, which takes an fcntl lock on the first byte of
 * `lock`. Node offers no such lock, so ours is a file `lock.pid` that is created exclusively; a Java broker that is running is
 * noticed by its fcntl lock, a Java broker that starts later does not notice us. [S-LOCK-1]
 */
import { isProcessAlive, ownPid, processStart } from "../base/processes.js";
import { RocketmqError } from "../base/errors.js";
import type { Files } from "../base/files.js";

const heldHere = new Set<string>();

export class DataDirLock {
  private readonly files: Files;
  private readonly rootDir: string;
  private held = false;

  constructor(files: Files, rootDir: string) {
    this.files = files;
    this.rootDir = rootDir;
  }

  /** Throws when another broker, in this process, of ours or of Java, has the store. */
  acquire(): void {
    if (heldHere.has(this.rootDir)) throw this.taken("this process");
    this.refuseLiveJavaBroker();
    this.createPidFile();
    heldHere.add(this.rootDir);
    this.held = true;
    try {
      this.files.writeText(this.lockPath, "lock");
    } catch (error) {
      this.release();
      throw error;
    }
  }

  release(): void {
    if (!this.held) return;
    this.held = false;
    heldHere.delete(this.rootDir);
    this.files.remove(this.pidPath);
  }

  private get lockPath(): string {
    return `${this.rootDir}/lock`;
  }

  private get pidPath(): string {
    return `${this.rootDir}/lock.pid`;
  }

  private createPidFile(): void {
    const mine = `${ownPid} ${processStart(this.files, ownPid) ?? ""}\n`;
    for (let attempt = 0; attempt < 3; attempt++) {
      if (this.createExclusively(mine)) return;
      const theirs = this.files.readText(this.pidPath) ?? "";
      const [pid = "", started = ""] = theirs.trim().split(" ");
      if (isProcessAlive(this.files, Number(pid), started)) throw this.taken(`process ${pid}`);
      this.files.remove(this.pidPath);
    }
    throw this.taken("another process");
  }

  private createExclusively(text: string): boolean {
    let fd: number;
    try {
      fd = this.files.open(this.pidPath, "wx");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    }
    try {
      const bytes = Buffer.from(text);
      this.files.write(fd, bytes, 0, bytes.length, 0);
    } finally {
      this.files.close(fd);
    }
    return true;
  }

  private refuseLiveJavaBroker(): void {
    const holder = fcntlHolder(this.files, this.lockPath);
    if (holder !== undefined) throw this.taken(`process ${holder}`);
  }

  private taken(by: string): RocketmqError {
    return new RocketmqError(
      `Lock failed, MQ already started: ${this.rootDir} is in use by ${by}`,
      {
        kind: "failed",
        hint: "stop that broker, or give this one a storePathRootDir of its own",
      },
    );
  }
}

/** Process that holds the fcntl lock on a file. Linux lists them: `1: POSIX ADVISORY WRITE <pid> <major>:<minor>:<inode> 0 0`. */
function fcntlHolder(files: Files, path: string): string | undefined {
  const inode = files.inode(path);
  const locks = inode === undefined ? undefined : files.readText("/proc/locks");
  for (const line of locks?.split("\n") ?? []) {
    const match = /POSIX\s+ADVISORY\s+WRITE\s+(\d+)\s+[0-9a-f]+:[0-9a-f]+:(\d+)\s/.exec(line);
    if (match !== null && Number(match[2]) === inode) return match[1];
  }
  return undefined;
}

/** Who has a store open, without touching it: `process 4711`; undefined when nobody is known to. */
export function holderOfStore(files: Files, rootDir: string): string | undefined {
  if (heldHere.has(rootDir)) return "this process";
  const java = fcntlHolder(files, `${rootDir}/lock`);
  if (java !== undefined) return `process ${java}`;
  const [pid = "", started = ""] = (files.readText(`${rootDir}/lock.pid`) ?? "").trim().split(" ");
  return isProcessAlive(files, Number(pid), started) ? `process ${pid}` : undefined;
}
