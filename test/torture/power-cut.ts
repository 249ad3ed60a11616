/**
 * Cuts the power of a store's disk at random moments, loses what was not synced, or any part of it, and looks for what
 * was acknowledged. By hand: `node build/test/torture/power-cut.js --count 2000 --seed 1`.
 */
import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Clock, ManualClock } from "../../engine/base/clock.js";
import { encodeBatch } from "../../engine/message/batch.js";
import { decodeRecord, decodeRecords } from "../../engine/message/decode.js";
import { createMessageStore } from "../../engine/store/message-store.js";
import type { MessageStore, MessageToStore, PutResult } from "../../engine/store/store-api.js";
import { defaultStoreConfig, type FlushDiskType } from "../../engine/store/store-config.js";
import { MemoryDisk } from "../support/memory-disk.js";
import { Random } from "./random.js";

const ROOT = "/data/store";
const SEGMENT = 16 * 1024;
/** Holds the number of a process that, unlike this one, is gone. */
const LOCK = `${ROOT}/lock.pid`;

interface Acknowledged {
  topic: string;
  queueId: number;
  queueOffset: number;
  physicalOffset: number;
  size: number;
  key: string;
}

export interface PowerCutResult {
  seed: number;
  cuts: number;
  /** Messages acknowledged, and of these, written with ASYNC_FLUSH and not synced, how many were lost: which is allowed. */
  acknowledged: number;
  lostUnsynced: number;
  problems: string[];
}

export async function powerCuts(options: { count: number; seed: number }): Promise<PowerCutResult> {
  const { count, seed } = options;
  const result: PowerCutResult = { seed, cuts: 0, acknowledged: 0, lostUnsynced: 0, problems: [] };
  for (let round = 0; result.cuts < count && result.problems.length < 20; round++) {
    await oneStore(new Random(seed + round * 7919), `round ${round}`, result);
  }
  return result;
}

/** One store, cut off several times, then looked at. */
async function oneStore(random: Random, round: string, result: PowerCutResult): Promise<void> {
  const flushDiskType: FlushDiskType = random.chance(0.6) ? "SYNC_FLUSH" : "ASYNC_FLUSH";
  const lives = 1 + random.below(4);
  const promised = new Map<string, Acknowledged>();
  const maybeLost = new Map<string, Acknowledged>();
  const written = new Map<string, Acknowledged>();
  const clock = new ManualClock(1_700_000_000_000);
  let disk = new MemoryDisk(random.below(400));
  for (let life = 0; life < lives; life++) {
    const own = await live(disk, flushDiskType, { random, clock, prefix: `${life}-` });
    disk.cutPower();
    result.acknowledged += own.length;
    for (const one of own) written.set(one.key, one);
    const isLast = life === lives - 1;
    // the next end may come while the store is still being recovered
    const changes = isLast ? undefined : random.below(random.chance(0.3) ? 20 : 400);
    if (!isLast && random.chance(0.3)) {
      disk = disk.afterKill(changes);
      disk.forget(LOCK);
      continue;
    }
    result.cuts++;
    for (const one of written.values()) {
      const isSafe = flushDiskType === "SYNC_FLUSH" || isSynced(disk, one);
      (isSafe ? promised : maybeLost).set(one.key, one);
    }
    written.clear();
    disk = disk.afterPowerCut(random, changes);
    disk.forget(LOCK);
  }
  await check(disk, { promised, maybeLost, where: `${round} (${flushDiskType})` }, result);
}

function open(
  disk: MemoryDisk,
  flushDiskType: FlushDiskType,
  { clock, recoveryPointBytes }: { clock: Clock; recoveryPointBytes?: number },
): MessageStore {
  return createMessageStore({
    config: {
      ...defaultStoreConfig(ROOT),
      mappedFileSizeCommitLog: SEGMENT,
      mappedFileSizeConsumeQueue: 20 * 50,
      maxHashSlotNum: 100,
      maxIndexNum: 400,
      flushDiskType,
    },
    clock,
    files: disk.files,
    ...(recoveryPointBytes === undefined ? {} : { recoveryPointBytes }),
  });
}

/** Writes until the power is gone, or for some turns. */
async function live(
  disk: MemoryDisk,
  flushDiskType: FlushDiskType,
  { random, clock, prefix }: { random: Random; clock: ManualClock; prefix: string },
): Promise<Acknowledged[]> {
  disk.files.makeDirectory(ROOT);
  const recoveryPointBytes = random.pick([1, 2000, 10_000, 1 << 20]);
  const store = open(disk, flushDiskType, { clock, recoveryPointBytes });
  const acknowledged: Acknowledged[] = [];
  try {
    await store.start();
    for (let turn = 0, number = 0; turn < 30 && disk.hasPower; turn++) {
      const puts = Array.from({ length: 1 + random.below(5) }, () => {
        const keys = Array.from(
          { length: random.chance(0.2) ? 3 : 1 },
          () => `${prefix}${number++}`,
        );
        return put(store, keys, { random, acknowledged });
      });
      await Promise.all(puts);
      if (random.chance(0.3)) await clock.advance(random.below(4000));
    }
    if (random.chance(0.3)) await store.stop();
  } catch {
    // the power went while the store was starting or stopping
  }
  disk.cutPower();
  await store.stop().catch(() => undefined);
  return acknowledged;
}

