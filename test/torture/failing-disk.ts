/**
 * Lets random calls of a store's disk fail for a while, over and over, and looks for what was acknowledged. By hand:
 * `node build/test/torture/failing-disk.js --count 2000 --seed 1`.
 */
import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ManualClock } from "../../engine/base/clock.js";
import { decodeRecord, decodeRecords } from "../../engine/message/decode.js";
import { createMessageStore } from "../../engine/store/message-store.js";
import type { MessageStore } from "../../engine/store/store-api.js";
import { message, put, smallConfig } from "../engine/store/open-store.js";
import { FaultyFiles, type Fault, type FaultyCall } from "../support/faulty-files.js";
import { MemoryDisk } from "../support/memory-disk.js";
import { Random } from "./random.js";

const CALLS: FaultyCall[] = [
  ...(["open", "write", "write", "write", "truncate", "sync"] as const),
  ...(["syncDirectory", "rename", "remove", "makeDirectory"] as const),
];
const FILES = [
  "/",
  "/commitlog",
  "/consumequeue/",
  "/index/",
  "/checkpoint",
  "/recoveryPoint",
  "/config/",
];
const ERRORS = ["ENOSPC", "EIO", "EROFS"] as const;

export interface FailingDiskResult {
  seed: number;
  stores: number;
  acknowledged: number;
  refused: number;
  strikes: number;
  problems: string[];
}

export async function failingDisks(options: {
  count: number;
  seed: number;
}): Promise<FailingDiskResult> {
  const { count, seed } = options;
  const result = { seed, stores: 0, acknowledged: 0, refused: 0, strikes: 0, problems: [] };
  for (let i = 0; i < count; i++) {
    const life = new Life(seed + i * 7919, result);
    await life.run().catch((error: unknown) => life.problem(String(error)));
  }
  return result;
}

/** One store through several lives on one disk. */
class Life {
  private readonly random: Random;
  private readonly result: FailingDiskResult;
  private readonly seed: number;
  private readonly root: string;
  private readonly clock = new ManualClock(Date.now());
  private readonly isSync: boolean;
  private disk = new MemoryDisk();
  private faulty = new FaultyFiles(this.disk.files);
  /** Where each acknowledged message is: its key by topic and queue offset. */
  private readonly acknowledged = new Map<string, string>();
  private number = 0;

  constructor(seed: number, result: FailingDiskResult) {
    this.random = new Random(seed);
    this.result = result;
    this.seed = seed;
    this.root = `/data/${seed}/store`;
    this.isSync = this.random.chance(0.5);
  }

  async run(): Promise<void> {
    const { random, result } = this;
    result.stores++;
    for (let life = 1 + random.below(3); life > 0; life--) {
      await this.live(this.open());
      result.strikes += this.faulty.strikes;
      // what was acknowledged without a sync may be lost with the power
      const isCut = this.isSync && random.chance(0.5);
      this.disk = isCut ? this.disk.afterPowerCut(random) : this.disk.afterKill();
      this.disk.forget(`${this.root}/lock.pid`);
      this.faulty = new FaultyFiles(this.disk.files);
    }
    await this.check();
  }

  private open(): MessageStore {
    const flushDiskType = this.isSync ? "SYNC_FLUSH" : "ASYNC_FLUSH";
    const config = smallConfig(this.root, { flushDiskType, maxIndexNum: 60 });
    const { clock, faulty } = this;
    const recoveryPointBytes = this.random.pick([1, 5000, 1 << 20]);
    return createMessageStore({ config, clock, files: faulty.files, recoveryPointBytes });
  }

  private async live(store: MessageStore): Promise<void> {
    const { random, faulty, clock } = this;
    const isStarted = await store.start().then(
      () => true,
      (error: unknown) => this.problem(`does not start: ${String(error)}`),
    );
    if (!isStarted) return;
    for (let turn = 0; turn < 25; turn++) {
      if (random.chance(0.15)) faulty.faults = [this.fault()];
      if (random.chance(0.3)) faulty.release();
      await Promise.all(Array.from({ length: 1 + random.below(5) }, () => this.put(store)));
      if (random.chance(0.4)) await clock.advance(random.below(4000));
    }
    if (random.chance(0.6)) faulty.release();
    await store.stop();
    faulty.release();
  }

  private fault(): Fault {
    const { random } = this;
    const fault = { call: random.pick(CALLS), file: random.pick(FILES) };
    return { ...fault, error: random.pick(ERRORS), torn: random.below(2) * random.below(700) };
  }

  private async put(store: MessageStore): Promise<void> {
    const { random } = this;
    const topic = `Topic${random.below(3)}`;
    const key = `key${this.number++}`;
    const body = Buffer.from(key.padEnd(random.below(900)));
    const { status, queueOffset } = await put(store, message({ topic, body, keys: key }));
    if (status !== "PUT_OK") {
      this.result.refused++;
      return;
    }
    this.result.acknowledged++;
    const place = `${topic} ${queueOffset}`;
    const before = this.acknowledged.get(place);
    if (before !== undefined) this.problem(`${place} was that of ${before}, and is of ${key}`);
    this.acknowledged.set(place, key);
  }

  private async check(): Promise<void> {
    const store = this.open();
    await store.start();
    for (const [place, key] of this.acknowledged) {
      const [topic = "", queueOffset] = place.split(" ");
      const at = { topic, queueId: 0, queueOffset: Number(queueOffset), maxCount: 1 };
      const [record] = store.get(at).records;
      const found = record === undefined ? "nothing" : decodeRecord(record).keys;
      if (found !== key) this.problem(`${key} was acknowledged, and ${found} is at ${place}`);
      const byKey = store.query(topic, key, 9, 0n, 2n ** 60n).records;
      const exact = byKey.filter((one) => decodeRecord(one).keys === key);
      if (exact.length !== 1) this.problem(`${key} is found ${exact.length} times by its key`);
    }
    for (const topic of store.queues().keys()) this.checkOrder(store, topic);
    await store.stop();
  }

  private checkOrder(store: MessageStore, topic: string): void {
    const seen = new Set<string>();
    const end = store.maxOffset(topic, 0);
    for (let queueOffset = 0; queueOffset < end; queueOffset++) {
      const { records } = store.get({ topic, queueId: 0, queueOffset, maxCount: 1 });
      const [found] = decodeRecords(Buffer.concat(records));
      if (found?.queueOffset !== queueOffset) this.problem(`${topic} lacks ${queueOffset}`);
      else if (seen.has(found.keys ?? "")) this.problem(`${found.keys} is there twice`);
      seen.add(found?.keys ?? "");
    }
  }

  problem(text: string): false {
    if (this.result.problems.length < 20) this.result.problems.push(`seed ${this.seed}: ${text}`);
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { count: { type: "string" }, seed: { type: "string" } },
  });
  const result = await failingDisks({
    count: Number(values.count ?? 500),
    seed: Number(values.seed ?? randomInt(2 ** 31)),
  });
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  if (result.problems.length > 0) process.exitCode = 1;
}
