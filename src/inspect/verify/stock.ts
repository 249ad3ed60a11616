import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { RocketmqError } from "../../../engine/base/errors.js";
import { realFiles } from "../../../engine/base/files.js";
import { holderOfStore } from "../../../engine/store/data-dir-lock.js";
import { isFolder, isFile } from "../store-files.js";
import type { Finding, Findings } from "./findings.js";

/** One file of a row of equal files, named by the offset of its first byte. */
export interface RowFile {
  path: string;
  start: number;
  size: number;
}

/** Files of one row: the commit log, or one queue. */
export interface Row {
  /** Where they are, or most of them: the log may be dealt out to several folders. */
  folder: string;
  files: RowFile[];
  /** Size that most of them have; 0 when there is none. */
  fileSize: number;
}

export interface QueueRow extends Row {
  topic: string;
  queueId: number;
}

/** All that is in a store's folder, by what it is. */
export interface Stock {
  root: string;
  log: Row;
  queues: QueueRow[];
  /** Bytes of a consume queue file; 0 when there is none. */
  queueFileSize: number;
  indexFiles: string[];
  hasCheckpoint: boolean;
  /** There are extended queues: tags codes may be addresses in them. */
  hasExtended: boolean;
  /** The last life ended in a crash, or the store is open. */
  hasAbort: boolean;
  /** Who has the store open. */
  holder: string | undefined;
  /** Parts that are there but are not looked into. */
  unread: string[];
  bytes: number;
}

const SEGMENT = /^\d{20}$/;
const INDEX = /^\d{17}$/;
const QUEUE_ENTRY = 20;
/** What brokers keep in the root of a store, apart from what is looked into. */
const KNOWN_FILES = new Set([
  ...["abort", "abort.bak", "checkpoint", "lock", "lock.pid", "recoveryPoint", "timerwheel"],
  ...["epochFileCheckpoint", "epochFileCheckpoint.bak", "brokerIdentity", "brokerIdentity-temp"],
  "recoveryPoint",
]);
const KNOWN_FOLDERS = new Set(["commitlog", "consumequeue", "index", "config", "timerlog"]);
/** Parts that are named and counted, not judged. */
const UNREAD = new Map([
  ["batchconsumequeue", "batch consume queues"],
  ["consumequeue_ext", "extended consume queues"],
  ["compaction", "compacted topics"],
  ["kvStore", "RocksDB of pop consumption"],
  ["transaction", "state of an old kind of transactions"],
]);
/** Where repair keeps what it took away, and its journals. */
export const REPAIR_FOLDER = "repair";

/** The store that a path names. Throws when it is none. */
export function storeRoot(path: string, logFolders?: readonly string[]): string {
  if (isFile(path)) throw noStore(path);
  const names = readdirSync(path);
  if (
    logFolders !== undefined ||
    ["commitlog", "consumequeue", "index"].some((name) => names.includes(name))
  )
    return path;
  const inside = names.find(
    (name) => isFolder(join(path, name)) && isFolder(join(path, name, "commitlog")),
  );
  throw noStore(path, inside === undefined ? undefined : join(path, inside));
}

function noStore(path: string, inside?: string): RocketmqError {
  return new RocketmqError(`${path} is not the folder of a store: it has no commitlog`, {
    kind: "not-found",
    ...(inside !== undefined && { hint: `did you mean ${inside}?` }),
  });
}

/** Takes stock; what does not belong there, and files of wrong names and sizes, are findings. */
export function takeStock(
  root: string,
  findings: Findings,
  logFolders: readonly string[] = [join(root, "commitlog")],
): Stock {
  const sizes = { bytes: 0 };
  const log = logOf(root, logFolders, { sizes, findings });
  const queues = queueRows(root, findings, sizes);
  const queueFileSize = mostCommon(queues.flatMap((queue) => queue.files.map(({ size }) => size)));
  const expected = queueFileSize - (queueFileSize % QUEUE_ENTRY);
  for (const queue of queues) queue.fileSize = expected;
  checkRow(root, log, findings);
  for (const queue of queues) checkRow(root, queue, findings);
  checkOnlyFile(root, log, findings);
  for (const folder of logFolders) strangersIn(root, folder, SEGMENT, findings);
  strangersIn(root, join(root, "index"), INDEX, findings);
  const unread = rootEntries(root, findings, logFolders);
  return {
    root,
    log,
    queues,
    queueFileSize: expected,
    indexFiles: listed(join(root, "index"))
      .filter((name) => INDEX.test(name))
      .map((name) => join(root, "index", name)),
    hasCheckpoint: sizeOf(join(root, "checkpoint")) !== undefined,
    hasExtended: isFolder(join(root, "consumequeue_ext")),
    hasAbort: sizeOf(join(root, "abort")) !== undefined,
    holder: holderOfStore(realFiles, root),
    unread,
    bytes: sizes.bytes,
  };
}

