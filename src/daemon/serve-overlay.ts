import { constants } from "node:os";
import { dirname, normalize } from "node:path";
import type { Files } from "../../engine/base/files.js";

/** Bytes that are written may take so much memory; then the disk is full. */
const MOST_BYTES = 1024 * 1024 * 1024;
const PAGE = 4096;
/** Stands for every page of zeros; never written to. */
const ZEROS = Buffer.alloc(PAGE);

/** A file that was changed, or made, in memory. */
interface Changed {
  /** The file below whose bytes show where no page lies over them; undefined for one that was made here. */
  readonly base: string | undefined;
  /** Bytes of it that still count: what was cut off once does not come back. */
  baseLength: number;
  length: number;
  modifiedMs: number;
  readonly pages: Map<number, Buffer>;
}

interface Handle {
  readonly path: string;
  file: Changed | undefined;
  /** Descriptor of the file below, opened to read; undefined for one that is only here. */
  readonly fd: number | undefined;
}

export interface OverlayFilesOptions {
  /** Most bytes that writes may take; 1 GiB when not given. */
  mostBytes?: number;
}

/**
 * Files whose changes are kept in memory and never reach those below, which are only ever opened to be read: names, bytes,
 * sizes and times there stay as they are, whatever happens to the process. What is written takes memory by pages of 4 KiB;
 * beyond the limit writes fail as on a full disk.
 */
export class OverlayFiles {
  private readonly base: Files;
  private readonly mostBytes: number;
  /** By path; null for one that was removed. */
  private readonly changed = new Map<string, Changed | null>();
  private readonly folders = new Set<string>();
  /** Folders below that were removed with all that is in them. */
  private readonly hidden = new Set<string>();
  private readonly handles = new Map<number, Handle>();
  private nextHandle = 1;
  private pageBytes = 0;

  constructor(base: Files, options: OverlayFilesOptions = {}) {
    this.base = base;
    this.mostBytes = options.mostBytes ?? MOST_BYTES;
  }

  /** Memory that changes take. */
  get bytesHeld(): number {
    return this.pageBytes;
  }

  readonly files: Files = {
    open: (path, flags) => this.open(clean(path), flags),
    close: (handle) => {
      const { fd } = this.handleOf(handle);
      this.handles.delete(handle);
      if (fd !== undefined) this.base.close(fd);
    },
    read: (handle, into, at, length, position) =>
      this.read(this.handleOf(handle), { into, at, length, position }),
    write: (handle, from, at, length, position) => {
      this.write(this.handleOf(handle), from.subarray(at, at + length), position);
    },
    truncate: (handle, length) => {
      this.truncate(this.forWriting(this.handleOf(handle)), length);
    },
    sync: () => Promise.resolve(),
    syncNow: () => undefined,
    syncDirectory: () => undefined,
    size: (path) => this.sizeOf(clean(path)),
    modifiedMs: (path) => this.modifiedMs(clean(path)),
    inode: (path) =>
      this.changedAt(clean(path)) === undefined ? this.base.inode(path) : undefined,
    exists: (path) => this.exists(clean(path)),
    isDirectory: (path) => this.isDirectory(clean(path)),
    list: (path) => this.list(clean(path)),
    makeDirectory: (path) => {
      for (let folder = clean(path); !this.isDirectory(folder); folder = dirname(folder))
        this.folders.add(folder);
    },
    rename: (from, to) => {
      this.rename(clean(from), clean(to));
    },
    remove: (path) => {
      this.remove(clean(path));
    },
    removeTree: (path) => {
      this.removeTree(clean(path));
    },
    readText: (path) => this.readText(clean(path)),
    writeText: (path, text) => {
      const handle = this.open(clean(path), "w");
      try {
        this.write(this.handleOf(handle), Buffer.from(text), 0);
      } finally {
        this.files.close(handle);
      }
    },
    // what is written goes to memory, so that no disk is short of space
    partition: (path) => {
      const below = this.base.partition(path);
      return below && { total: below.total, free: below.total, available: below.total };
    },
  };

