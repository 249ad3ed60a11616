import { constants } from "node:os";
import { dirname } from "node:path";
import type { Files } from "../../engine/base/files.js";
import type { Random } from "../torture/random.js";

/** What happened to a disk, in order: `sync /store/commitlog/000`. */
export type DiskEvent =
  `${"create" | "write" | "truncate" | "sync" | "rename" | "remove"} ${string}`;

type Change = { readonly at: number; readonly bytes: Buffer } | { readonly length: number };

interface Inode {
  /** What reads see. */
  content: Buffer;
  /** What a power cut leaves for certain. */
  durable: Buffer;
  /** Changes since then, oldest first. */
  pending: Change[];
}

type NameChange =
  | { readonly kind: "create"; readonly path: string; readonly inode: Inode }
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string };

const PAGE = 4096;

/**
 * A disk in memory that loses its power. What was not synced may be lost, kept, or kept in part, page by page and in any
 * order; names that are made, changed and removed survive in the order they were made, up to some point behind the last
 * sync of their folder. After the cut, nothing works any more; `afterPowerCut` is the disk that is found then.
 */
export class MemoryDisk {
  readonly events: DiskEvent[] = [];
  private readonly names: Map<string, Inode>;
  private readonly folders: Set<string>;
  private durableNames: Map<string, Inode>;
  private pendingNames: NameChange[] = [];
  private readonly handles = new Map<number, { path: string; inode: Inode }>();
  private nextHandle = 100;
  private changesLeft: number;
  private isDead = false;

  /** The power goes before the change after so many. */
  constructor(
    changes = Number.POSITIVE_INFINITY,
    found: { names: Map<string, Inode>; folders: Set<string> } = {
      names: new Map(),
      folders: new Set(["/"]),
    },
  ) {
    this.changesLeft = changes;
    this.names = found.names;
    this.folders = found.folders;
    this.durableNames = new Map(found.names);
  }

  get hasPower(): boolean {
    return !this.isDead;
  }

  /** Whether these bytes of a file would survive a power cut now. */
  isDurable(path: string, from: number, length: number): boolean {
    const inode = this.durableNames.get(path);
    if (inode === undefined || inode !== this.names.get(path)) return false;
    const wanted = inode.content.subarray(from, from + length);
    return wanted.equals(inode.durable.subarray(from, from + length));
  }

  cutPower(): void {
    this.isDead = true;
  }

  /** The process died, the machine did not: all that was written is there, and what was not synced may still get lost. */
  afterKill(changes?: number): MemoryDisk {
    const disk = new MemoryDisk(changes, { names: this.names, folders: this.folders });
    disk.durableNames = this.durableNames;
    disk.pendingNames = this.pendingNames;
    return disk;
  }

  /** Removes a file as if it had never been. */
  forget(path: string): void {
    this.names.delete(path);
    this.durableNames.delete(path);
    this.pendingNames = this.pendingNames.filter(
      (change) => change.kind === "rename" || change.path !== path,
    );
  }

  afterPowerCut(random: Random, changes?: number): MemoryDisk {
    const names = new Map(this.durableNames);
    for (const change of this.pendingNames.slice(0, random.below(this.pendingNames.length + 1))) {
      applyName(names, change);
    }
    const survivors = new Map<Inode, Inode>();
    for (const [path, inode] of names) {
      const survivor = survivors.get(inode) ?? survive(inode, random);
      survivors.set(inode, survivor);
      names.set(path, survivor);
    }
    return new MemoryDisk(changes, { names, folders: new Set(this.folders) });
  }

  readonly files: Files = {
    open: (path, flags) => this.open(path, flags),
    close: (handle) => {
      this.handles.delete(handle);
    },
    read: (handle, into, at, length, position) => {
      const { content } = this.inodeOf(handle);
      return content.copy(into, at, position, Math.min(content.length, position + length));
    },
    write: (handle, from, at, length, position) => {
      this.change("write", this.pathOf(handle));
      const bytes = Buffer.from(from.subarray(at, at + length));
      modify(this.inodeOf(handle), { at: position, bytes });
    },
    truncate: (handle, length) => {
      this.change("truncate", this.pathOf(handle));
      modify(this.inodeOf(handle), { length });
    },
    sync: async (handle) => {
      if (this.folders.has(this.pathOf(handle))) {
        await new Promise((resolve) => setImmediate(resolve));
        return this.files.syncDirectory(this.pathOf(handle));
      }
      const inode = this.inodeOf(handle);
      const count = inode.pending.length;
      const path = this.pathOf(handle);
      await new Promise((resolve) => setImmediate(resolve));
      this.change("sync", path);
      settle(inode, Math.min(count, inode.pending.length));
    },
    syncNow: (handle) => {
      this.change("sync", this.pathOf(handle));
      const inode = this.inodeOf(handle);
      settle(inode, inode.pending.length);
    },
    syncDirectory: (path) => {
      this.change("sync", path);
      this.settleNames(path);
    },
    size: (path) => this.alive().names.get(path)?.content.length,
    modifiedMs: (path) => (this.files.exists(path) ? Date.now() : undefined),
    inode: (path) => (this.files.exists(path) ? 1 : undefined),
    exists: (path) => this.alive().names.has(path) || this.folders.has(path),
    isDirectory: (path) => this.alive().folders.has(path),
    list: (path) => this.list(path),
    makeDirectory: (path) => {
      this.alive();
      for (let folder = path; !this.folders.has(folder); folder = dirname(folder))
        this.folders.add(folder);
    },
    rename: (from, to) => {
      this.change("rename", to);
      this.rename({ kind: "rename", from, to });
    },
    remove: (path) => {
      this.change("remove", path);
      if (this.names.has(path)) this.rename({ kind: "remove", path });
    },
    removeTree: (path) => {
      this.change("remove", path);
      for (const name of [...this.names.keys()]) {
        if (name.startsWith(`${path}/`)) this.rename({ kind: "remove", path: name });
      }
      for (const folder of [...this.folders]) {
        if (folder === path || folder.startsWith(`${path}/`)) this.folders.delete(folder);
      }
    },
    readText: (path) => this.alive().names.get(path)?.content.toString("utf8"),
    writeText: (path, text) => {
      const handle = this.open(path, "w");
      const bytes = Buffer.from(text);
      this.files.write(handle, bytes, 0, bytes.length, 0);
      this.handles.delete(handle);
    },
    partition: () => ({ total: 1e12, free: 9e11, available: 9e11 }),
  };

