/** A small store to be damaged over and over, and what each of its bytes is. */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { systemClock } from "../../engine/base/clock.js";
import { recordParts } from "../../engine/message/decode.js";
import { Magic } from "../../engine/message/record-layout.js";
import { encodeProperties } from "../../engine/message/properties.js";
import { createMessageStore } from "../../engine/store/message-store.js";
import type { MessageStore } from "../../engine/store/store-api.js";
import { defaultStoreConfig, type StoreConfig } from "../../engine/store/store-config.js";
import type { Random } from "./random.js";

/** One record as it was written. */
export interface StagedRecord {
  physical: number;
  size: number;
  topic: string;
  queueId: number;
  queueOffset: number;
}

export interface Stage {
  root: string;
  /** Content of every file, by path below the root. */
  files: Map<string, Buffer>;
  records: StagedRecord[];
  logEnd: number;
}

export const FILE_SIZE = 32 * 1024;
const QUEUE_FILE_SIZE = 20 * 40;
const SLOTS = 100;
const ENTRIES = 400;

export function stageConfig(root: string): StoreConfig {
  return {
    ...defaultStoreConfig(root),
    mappedFileSizeCommitLog: FILE_SIZE,
    mappedFileSizeConsumeQueue: QUEUE_FILE_SIZE,
    maxHashSlotNum: SLOTS,
    maxIndexNum: ENTRIES,
    diskMaxUsedSpaceRatio: 95,
    cleanFileForciblyEnable: false,
    // nothing is removed for its age, however long the run takes
    fileReservedTime: 100_000,
  };
}

/** Writes a store of `bytes` of log and stops it cleanly. */
export async function writeStage(root: string, bytes: number, random: Random): Promise<Stage> {
  mkdirSync(root, { recursive: true });
  const store = createMessageStore({ config: stageConfig(root), clock: systemClock() });
  await store.start();
  for (let number = 0; store.commitLogMaxOffset < bytes; number++)
    await putOne(store, number, random);
  await store.stop();
  return readStage(root);
}

function putOne(store: MessageStore, number: number, random: Random): Promise<void> {
  const properties: [string, string][] = [
    ["KEYS", `key-${String(number)} third-${String(number % 3)}`],
    ["UNIQ_KEY", `7F00000100002A9F${String(number).padStart(16, "0")}`],
    ["colour", "blue"],
  ];
  if (number % 4 !== 3) properties.push(["TAGS", `Tag${String(number % 5)}`]);
  const host = { address: "10.1.2.3", port: 45678 };
  return new Promise((resolve, reject) => {
    store.put(
      {
        topic: number % 2 === 0 ? "even" : "odd_topic",
        queueId: number % 3,
        body: random.bytes(1 + random.below(700)),
        properties: encodeProperties(properties),
        ...{ flag: 0, sysFlag: 0, bornTimestamp: 1_700_000_000_123, bornHost: host },
        storeHost: { address: "192.168.0.9", port: 10911 },
        ...{ reconsumeTimes: 0, preparedTransactionOffset: 0, waitStoreOk: true },
      },
      ({ status }) => {
        if (status === "PUT_OK") resolve();
        else reject(new Error(status));
      },
    );
  });
}

function readStage(root: string): Stage {
  const files = contentsOf(root);
  const records: StagedRecord[] = [];
  let logEnd = 0;
  for (const [name, bytes] of files) {
    if (!name.startsWith("commitlog/")) continue;
    const start = Number(name.slice(-20));
    for (let at = 0; at + 91 <= bytes.length;) {
      const magic = bytes.readInt32BE(at + 4);
      if (magic === Magic.BLANK) logEnd = start + FILE_SIZE;
      if (magic !== Magic.V1) break;
      const parts = recordParts(bytes, at);
      if (parts === undefined) break;
      const size = bytes.readInt32BE(at);
      records.push({
        ...{ physical: start + at, size, queueId: bytes.readInt32BE(at + 12) },
        topic: bytes.toString("utf8", parts.topicAt, parts.topicAt + parts.topicLength),
        queueOffset: Number(bytes.readBigInt64BE(at + 20)),
      });
      at += size;
      logEnd = start + at;
    }
  }
  return { root, files, records, logEnd };
}

/** Every file below a folder, by its path there. */
export function contentsOf(root: string): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  for (const name of names.sort()) found.set(name, readFileSync(join(root, name)));
  return found;
}

/** The same with a digest instead of the content, for comparing. */
export function digestsOf(root: string): Record<string, string> {
  const digest = (bytes: Buffer): string => createHash("sha1").update(bytes).digest("hex");
  return Object.fromEntries([...contentsOf(root)].map(([name, bytes]) => [name, digest(bytes)]));
}

