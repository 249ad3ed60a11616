import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  utimesSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { RocketmqError } from "../../engine/base/errors.js";
import { listed, REPAIR_FOLDER } from "../inspect/verify/stock.js";
import { syncFolder, writeAll } from "./apply.js";
import { JOURNAL, JournalWriter, readJournal, type UndoStep } from "./journal.js";

/** One thing that was taken back. */
export interface Undone {
  repair: string;
  action: UndoStep["undo"];
  file: string;
  offset: number | null;
  bytes: number | null;
}

/** How many steps are made between two notes of it; each may be made twice. */
const NOTE_EVERY = 256;

/** Repairs of a store that can be undone, oldest first. */
export function repairsOf(root: string): string[] {
  return listed(join(root, REPAIR_FOLDER)).filter((name) => /^\d{17}$/.test(name));
}

/** Takes the newest repair back, byte by byte, and removes its folder. Goes on where an earlier undo was interrupted. */
export function undoRepair(root: string, before?: (step: UndoStep) => void): Undone[] {
  const newest = repairsOf(root).pop();
  if (newest === undefined) {
    throw new RocketmqError(`there is no repair of ${root} to undo`, { kind: "not-found" });
  }
  const folder = join(root, REPAIR_FOLDER, newest);
  const undone: Undone[] = [];
  const path = join(folder, JOURNAL);
  if (existsSync(path)) {
    const { steps, isReady, undoneFrom } = readJournal(path);
    if (isReady) takeBack(root, { path, steps, undoneFrom, repair: newest, undone, before });
  }
  rmSync(folder, { recursive: true });
  if (readdirSync(join(root, REPAIR_FOLDER)).length === 0) rmdirSync(join(root, REPAIR_FOLDER));
  syncFolder(root);
  return undone;
}

function takeBack(
  root: string,
  about: {
    path: string;
    steps: UndoStep[];
    undoneFrom: number;
    repair: string;
    undone: Undone[];
    before: ((step: UndoStep) => void) | undefined;
  },
): void {
  const { steps, repair, undone } = about;
  const journal = new JournalWriter(about.path, "a");
  try {
    for (let i = Math.min(steps.length, about.undoneFrom) - 1; i >= 0; i--) {
      const step = steps[i] as UndoStep;
      about.before?.(step);
      takeStepBack(root, step);
      // a file that comes or goes must not do so twice
      if (step.undo !== "write" || i % NOTE_EVERY === 0) {
        journal.add({ undone: i });
        journal.sync();
      }
      undone.push({
        ...{ repair, action: step.undo, file: step.file },
        offset: step.undo === "write" ? step.at : null,
        bytes: step.undo === "write" ? Buffer.byteLength(step.bytes, "base64") : null,
      });
    }
  } finally {
    journal.close();
  }
}

function takeStepBack(root: string, step: UndoStep): void {
  const path = join(root, step.file);
  switch (step.undo) {
    case "write":
      withFile(path, (fd) => {
        writeAll(fd, Buffer.from(step.bytes, "base64"), step.at);
      });
      return;
    case "resize":
      withFile(path, (fd) => {
        ftruncateSync(fd, step.size);
      });
      return;
    case "remove":
      if (isMade(root, step)) rmSync(path, { force: true });
      return;
    case "remove-folder":
      if (existsSync(path)) rmdirSync(path);
      return;
    case "bring-back": {
      const from = join(root, step.from);
      if (!existsSync(from)) return;
      renameSync(from, path);
      syncFolder(dirname(path));
      return;
    }
    case "touch":
      utimesSync(path, step.modifiedMs / 1000, step.modifiedMs / 1000);
  }
}

function withFile(path: string, work: (fd: number) => void): void {
  const fd = openSync(path, "r+");
  try {
    work(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Did repair get as far as to make the file that is to be removed? */
function isMade(root: string, step: UndoStep & { undo: "remove" }): boolean {
  if (step.unless !== undefined && existsSync(join(root, step.unless))) return false;
  return step.onlyWith === undefined || existsSync(join(root, step.onlyWith));
}