/** The log of all its folders, in the order of the names, as a broker takes it. [S-FILE-1] */
function logOf(
  root: string,
  folders: readonly string[],
  { sizes, findings }: { sizes: { bytes: number }; findings: Findings },
): Row {
  const files: RowFile[] = [];
  const found = folders.flatMap((folder) => rowOf(folder, sizes).files);
  for (const file of found.sort((a, b) => a.start - b.start)) {
    const same = files.at(-1);
    if (same?.start !== file.start) {
      files.push(file);
      continue;
    }
    findings.add({
      ...{ severity: "damage", part: "commitlog", code: "file-twice", offset: null },
      file: nameOf(root, file.path),
      what: `stands in ${dirname(nameOf(root, same.path))} too, and is not looked into here`,
      cost: "a broker takes one of the two, and which is not certain",
      repair: "leaves it: only its owner knows which one is right",
    });
  }
  const fileSize = mostCommon(files.map(({ size }) => size));
  return { folder: folders[0] ?? join(root, "commitlog"), files, fileSize };
}

/** A file as findings name it: below the root, or where else it is. */
export function nameOf(root: string, path: string): string {
  const below = relative(root, path);
  return below.startsWith("..") ? path : below;
}

function queueRows(root: string, findings: Findings, sizes: { bytes: number }): QueueRow[] {
  const base = join(root, "consumequeue");
  const rows: QueueRow[] = [];
  if (listed(base).includes("CURRENT")) return rows; // RocksDB: named by rootEntries
  for (const topic of listed(base)) {
    const folder = join(base, topic);
    if (!isFolder(folder)) {
      findings.add(stranger(root, folder));
      continue;
    }
    for (const name of listed(folder)) {
      const path = join(folder, name);
      if (/^(0|[1-9]\d{0,9})$/.test(name) && isFolder(path)) {
        rows.push({ topic, queueId: Number(name), ...rowOf(path, sizes) });
        strangersIn(root, path, SEGMENT, findings);
      } else findings.add(stranger(root, path));
    }
  }
  return rows;
}

function rowOf(folder: string, sizes: { bytes: number }): Row {
  const files = listed(folder)
    .filter((name) => SEGMENT.test(name))
    .map((name) => ({
      path: join(folder, name),
      start: Number(name),
      size: sizeOf(join(folder, name)) ?? 0,
    }));
  for (const { size } of files) sizes.bytes += size;
  return { folder, files, fileSize: mostCommon(files.map(({ size }) => size)) };
}

