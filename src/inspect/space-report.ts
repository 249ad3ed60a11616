import { readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { CommitLogReader } from "./commit-log.js";
import { isFolder } from "./store-files.js";
import { type RowFile, storeRoot, takeStock } from "./verify/stock.js";
import { Findings } from "./verify/findings.js";

/**
 * `messages`: one topic on one day; `blank`: what is left over at the ends of full files; `free`: not written yet, or not
 * readable; `queues`, `index`, `config`, `other`: what is kept beside the log; `file`: one file of the log; `total`: all.
 */
export type SpaceKind =
  "messages" | "blank" | "free" | "queues" | "index" | "config" | "other" | "file" | "total";

/** One line of the report. Bytes are lengths; files have blocks on the disk only where something was written. */
export interface SpaceRow {
  kind: SpaceKind;
  /** Topic, file or folder. */
  name: string;
  /** yyyy-mm-dd in local time, by store time. */
  day: string | null;
  messages: number | null;
  bytes: number;
  /** Percent of all bytes of the store. */
  share: number;
  /** Bytes of these that are past their time and still there. */
  expiredBytes: number;
  /** When a broker with this retention removes the last of it, in ms; null where no time is set for it. */
  freedAtMs: number | null;
  /** Why, or why not. */
  note: string | null;
}

export interface Retention {
  /** Hours that a file is kept after its last change. */
  reservedHours: number;
  /** Hours of the day at which files are removed. */
  deleteWhen: readonly number[];
  nowMs: number;
}

export interface SpaceOptions {
  signal: AbortSignal;
  /** Told how many bytes of the log of how many were read. */
  progress?: ((done: number, total: number) => void) | undefined;
  /** Folders of the commit log, where it is not in the store's own. */
  logFolders?: readonly string[] | undefined;
}

export interface SpaceReport {
  rows: SpaceRow[];
  /** Where the log cannot be read on. */
  torn: { offset: number; reason: string } | undefined;
}

interface LogFile extends RowFile {
  expiresMs: number;
  freedAtMs: number | null;
  isExpired: boolean;
  messages: number;
  used: number;
}

interface Share {
  messages: number;
  bytes: number;
  expiredBytes: number;
  last: LogFile;
}

const HOUR_MS = 3_600_000;
/** Records between two looks at what else goes on. */
const STEP = 10_000;

/** What takes the space of a store, and when it will be free. Reads all of the log, and writes nothing. */
export async function spaceReport(
  path: string,
  retention: Retention,
  { signal, progress, logFolders }: SpaceOptions,
): Promise<SpaceReport> {
  const root = storeRoot(path, logFolders);
  const stock = takeStock(root, new Findings(), logFolders);
  const files = logFiles(stock.log.files, retention);
  const shares = new Map<string, Share>();
  const torn =
    files.length === 0
      ? undefined
      : await readLog(root, { files, shares, signal, progress, logFolders });
  const beside = besideRows(root, logFolders);
  const rows = [...messageRows(shares), ...restRows(files, torn), ...beside];
  const total = rows.reduce((sum, row) => sum + row.bytes, 0);
  rows.push(...fileRows(files));
  const all = rowOf("total", basename(root), total);
  all.messages = files.reduce((sum, file) => sum + file.messages, 0);
  all.expiredBytes = rows.reduce(
    (sum, row) => sum + (row.kind === "file" ? row.expiredBytes : 0),
    0,
  );
  rows.push(all);
  for (const row of rows) row.share = total === 0 ? 0 : Math.round((row.bytes / total) * 1e4) / 100;
  return { rows, torn };
}

/** When each file goes. As a broker does it: oldest first, at the hours that are set, and never the last. [S-CLEAN-1] */
function logFiles(found: readonly RowFile[], retention: Retention): LogFile[] {
  let before = 0;
  return found.map((file, i) => {
    const modified = statSync(file.path, { throwIfNoEntry: false })?.mtimeMs ?? retention.nowMs;
    const expiresMs = Math.floor(modified + retention.reservedHours * HOUR_MS);
    const isLast = i === found.length - 1;
    // one that is not due yet keeps those behind it
    before = Math.max(before, nextHour(Math.max(expiresMs, retention.nowMs), retention.deleteWhen));
    return {
      ...file,
      expiresMs,
      freedAtMs: isLast || before === Infinity ? null : before,
      isExpired: expiresMs <= retention.nowMs,
      ...{ messages: 0, used: 0 },
    };
  });
}

/** The time itself when it is in one of the hours, else the next one that begins; Infinity when none is set. */
function nextHour(fromMs: number, hours: readonly number[]): number {
  const at = new Date(fromMs);
  if (hours.includes(at.getHours())) return fromMs;
  at.setMinutes(0, 0, 0);
  for (let step = 0; step < 25; step++) {
    at.setHours(at.getHours() + 1);
    if (hours.includes(at.getHours())) return at.getTime();
  }
  return Infinity;
}

async function readLog(
  root: string,
  {
    files,
    shares,
    signal,
    progress,
    logFolders,
  }: SpaceOptions & { files: LogFile[]; shares: Map<string, Share> },
): Promise<SpaceReport["torn"]> {
  const reader = new CommitLogReader(root, logFolders);
  const byPath = new Map(files.map((file) => [basename(file.path), file]));
  const days = new DayNames();
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let count = 0;
  for (const { file: path, message, physicalOffset } of reader.records()) {
    if (++count % STEP === 0) {
      progress?.(physicalOffset - (files[0]?.start ?? 0), total);
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (signal.aborted) break;
    const file = byPath.get(basename(path));
    if (file === undefined) continue;
    const { topic, storeSize, storeTimestamp } = message;
    const key = `${topic}\0${days.of(storeTimestamp)}`;
    let share = shares.get(key);
    if (share === undefined)
      shares.set(key, (share = { messages: 0, bytes: 0, expiredBytes: 0, last: file }));
    share.messages++;
    share.bytes += storeSize;
    if (file.isExpired) share.expiredBytes += storeSize;
    share.last = file;
    file.messages++;
    file.used += storeSize;
  }
  const { end } = reader;
  return end?.state === "torn"
    ? { offset: end.offset, reason: end.reason ?? "no record" }
    : undefined;
}

function messageRows(shares: ReadonlyMap<string, Share>): SpaceRow[] {
  const rows = [...shares].map(([key, share]) => {
    const [topic = "", day = ""] = key.split("\0");
    const { messages, bytes, expiredBytes, last } = share;
    const row = rowOf("messages", topic, bytes);
    return { ...row, day, messages, expiredBytes, ...freedWith(last) };
  });
  return rows.sort((a, b) => (a.name === b.name ? (a.day < b.day ? -1 : 1) : b.bytes - a.bytes));
}

/** What is no message: the ends of full files, and the end of the log. */
function restRows(files: readonly LogFile[], torn: SpaceReport["torn"]): SpaceRow[] {
  const rows: SpaceRow[] = [];
  const end = torn?.offset ?? Infinity;
  const isOpen = (file: LogFile, i: number): boolean =>
    i === files.length - 1 || file.start + file.size > end;
  const full = files.filter((file, i) => !isOpen(file, i));
  const blank = rowOf("blank", "ends of full files", unused(full));
  blank.expiredBytes = unused(full.filter(({ isExpired }) => isExpired));
  const last = full.at(-1);
  if (blank.bytes > 0 && last !== undefined) rows.push({ ...blank, ...freedWith(last) });
  const open = rowOf("free", "behind the end", unused(files.filter(isOpen)));
  open.note =
    torn === undefined
      ? "not written yet"
      : `not written yet, or not readable from offset ${String(torn.offset)} on`;
  if (open.bytes > 0) rows.push(open);
  return rows;
}

function unused(files: readonly LogFile[]): number {
  return files.reduce((sum, file) => sum + file.size - file.used, 0);
}

function fileRows(files: readonly LogFile[]): SpaceRow[] {
  return files.map((file) => ({
    ...rowOf("file", basename(file.path), file.size),
    messages: file.messages,
    expiredBytes: file.isExpired ? file.size : 0,
    ...freedWith(file),
  }));
}

function freedWith(file: LogFile): Pick<SpaceRow, "freedAtMs" | "note"> {
  const { freedAtMs, isExpired } = file;
  if (freedAtMs !== null) return { freedAtMs, note: isExpired ? "past its time" : null };
  return { freedAtMs, note: "in the last file, which is kept" };
}

/** What is kept beside the log. Queues and index go when all they point to has gone. */
function besideRows(
  root: string,
  logFolders: readonly string[] = [join(root, "commitlog")],
): SpaceRow[] {
  const kinds = new Map<string, SpaceKind>([
    ["index", "index"],
    ["config", "config"],
  ]);
  return namesOf(root).flatMap((name) => {
    const path = join(root, name);
    if (logFolders.includes(resolve(path)) || logFolders.includes(path)) return [];
    const parts =
      name === "consumequeue" ? namesOf(path).map((topic) => `${name}/${topic}`) : [name];
    return parts
      .map((part) =>
        rowOf(
          name === "consumequeue" ? "queues" : (kinds.get(name) ?? "other"),
          part,
          lengthOf(join(root, part)),
        ),
      )
      .filter(({ bytes }) => bytes > 0)
      .sort((a, b) => b.bytes - a.bytes);
  });
}

function rowOf(kind: SpaceKind, name: string, bytes: number): SpaceRow {
  return {
    ...{ kind, name, day: null, messages: null, bytes, share: 0 },
    ...{ expiredBytes: 0, freedAtMs: null, note: null },
  };
}

function namesOf(folder: string): string[] {
  return isFolder(folder) ? readdirSync(folder).sort() : [];
}

/** Bytes of a file, or of all files in a folder; what goes away meanwhile counts nothing. */
function lengthOf(path: string): number {
  if (!isFolder(path)) return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return namesOf(path).reduce((sum, name) => sum + lengthOf(join(path, name)), 0);
}

/** Names of days in local time; times that follow each other are mostly of one day. */
class DayNames {
  private from = 0;
  private to = 0;
  private name = "";

  of(ms: number): string {
    if (ms >= this.from && ms < this.to) return this.name;
    const day = new Date(ms);
    this.from = day.setHours(0, 0, 0, 0);
    const pad = (value: number): string => String(value).padStart(2, "0");
    this.name = `${String(day.getFullYear())}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
    this.to = day.setDate(day.getDate() + 1);
    return this.name;
  }
}