/** A fresh copy of a store at another place. */
export function copyStore(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
}

/**
 * What a byte of the store is: `checked` when the store says the same a second time, so that a wrong bit can be told;
 * `unchecked` when nothing else in the format depends on it; `unused` when it means nothing.
 */
export function kindOfByte(
  stage: Stage,
  file: string,
  at: number,
): { kind: "checked" | "unchecked" | "unused"; record?: StagedRecord; field: string } {
  if (file.startsWith("commitlog/")) return kindOfLogByte(stage, file, at);
  if (file.startsWith("consumequeue/")) {
    const used = queueEnd(stage, file) * 20 - Number(file.slice(-20));
    // what stands right behind the last entry may look like one more
    const kind = at < used ? "checked" : at < used + 20 ? "unchecked" : "unused";
    return { kind, field: "entry" };
  }
  if (file.startsWith("index/")) return kindOfIndexByte(stage.files.get(file) as Buffer, at);
  return { kind: "unchecked", field: file };
}

function queueEnd({ records }: Stage, file: string): number {
  const [, topic = "", queueId = ""] = file.split("/");
  return records.filter((one) => one.topic === topic && one.queueId === Number(queueId)).length;
}

function kindOfIndexByte(
  bytes: Buffer,
  at: number,
): { kind: "checked" | "unchecked" | "unused"; field: string } {
  const entries = 40 + SLOTS * 4;
  if (at < entries) return { kind: "checked", field: at < 40 ? "header" : "slot" };
  const number = Math.floor((at - entries) / 20);
  const isUsed = number > 0 && number < bytes.readInt32BE(36);
  // the first entry's time counts from the file before
  const isFirstTime = number === 1 && (at - entries) % 20 >= 12 && (at - entries) % 20 < 16;
  return { kind: !isUsed ? "unused" : isFirstTime ? "unchecked" : "checked", field: "index entry" };
}

const FIELDS: readonly [end: number, name: string, isChecked: boolean][] = [
  [4, "TOTALSIZE", true],
  [8, "MAGICCODE", true],
  [12, "BODYCRC", true],
  [16, "QUEUEID", true],
  [20, "FLAG", false],
  [28, "QUEUEOFFSET", true],
  [36, "PHYSICALOFFSET", true],
  [40, "SYSFLAG", false],
  [48, "BORNTIMESTAMP", false],
  [56, "BORNHOST", false],
  // in the index to the second
  [64, "STORETIMESTAMP", false],
  [72, "STOREHOST", false],
  [76, "RECONSUMETIMES", false],
  [84, "PREPAREDTRANSACTIONOFFSET", false],
  [88, "BODYLENGTH", true],
];

function kindOfLogByte(
  stage: Stage,
  file: string,
  at: number,
): { kind: "checked" | "unchecked" | "unused"; record?: StagedRecord; field: string } {
  const physical = Number(file.slice(-20)) + at;
  const record = stage.records.find(
    (one) => physical >= one.physical && physical < one.physical + one.size,
  );
  const bytes = stage.files.get(file) as Buffer;
  if (record === undefined) {
    // the eight bytes of the blank are followed by nothing
    const last = stage.records.filter((one) => one.physical < physical).pop();
    const isBlank =
      last !== undefined && physical - (last.physical + last.size) < 8 && physical < stage.logEnd;
    return { kind: isBlank ? "checked" : "unused", field: isBlank ? "blank" : "free" };
  }
  const inside = physical - record.physical;
  const known = FIELDS.find(([end]) => inside < end);
  if (known !== undefined)
    return { kind: known[2] ? "checked" : "unchecked", record, field: known[1] };
  const recordAt = at - inside;
  const parts = recordParts(bytes, recordAt);
  if (parts === undefined || at < parts.propertiesAt)
    return { kind: "checked", record, field: at < (parts?.topicAt ?? 0) ? "BODY" : "TOPIC" };
  return {
    kind: isCheckedProperty(bytes, { at, from: parts.propertiesAt, end: parts.end })
      ? "checked"
      : "unchecked",
    record,
    field: "PROPERTIES",
  };
}

const CHECKED_PROPERTIES = ["KEYS\u0001", "TAGS\u0001", "UNIQ_KEY\u0001"];

/** Tags stand in the queue too, keys in the index. */
function isCheckedProperty(
  bytes: Buffer,
  { at, from, end }: { at: number; from: number; end: number },
): boolean {
  for (let start = from; start < end;) {
    let stop = bytes.indexOf(2, start);
    if (stop < 0 || stop >= end) stop = end;
    if (at <= stop)
      return (
        at < stop &&
        CHECKED_PROPERTIES.some((name) => bytes.toString("latin1", start, stop).startsWith(name))
      );
    start = stop + 1;
  }
  return false;
}
