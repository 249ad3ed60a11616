/**
 * What repair needs to be undone, on the disk before anything is changed. Lines of text, each `crc32 in hex` blank `JSON`:
 *
 *     {"journal":1,"store":"…","at":"2026-11-21T21:00:00.000Z"}
 *     {"undo":"write","file":"commitlog/0…","at":4096,"bytes":"base64 of what stood there"}
 *     {"undo":"resize","file":"…","size":6000}            back to the size it had
 *     {"undo":"remove","file":"…","unless":"repair/…"}    was not there; is not yet, while the other file is
 *     {"undo":"remove","file":"…","onlyWith":"repair/…"}  took the place of the other file, once that is there
 *     {"undo":"remove-folder","file":"…"}                 was not there
 *     {"undo":"bring-back","file":"…","from":"repair/…/quarantine/…"}
 *     {"undo":"touch","file":"…","modifiedMs":1700000000000}
 *     {"ready":true}                                      from here on files are changed
 *     {"undone":17}                                       undo has done the 17th line, and all behind it
 *
 * A journal without `ready` belongs to a repair that changed nothing.
 */
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { CorruptError } from "../../engine/base/errors.js";

export type UndoStep =
  | { undo: "write"; file: string; at: number; bytes: string }
  | { undo: "resize"; file: string; size: number }
  | { undo: "remove"; file: string; unless?: string; onlyWith?: string }
  | { undo: "remove-folder"; file: string }
  | { undo: "bring-back"; file: string; from: string }
  | { undo: "touch"; file: string; modifiedMs: number };

type Line =
  UndoStep | { journal: 1; store: string; at: string } | { ready: true } | { undone: number };

export const JOURNAL = "journal";

/** Appends lines; `sync` brings them to the disk. */
export class JournalWriter {
  private readonly fd: number;

  constructor(path: string, flags: "wx" | "a") {
    this.fd = openSync(path, flags);
  }

  add(line: Line): void {
    const json = JSON.stringify(line);
    const sum = crc32(json).toString(16).padStart(8, "0");
    const bytes = Buffer.from(`${sum} ${json}\n`);
    for (let done = 0; done < bytes.length;) done += writeSync(this.fd, bytes, done);
  }

  sync(): void {
    fdatasyncSync(this.fd);
  }

  close(): void {
    closeSync(this.fd);
  }
}

export interface Journal {
  steps: UndoStep[];
  /** Something may have been changed. */
  isReady: boolean;
  /** Steps from this one on are undone already. */
  undoneFrom: number;
}

/** Reads a journal; a line that was not completely written ends it. Throws CorruptError when one in its middle is broken. */
export function readJournal(path: string): Journal {
  const steps: UndoStep[] = [];
  let isReady = false;
  let undoneFrom = Infinity;
  const lines = readFileSync(path, "utf8").split("\n");
  for (const [i, text] of lines.entries()) {
    if (text === "") continue;
    const line = lineOf(text);
    if (line === undefined) {
      if (i >= lines.length - 2) break;
      throw new CorruptError(`${path}: line ${String(i + 1)} is damaged: nothing was undone`);
    }
    if ("undo" in line) steps.push(line);
    else if ("ready" in line) isReady = true;
    else if ("undone" in line) undoneFrom = line.undone;
  }
  return { steps, isReady, undoneFrom };
}

function lineOf(text: string): Line | undefined {
  const json = text.slice(9);
  if (Number.parseInt(text.slice(0, 8), 16) !== crc32(json)) return undefined;
  return JSON.parse(json) as Line;
}