  private open(path: string, flags: string): number {
    const exists = this.sizeOf(path) !== undefined && !this.isDirectory(path);
    if (exists && flags === "wx") throw failure("EEXIST", path);
    if (!exists && flags.startsWith("r")) throw failure("ENOENT", path);
    if (!exists || flags.startsWith("w")) {
      if (!this.isDirectory(dirname(path))) throw failure("ENOENT", path);
      this.drop(path);
      this.changed.set(path, empty());
    }
    const file = this.changedAt(path) ?? undefined;
    const below = file === undefined ? path : file.base;
    const handle = this.nextHandle++;
    const fd = below === undefined ? undefined : this.base.open(below, "r");
    this.handles.set(handle, { path, file, fd });
    return handle;
  }

  private read(
    handle: Handle,
    want: { into: Buffer; at: number; length: number; position: number },
  ): number {
    const { into, at, length, position } = want;
    // another handle may have changed it
    const file = (handle.file ??= this.changedAt(handle.path) ?? undefined);
    if (file === undefined) return this.base.read(handle.fd ?? -1, into, at, length, position);
    const count = Math.max(0, Math.min(length, file.length - position));
    const below = Math.max(0, Math.min(count, file.baseLength - position));
    let came = 0;
    while (handle.fd !== undefined && came < below) {
      const more = this.base.read(handle.fd, into, at + came, below - came, position + came);
      if (more === 0) break;
      came += more;
    }
    into.fill(0, at + came, at + count);
    if (file.pages.size === 0) return count;
    const end = position + count;
    for (let index = Math.floor(position / PAGE); index * PAGE < end; index++) {
      const start = index * PAGE;
      const from = Math.max(start, position);
      file.pages
        .get(index)
        ?.copy(into, at + from - position, from - start, Math.min(start + PAGE, end) - start);
    }
    return count;
  }

  private write(handle: Handle, bytes: Buffer, position: number): void {
    const file = this.forWriting(handle);
    for (let done = 0; done < bytes.length;) {
      const at = position + done;
      const index = Math.floor(at / PAGE);
      const into = at - index * PAGE;
      const piece = bytes.subarray(done, done + PAGE - into);
      if (piece.length === PAGE && piece.equals(ZEROS)) this.setPage(file, index, ZEROS);
      else piece.copy(this.pageFor(handle, file, index), into);
      done += piece.length;
    }
    file.length = Math.max(file.length, position + bytes.length);
    file.modifiedMs = Date.now();
  }

  /** A page of a file to write to, with what it held. */
  private pageFor(handle: Handle, file: Changed, index: number): Buffer {
    const known = file.pages.get(index);
    if (known !== undefined && known !== ZEROS) return known;
    if (this.pageBytes + PAGE > this.mostBytes) throw failure("ENOSPC", handle.path);
    const page = Buffer.alloc(PAGE);
    if (known === undefined) {
      this.read(handle, { into: page, at: 0, length: PAGE, position: index * PAGE });
    }
    this.setPage(file, index, page);
    return page;
  }

  private setPage(file: Changed, index: number, page: Buffer): void {
    const known = file.pages.get(index);
    if (known !== undefined && known !== ZEROS) this.pageBytes -= PAGE;
    if (page !== ZEROS) this.pageBytes += PAGE;
    file.pages.set(index, page);
  }

  private truncate(file: Changed, length: number): void {
    if (length < file.length) {
      file.baseLength = Math.min(file.baseLength, length);
      for (const [index, page] of file.pages) {
        if (index * PAGE >= length) {
          if (page !== ZEROS) this.pageBytes -= PAGE;
          file.pages.delete(index);
        } else if ((index + 1) * PAGE > length && page !== ZEROS) page.fill(0, length % PAGE);
      }
    }
    file.length = length;
    file.modifiedMs = Date.now();
  }

  /** The changed file of a handle; from now on it is one. */
  private forWriting(handle: Handle): Changed {
    const known = handle.file ?? this.changedAt(handle.path) ?? undefined;
    return (handle.file = known ?? this.over(handle.path));
  }

  /** A file of the folder below that is about to be changed. */
  private over(path: string): Changed {
    const length = this.base.size(path) ?? 0;
    const modifiedMs = this.base.modifiedMs(path) ?? Date.now();
    const file = { base: path, baseLength: length, length, modifiedMs, pages: new Map() };
    this.changed.set(path, file);
    return file;
  }

