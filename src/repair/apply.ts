import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { JOURNAL, JournalWriter, type UndoStep } from "./journal.js";
import type { Kept, Operation, RepairPlan } from "./operation.js";

/** Bytes of one line of the journal, at most. */
const PIECE = 1 << 18;

export interface ApplyOptions {
  root: string;
  /** The repair's own folder, below the root; made already. */
  folder: string;
  nowMs: number;
  /** Called before each change, as tests do to let it die there. */
  before?: (operation: Operation, index: number) => void;
}

/** Writes the journal and the quarantine, brings both to the disk, and only then changes the store. */
export function applyPlan(plan: RepairPlan, options: ApplyOptions): void {
  const { root, folder } = options;
  keepAside(plan.kept, options);
  const journal = new JournalWriter(join(root, folder, JOURNAL), "wx");
  try {
    journal.add({ journal: 1, store: root, at: new Date(options.nowMs).toISOString() });
    const planned = new Planned(root, folder);
    for (const operation of plan.operations) {
      for (const step of planned.undoSteps(operation)) journal.add(step);
    }
    journal.sync();
    syncFolder(join(root, folder));
    syncFolder(join(root, dirname(folder)));
    syncFolder(root);
    journal.add({ ready: true });
    journal.sync();
    const touched = new Map<string, number>();
    plan.operations.forEach((operation, index) => {
      options.before?.(operation, index);
      change(root, folder, operation, touched);
    });
    for (const [path, modifiedMs] of touched) finishFile(path, modifiedMs);
  } finally {
    journal.close();
  }
}

/** What would have to be done to take operations back, told before any is made. */
class Planned {
  private readonly root: string;
  private readonly folder: string;
  /** Files that come to be by operations before: there is nothing to bring back in them. */
  private readonly fresh = new Set<string>();
  private readonly aside = new Set<string>();
  private readonly touched = new Set<string>();

  constructor(root: string, folder: string) {
    this.root = root;
    this.folder = folder;
  }

  *undoSteps(operation: Operation): Generator<UndoStep> {
    const { file } = operation;
    const path = join(this.root, file);
    switch (operation.op) {
      case "make-folder":
        if (!existsSync(path)) yield { undo: "remove-folder", file };
        return;
      case "create":
        this.fresh.add(file);
        // while another one of that name was not set aside yet, it is that one
        yield {
          ...{ undo: "remove", file },
          ...(this.aside.has(file) && { onlyWith: asideOf(this.folder, file) }),
        };
        return;
      case "put":
        this.fresh.add(file);
        yield { undo: "remove", file, unless: operation.prepared };
        return;
      case "set-aside":
        this.aside.add(file);
        yield { undo: "bring-back", file, from: asideOf(this.folder, file) };
        return;
      case "write":
      case "clear":
      case "resize":
        if (!this.fresh.has(file)) yield* this.undoChange(operation, path);
    }
  }

  private *undoChange(
    operation: Operation & { op: "write" | "clear" | "resize" },
    path: string,
  ): Generator<UndoStep> {
    const { file } = operation;
    const { size, mtimeMs } = statSync(path);
    // undone backwards: the time comes last
    if (!this.touched.has(file)) yield { undo: "touch", file, modifiedMs: mtimeMs };
    this.touched.add(file);
    if (operation.op === "resize") {
      yield { undo: "resize", file, size };
      if (operation.size < size)
        yield* oldBytes(file, path, { at: operation.size, length: size - operation.size });
    } else {
      const length = operation.op === "write" ? operation.bytes.length : operation.length;
      yield* oldBytes(file, path, { at: operation.at, length });
    }
  }
}

function* oldBytes(
  file: string,
  path: string,
  { at, length }: { at: number; length: number },
): Generator<UndoStep> {
  for (let done = 0; done < length; done += PIECE) {
    const bytes = readBytes(path, at + done, Math.min(PIECE, length - done));
    if (bytes.length > 0)
      yield { undo: "write", file, at: at + done, bytes: bytes.toString("base64") };
  }
}