  private open(path: string, flags: string): number {
    this.alive();
    let inode = this.names.get(path);
    if (flags === "r" && this.folders.has(path)) inode = noInode();
    if (inode !== undefined && flags === "wx") throw failure("EEXIST", path);
    if (inode === undefined && flags.startsWith("r")) throw failure("ENOENT", path);
    if (inode === undefined) {
      if (!this.folders.has(dirname(path))) throw failure("ENOENT", path);
      this.change("create", path);
      inode = { content: Buffer.alloc(0), durable: Buffer.alloc(0), pending: [] };
      this.rename({ kind: "create", path, inode });
    } else if (flags.startsWith("w")) {
      this.change("truncate", path);
      modify(inode, { length: 0 });
    }
    const handle = this.nextHandle++;
    this.handles.set(handle, { path, inode });
    return handle;
  }

  private list(path: string): string[] {
    const children = new Set<string>();
    for (const name of [...this.alive().names.keys(), ...this.folders]) {
      if (name !== path && dirname(name) === path) children.add(name.slice(path.length + 1));
    }
    return [...children].sort();
  }

  private rename(change: NameChange): void {
    applyName(this.names, change);
    this.pendingNames.push(change);
  }

  /** Names become durable in order: with those of one folder go all that were changed before. */
  private settleNames(folder: string): void {
    const isBelow = (change: NameChange): boolean =>
      change.kind === "rename" ? dirname(change.to) === folder : dirname(change.path) === folder;
    const last = this.pendingNames.findLastIndex(isBelow);
    for (const change of this.pendingNames.splice(0, last + 1))
      applyName(this.durableNames, change);
  }

  private change(
    kind: "create" | "write" | "truncate" | "sync" | "rename" | "remove",
    path: string,
  ): void {
    this.alive();
    if (this.changesLeft-- <= 0) {
      this.isDead = true;
      this.alive();
    }
    this.events.push(`${kind} ${path}`);
  }

  private alive(): this {
    if (this.isDead) throw failure("EIO", "the power is gone");
    return this;
  }

  private inodeOf(handle: number): Inode {
    const open = this.alive().handles.get(handle);
    if (open === undefined) throw failure("EBADF", String(handle));
    return open.inode;
  }

  private pathOf(handle: number): string {
    return this.handles.get(handle)?.path ?? "";
  }
}

function failure(code: keyof typeof constants.errno, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, errno: -constants.errno[code] });
}

/** What a handle of a folder has. */
function noInode(): Inode {
  return { content: Buffer.alloc(0), durable: Buffer.alloc(0), pending: [] };
}

function modify(inode: Inode, change: Change): void {
  inode.content = changed(inode.content, change);
  inode.pending.push(change);
}

/** The bytes after a change. Content grows in place where it has room, as nobody keeps a view of it. */
function changed(content: Buffer, change: Change): Buffer {
  if ("length" in change) return resized(content, change.length);
  const { at, bytes } = change;
  const grown = at + bytes.length > content.length ? resized(content, at + bytes.length) : content;
  bytes.copy(grown, at);
  return grown;
}

function resized(content: Buffer, length: number): Buffer {
  if (length <= content.length) return Buffer.from(content.subarray(0, length));
  const grown = Buffer.alloc(length);
  content.copy(grown);
  return grown;
}

/** The first changes have reached the disk. */
function settle(inode: Inode, count: number): void {
  for (const change of inode.pending.splice(0, count))
    inode.durable = changed(inode.durable, change);
}

/** What is found of a file: of each change that was not synced all, nothing, or some pages. */
function survive(inode: Inode, random: Random): Inode {
  let content = Buffer.from(inode.durable);
  const keepsAll = random.chance(0.3);
  for (const change of inode.pending) {
    if ("length" in change) {
      if (keepsAll || random.chance(0.5)) content = changed(content, change) as Buffer<ArrayBuffer>;
      continue;
    }
    for (let from = 0; from < change.bytes.length;) {
      const at = change.at + from;
      const to = Math.min(change.bytes.length, from + PAGE - (at % PAGE));
      const piece = change.bytes.subarray(from, to);
      if (keepsAll || random.chance(0.5)) {
        content = changed(content, { at, bytes: piece }) as Buffer<ArrayBuffer>;
      }
      from = to;
    }
  }
  return { content, durable: Buffer.from(content), pending: [] };
}

function applyName(names: Map<string, Inode>, change: NameChange): void {
  if (change.kind === "create") names.set(change.path, change.inode);
  else if (change.kind === "remove") names.delete(change.path);
  else {
    const inode = names.get(change.from);
    names.delete(change.from);
    if (inode !== undefined) names.set(change.to, inode);
  }
}