  private rename(from: string, to: string): void {
    if (!this.exists(from) || !this.isDirectory(dirname(to))) throw failure("ENOENT", from);
    if (from === to) return;
    if (this.isDirectory(from)) {
      this.files.makeDirectory(to);
      for (const name of this.list(from)) this.rename(`${from}/${name}`, `${to}/${name}`);
      this.removeTree(from);
      return;
    }
    const file = this.changedAt(from) ?? this.over(from);
    this.drop(to);
    this.changed.set(from, null);
    this.changed.set(to, file);
  }

  private remove(path: string): void {
    if (!this.exists(path)) return;
    this.drop(path);
    this.changed.set(path, null);
  }

  private removeTree(path: string): void {
    if (!this.isDirectory(path)) {
      this.remove(path);
      return;
    }
    for (const name of [...this.changed.keys()]) {
      if (!name.startsWith(`${path}/`)) continue;
      this.drop(name);
      this.changed.delete(name);
    }
    for (const folder of [...this.folders]) {
      if (folder === path || folder.startsWith(`${path}/`)) this.folders.delete(folder);
    }
    this.hidden.add(path);
  }

  /** Forgets the memory of a file; handles that are open on it go on. */
  private drop(path: string): void {
    for (const page of this.changed.get(path)?.pages.values() ?? [])
      if (page !== ZEROS) this.pageBytes -= PAGE;
    this.changed.delete(path);
  }

  private readText(path: string): string | undefined {
    const file = this.changedAt(path);
    if (file === undefined) return this.isBelow(path) ? this.base.readText(path) : undefined;
    if (file === null) return undefined;
    const bytes = Buffer.alloc(file.length);
    const handle = this.open(path, "r");
    try {
      this.read(this.handleOf(handle), { into: bytes, at: 0, length: bytes.length, position: 0 });
    } finally {
      this.files.close(handle);
    }
    return bytes.toString("utf8");
  }

  private list(path: string): string[] {
    const names = new Set(this.isBelow(path) ? this.base.list(path) : []);
    for (const [name, file] of this.changed) {
      if (dirname(name) !== path) continue;
      if (file === null) names.delete(name.slice(path.length + 1));
      else names.add(name.slice(path.length + 1));
    }
    for (const folder of this.folders)
      if (dirname(folder) === path && folder !== path) names.add(folder.slice(path.length + 1));
    for (const folder of this.hidden)
      if (dirname(folder) === path && !this.folders.has(folder))
        names.delete(folder.slice(path.length + 1));
    return [...names].sort();
  }

  private sizeOf(path: string): number | undefined {
    const file = this.changedAt(path);
    if (file !== undefined) return file?.length;
    return this.isBelow(path) ? this.base.size(path) : undefined;
  }

  private modifiedMs(path: string): number | undefined {
    const file = this.changedAt(path);
    if (file !== undefined) return file?.modifiedMs;
    return this.isBelow(path) ? this.base.modifiedMs(path) : undefined;
  }

  private exists(path: string): boolean {
    const file = this.changedAt(path);
    if (file !== undefined) return file !== null;
    return this.folders.has(path) || (this.isBelow(path) && this.base.exists(path));
  }

  private isDirectory(path: string): boolean {
    return this.folders.has(path) || (this.isBelow(path) && this.base.isDirectory(path));
  }

  /** Does what stands below at a path still show? */
  private isBelow(path: string): boolean {
    if (this.hidden.size === 0) return true;
    for (let folder = path; ; folder = dirname(folder)) {
      if (this.hidden.has(folder)) return false;
      if (dirname(folder) === folder) return true;
    }
  }

  private changedAt(path: string): Changed | null | undefined {
    return this.changed.get(path);
  }

  private handleOf(handle: number): Handle {
    const open = this.handles.get(handle);
    if (open === undefined) throw failure("EBADF", String(handle));
    return open;
  }
}

function empty(): Changed {
  return { base: undefined, baseLength: 0, length: 0, modifiedMs: Date.now(), pages: new Map() };
}

function clean(path: string): string {
  const plain = normalize(path);
  return plain.length > 1 && plain.endsWith("/") ? plain.slice(0, -1) : plain;
}

function failure(code: keyof typeof constants.errno, path: string): Error {
  const error = new Error(`${code}: ${path}`);
  return Object.assign(error, { code, errno: -constants.errno[code], syscall: "overlay" });
}