function readBytes(path: string, at: number, length: number): Buffer {
  const fd = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(length);
    let came = 0;
    while (came < length) {
      const count = readSync(fd, bytes, came, length - came, at + came);
      if (count === 0) break;
      came += count;
    }
    return bytes.subarray(0, came);
  } finally {
    closeSync(fd);
  }
}

/** Where a file goes that is set aside. */
export function asideOf(folder: string, file: string): string {
  return `${folder}/quarantine/files/${file}`;
}

function keepAside(kept: readonly Kept[], { root, folder }: ApplyOptions): void {
  if (kept.length === 0) return;
  const quarantine = join(root, folder, "quarantine");
  mkdirSync(quarantine, { recursive: true });
  const lines: string[] = [];
  kept.forEach(({ file, at, length, why }, i) => {
    const name = `${String(i).padStart(6, "0")}.bytes`;
    const fd = openSync(join(quarantine, name), "wx");
    for (let done = 0; done < length; done += PIECE) {
      writeSync(fd, readBytes(join(root, file), at + done, Math.min(PIECE, length - done)));
    }
    fsyncSync(fd);
    closeSync(fd);
    lines.push(`${JSON.stringify({ name, file, at, length, why })}\n`);
  });
  writeFileSync(join(quarantine, "index.jsonl"), lines.join(""), { flush: true });
  syncFolder(quarantine);
}

function change(
  root: string,
  folder: string,
  operation: Operation,
  touched: Map<string, number>,
): void {
  const path = join(root, operation.file);
  switch (operation.op) {
    case "make-folder":
      mkdirSync(path, { recursive: true });
      return;
    case "put":
      renameSync(join(root, operation.prepared), path);
      syncFolder(dirname(path));
      return;
    case "set-aside": {
      const aside = join(root, asideOf(folder, operation.file));
      mkdirSync(dirname(aside), { recursive: true });
      renameSync(path, aside);
      syncFolder(dirname(aside));
      syncFolder(dirname(path));
      return;
    }
    case "create":
      withFile(path, "wx", (fd) => {
        ftruncateSync(fd, operation.size);
      });
      touched.set(path, Date.now());
      syncFolder(dirname(path));
      return;
    default:
      inFile(path, operation, touched);
  }
}

function inFile(
  path: string,
  operation: Operation & { op: "write" | "clear" | "resize" },
  touched: Map<string, number>,
): void {
  withFile(path, "r+", (fd) => {
    if (!touched.has(path)) touched.set(path, fstatSync(fd).mtimeMs);
    if (operation.op === "resize") ftruncateSync(fd, operation.size);
    else if (operation.op === "write") writeAll(fd, operation.bytes, operation.at);
    else clear(fd, operation.at, operation.length);
  });
}

function clear(fd: number, at: number, length: number): void {
  const zeros = Buffer.alloc(Math.min(length, PIECE));
  for (let done = 0; done < length; done += zeros.length) {
    writeAll(fd, zeros.subarray(0, Math.min(zeros.length, length - done)), at + done);
  }
}

export function writeAll(fd: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(fd, bytes, done, bytes.length - done, at + done);
  }
}

/** On the disk, with the time it had: brokers delete log files by that time. */
function finishFile(path: string, modifiedMs: number): void {
  withFile(path, "r+", (fd) => {
    fsyncSync(fd);
  });
  utimesSync(path, modifiedMs / 1000, modifiedMs / 1000);
}

function withFile(path: string, flags: string, work: (fd: number) => void): void {
  const fd = openSync(path, flags);
  try {
    work(fd);
  } finally {
    closeSync(fd);
  }
}

export function syncFolder(path: string): void {
  withFile(path, "r", (fd) => {
    fsyncSync(fd);
  });
}
