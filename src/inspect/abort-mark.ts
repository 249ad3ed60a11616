import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { CorruptError, RocketmqError } from "../../engine/base/errors.js";
import { realFiles } from "../../engine/base/files.js";
import { AbortFile } from "../../engine/store/abort-file.js";
import { holderOfStore } from "../../engine/store/data-dir-lock.js";
import { isFile, namesIn } from "./store-files.js";

/** The mark of a store that is open, or was not stopped cleanly. [S-CHECK-2] */
export interface AbortMark {
  file: string;
  state: "absent" | "present";
  bytes: number | null;
  modified: number | null;
  /** Who wrote it; null in those of 4.x, which are empty. */
  pid: number | null;
  /** Where syncing the commit log failed in the life that left it. */
  notSyncedFrom: number | null;
  /** Who has the store open; null when nobody has. */
  holder: string | null;
  meaning: string;
}

/** More is in no such file. */
const MOST_BYTES = 200;

export function abortMark(path: string): AbortMark {
  const file = isFile(path) ? path : join(storeFolder(path), "abort");
  const folder = join(file, "..");
  const holder = holderOfStore(realFiles, folder) ?? null;
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) {
    const none = { bytes: null, modified: null, pid: null, notSyncedFrom: null };
    return { file, state: "absent", ...none, holder, meaning: "the store was stopped cleanly" };
  }
  const text = stat.size > MOST_BYTES ? undefined : readFileSync(file, "utf8");
  if (text === undefined || !/^(?:\d*|\d+\nnot synced from \d+)\s*$/.test(text)) {
    throw new CorruptError(`${file} is no abort file: it holds neither nothing nor a process id`);
  }
  const pid = /^\d+/.exec(text)?.[0];
  const isMark = basename(file) === "abort";
  return {
    file,
    state: "present",
    bytes: stat.size,
    modified: Math.floor(stat.mtimeMs),
    pid: pid === undefined ? null : Number(pid),
    notSyncedFrom: (isMark ? new AbortFile(realFiles, folder).unsyncedFrom : undefined) ?? null,
    holder,
    meaning: holder === null ? "the store was not stopped cleanly" : "the store is open",
  };
}

function storeFolder(path: string): string {
  const names = namesIn(path);
  if (names.includes("abort") || names.includes("commitlog")) return path;
  throw new RocketmqError(`${path} is neither a store nor its abort file`, { kind: "usage" });
}