/** Names, sizes and neighbours of the files of one row. Files that cannot be part of it are taken out of it. */
function checkRow(root: string, row: Row, findings: Findings): void {
  const { files, fileSize } = row;
  const part =
    basename(dirname(dirname(row.folder))) === "consumequeue" ? "consumequeue" : "commitlog";
  const add = (
    file: RowFile,
    finding: Pick<Finding, "code" | "what" | "cost" | "repair"> & {
      severity?: Finding["severity"];
    },
  ): void => {
    findings.add({
      severity: "damage",
      part,
      file: nameOf(root, file.path),
      offset: null,
      ...finding,
    });
  };
  files.forEach((file, i) => {
    const isLast = i === files.length - 1;
    if (file.size === 0) {
      add(file, {
        severity: isLast ? "recoverable" : "damage",
        code: "zero-length",
        what: "the file is empty",
        cost: isLast
          ? "a broker removes it (Apache before 5.1.4 does not start)"
          : "no broker starts on this store",
        repair: isLast ? "removes it" : "makes it anew in its full size",
      });
    } else if (file.size !== fileSize) {
      add(file, {
        code: file.size < fileSize ? "short-file" : "long-file",
        what: `${String(file.size)} bytes, where the others of its kind have ${String(fileSize)}`,
        cost: "no broker starts on this store",
        repair: file.size < fileSize ? "fills it up with zeros" : "cuts what is behind its size",
      });
    }
    const before = files[i - 1];
    if (fileSize > 0 && file.start % fileSize !== 0) {
      add(file, {
        code: "wrong-name",
        what: `its name is no multiple of the file size ${String(fileSize)}`,
        cost: "no broker starts on this store",
        repair: "moves it aside",
      });
    } else if (
      before !== undefined &&
      file.start !== before.start + fileSize &&
      before.start % fileSize === 0
    ) {
      add(file, {
        code: "missing-file",
        what: `begins at ${String(file.start)}, but the file before it ends at ${String(before.start + fileSize)}`,
        cost:
          part === "commitlog"
            ? "the messages between are lost, and a broker's recovery may cut here"
            : "entries between are lost",
        repair:
          part === "commitlog"
            ? "fills the gap with files that hold no message"
            : "builds the queue anew",
      });
    }
  });
  row.files = files.filter((file) => fileSize > 0 && file.start % fileSize === 0 && file.size > 0);
}

/** A log of one file tells its size by nothing else; but sizes are round. */
function checkOnlyFile(root: string, { files }: Row, findings: Findings): void {
  const [file, second] = files;
  if (file === undefined || second !== undefined) return;
  if (file.size % 1000 === 0 || file.size % 1024 === 0) return;
  findings.add({
    ...{ severity: "damage", part: "commitlog", code: "short-file", offset: null },
    file: nameOf(root, file.path),
    what: `${String(file.size)} bytes are no size that files are made in: it was cut`,
    cost: "no broker starts on this store",
    repair:
      "leaves it: as it is the only one, mappedFileSizeCommitLog alone tells how long it has to be",
  });
}

function rootEntries(root: string, findings: Findings, logFolders: readonly string[]): string[] {
  const unread: string[] = [];
  const ofLog = new Set(logFolders.map((folder) => relative(root, folder).split("/")[0]));
  for (const name of listed(root)) {
    const known = UNREAD.get(name) ?? (name.startsWith("dledger-") ? "a DLedger log" : undefined);
    if (known !== undefined) {
      if (countFiles(join(root, name)) > 0) unread.push(`${name} (${known})`);
    } else if (
      !KNOWN_FILES.has(name) &&
      !KNOWN_FOLDERS.has(name) &&
      !ofLog.has(name) &&
      name !== REPAIR_FOLDER
    ) {
      findings.add(stranger(root, join(root, name)));
    }
  }
  if (listed(join(root, "consumequeue")).includes("CURRENT")) unread.push("consumequeue (RocksDB)");
  return unread;
}

function strangersIn(root: string, folder: string, pattern: RegExp, findings: Findings): void {
  for (const name of listed(folder)) {
    if (!pattern.test(name)) findings.add(stranger(root, join(folder, name)));
  }
}

function stranger(root: string, path: string): Finding {
  const where = nameOf(root, path);
  const atRoot = !where.includes("/");
  return {
    severity: "warning",
    part: "other",
    code: "foreign-file",
    file: where,
    offset: null,
    what: "no broker keeps a file of this name here",
    cost: atRoot
      ? "none"
      : "Apache before 5.1 does not start when it cannot read the name as a number",
    repair: atRoot ? "leaves it alone" : "moves it aside",
  };
}

function countFiles(path: string): number {
  if (!isFolder(path)) return 1;
  return readdirSync(path).reduce((sum, name) => sum + countFiles(join(path, name)), 0);
}

/** Names in a folder in order; none when there is no such folder. */
export function listed(folder: string): string[] {
  return isFolder(folder) ? readdirSync(folder).sort() : [];
}

/** Bytes of a file; undefined when there is none. */
export function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

/** The value most often there, the largest of several; 0 of none. */
function mostCommon(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) if (value > 0) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = 0;
  for (const [value, count] of counts) {
    const most = counts.get(best) ?? 0;
    if (count > most || (count === most && value > best)) best = value;
  }
  return best;
}