async function put(
  store: MessageStore,
  keys: readonly string[],
  { random, acknowledged }: { random: Random; acknowledged: Acknowledged[] },
): Promise<void> {
  const topic = `Topic${random.below(3)}`;
  const queueId = random.below(2);
  const items = keys.map((key) => ({
    flag: 0,
    body: Buffer.from(key.padEnd(random.below(600))),
    properties: `KEYS\u0001${key}\u0002`,
  }));
  const [only] = items;
  const result = await new Promise<PutResult>((resolve) => {
    if (items.length > 1) store.putBatch(message(topic, queueId, encodeBatch(items), ""), resolve);
    else
      store.put(
        message(topic, queueId, only?.body ?? Buffer.alloc(0), only?.properties ?? ""),
        resolve,
      );
  });
  if (result.status !== "PUT_OK") return;
  keys.forEach((key, k) => {
    const physicalOffset = result.physicalOffsets[k] ?? 0;
    const next = result.physicalOffsets[k + 1] ?? result.physicalOffset + result.size;
    const queueOffset = result.queueOffset + k;
    acknowledged.push({
      topic,
      queueId,
      queueOffset,
      physicalOffset,
      size: next - physicalOffset,
      key,
    });
  });
}

function message(topic: string, queueId: number, body: Buffer, properties: string): MessageToStore {
  return {
    topic,
    queueId,
    body,
    properties,
    flag: 0,
    sysFlag: 0,
    bornTimestamp: 1700000000123,
    bornHost: { address: "10.1.2.3", port: 45678 },
    storeHost: { address: "192.168.0.9", port: 10911 },
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    waitStoreOk: true,
  };
}

/** Whether the log is on the disk up to the end of a record. */
function isSynced(disk: MemoryDisk, { physicalOffset, size }: Acknowledged): boolean {
  const last = Math.floor(physicalOffset / SEGMENT);
  for (let file = 0; file <= last; file++) {
    const path = `${ROOT}/commitlog/${String(file * SEGMENT).padStart(20, "0")}`;
    const length = file < last ? SEGMENT : (physicalOffset % SEGMENT) + size;
    if (!disk.isDurable(path, 0, length)) return false;
  }
  return true;
}

async function check(
  disk: MemoryDisk,
  what: {
    promised: Map<string, Acknowledged>;
    maybeLost: Map<string, Acknowledged>;
    where: string;
  },
  result: PowerCutResult,
): Promise<void> {
  const { promised, maybeLost, where } = what;
  const problem = (text: string): void => void result.problems.push(`${where}: ${text}`);
  const store = open(disk, "ASYNC_FLUSH", { clock: new ManualClock(Date.now()) });
  try {
    await store.start();
  } catch (error) {
    problem(`does not open: ${String(error)}`);
    return;
  }
  for (const one of promised.values()) {
    const key = keyAt(store, one);
    if (key !== one.key)
      problem(`${one.key} was acknowledged, and ${key ?? "nothing"} is at its place`);
  }
  for (const { topic, key } of promised.values()) {
    const found = store.query(topic, key, 9, 0n, 2n ** 60n).records.length;
    if (found !== 1) problem(`${found} messages are found by the key ${key}`);
  }
  for (const one of maybeLost.values()) if (keyAt(store, one) !== one.key) result.lostUnsynced++;
  const seen = new Set<string>();
  for (const [topic, queueIds] of store.queues()) {
    for (const queueId of queueIds) readQueue(store, { topic, queueId, seen, problem });
  }
  await store.stop();
}

function keyAt(store: MessageStore, one: Acknowledged): string | undefined {
  const [record] = store.get({ ...one, maxCount: 1 }).records;
  return record === undefined ? undefined : decodeRecord(record).keys;
}

function readQueue(
  store: MessageStore,
  {
    topic,
    queueId,
    seen,
    problem,
  }: { topic: string; queueId: number; seen: Set<string>; problem: (text: string) => void },
): void {
  let next = store.minOffset(topic, queueId);
  if (next !== 0) problem(`${topic} ${queueId} begins at ${next}`);
  for (;;) {
    const got = store.get({ topic, queueId, queueOffset: next, maxCount: 32 });
    for (const found of decodeRecords(Buffer.concat(got.records))) {
      if (found.queueOffset !== next)
        problem(`${topic} ${queueId} has ${found.queueOffset} at ${next}`);
      next = found.queueOffset + 1;
      const key = found.keys ?? "";
      if (seen.has(key)) problem(`${key} is there twice`);
      seen.add(key);
    }
    if (got.nextBeginOffset <= next && got.records.length === 0) break;
    next = Math.max(next, got.nextBeginOffset);
  }
  if (next !== store.maxOffset(topic, queueId))
    problem(`${topic} ${queueId} cannot be read from ${next} on`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { count: { type: "string" }, seed: { type: "string" } },
  });
  const result = await powerCuts({
    count: Number(values.count ?? 2000),
    seed: Number(values.seed ?? randomInt(2 ** 31)),
  });
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.exitCode = result.problems.length === 0 ? 0 : 1;
}
