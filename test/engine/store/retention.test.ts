import { readdirSync, utimesSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { realFiles, type Files } from "../../../engine/base/files.js";
import type { StoreConfig } from "../../../engine/store/store-config.js";
import {
  bodies,
  message,
  openStore,
  put,
  putNumbers,
  readQueue,
  temporaryFolder,
  type Opened,
} from "./open-store.js";

const HOUR = 3_600_000;
const at = (hour: number): number => new Date(2026, 5, 15, hour, 30).getTime();

/** A store with some 16 log files, all of them last changed `ageHours` before the clock's present. */
async function aged(
  t: ExecutionContext,
  options: { hour: number; ageHours: number; used?: () => number; over?: Partial<StoreConfig> },
): Promise<Opened & { clock: ManualClock; root: string; logs: () => string[] }> {
  const root = temporaryFolder(t);
  const clock = new ManualClock(at(options.hour));
  const used = options.used ?? (() => 10);
  const files: Files = {
    ...realFiles,
    partition: () => ({ total: 100, free: 100 - used(), available: 100 - used() }),
  };
  const opened = await openStore(t, root, {
    clock,
    files,
    over: { diskMaxUsedSpaceRatio: 75, ...options.over },
  });
  await putNumbers(opened.store, { from: 0, to: 2000 });
  const logs = (): string[] => readdirSync(`${root}/commitlog`);
  const seconds = (clock.now() - options.ageHours * HOUR) / 1000;
  for (const name of logs()) utimesSync(`${root}/commitlog/${name}`, seconds, seconds);
  return { ...opened, clock, root, logs };
}

test("[S-CLEAN-1] files past their time go at the hour of deleteWhen, ten in a round, never the last", async (t) => {
  const { clock, logs, store, root } = await aged(t, { hour: 4, ageHours: 73 });
  const before = logs();
  t.true(before.length > 11);
  await clock.advance(60_000 + 2000);
  t.deepEqual(logs(), before.slice(10));
  t.is(store.commitLogMinOffset, 10 * 16 * 1024);
  await clock.advance(20_000);
  t.deepEqual(logs(), before.slice(-1));
  await clock.advance(20_000);
  const min = store.minOffset("TopicTest", 0);
  t.true(min > 0 && min < 2000);
  const got = readQueue(store);
  t.is(got[0]!.body.toString(), String(min));
  t.is(got[0]!.physicalOffset, store.commitLogMinOffset);
  t.is(bodies(got).at(-1), "1999");
  t.is(
    store.get({ topic: "TopicTest", queueId: 0, queueOffset: 0, maxCount: 1 }).status,
    "OFFSET_TOO_SMALL",
  );
  const queueFiles = readdirSync(`${root}/consumequeue/TopicTest/0`);
  t.true(Number(queueFiles[0]) > 0 && Number(queueFiles[0]) <= min * 20);
});

test("[S-CLEAN-1] files are kept before their time and outside the hour", async (t) => {
  for (const { hour, ageHours } of [
    { hour: 4, ageHours: 70 },
    { hour: 7, ageHours: 500 },
  ]) {
    const { clock, logs } = await aged(t, { hour, ageHours });
    const before = logs();
    await clock.advance(80_000);
    t.deepEqual(logs(), before);
  }
});

test("[S-CLEAN-1] the administrator's request deletes expired files at any hour", async (t) => {
  const { clock, logs, store } = await aged(t, { hour: 12, ageHours: 73 });
  store.deleteExpiredCommitLog();
  await clock.advance(90_000);
  t.is(logs().length, 1);
});

test("[S-CLEAN-2] a disk that gets short of space frees expired files, a disk that is nearly full all but the last", async (t) => {
  let used = 76;
  const { clock, logs } = await aged(t, {
    hour: 12,
    ageHours: 73,
    used: () => used,
    over: { deleteFileBatchMax: 3 },
  });
  const count = logs().length;
  await clock.advance(62_000);
  t.is(logs().length, count - 3);
  const young = await aged(t, { hour: 12, ageHours: 1, used: () => used });
  await young.clock.advance(62_000);
  t.true(young.logs().length > 11);
  used = 86;
  await young.clock.advance(30_000);
  t.is(young.logs().length, 1);
});

test("[S-CLEAN-2] puts are refused above the warning level and taken again below it", async (t) => {
  let used = 50;
  const { clock, store } = await aged(t, {
    hour: 12,
    ageHours: 1,
    used: () => used,
    over: { cleanFileForciblyEnable: false },
  });
  used = 91;
  await clock.advance(70_000);
  t.is((await put(store, message())).status, "SERVICE_NOT_AVAILABLE");
  t.false(store.isWritable);
  used = 80;
  await clock.advance(10_000);
  t.is((await put(store, message())).status, "PUT_OK");
});

test("index files go when all their records are gone", async (t) => {
  const { clock, store, root } = await aged(t, { hour: 4, ageHours: 73 });
  const before = readdirSync(`${root}/index`).length;
  t.true(before >= 3);
  await clock.advance(100_000);
  t.true(readdirSync(`${root}/index`).length < before);
  t.is(store.query("TopicTest", "key5", 10, 0n, 2n ** 60n).records.length, 0);
  t.is(store.query("TopicTest", "key1999", 10, 0n, 2n ** 60n).records.length, 1);
});

test("after all of a queue's messages have gone its offsets go on where they were", async (t) => {
  const { clock, store, root, stop } = await aged(t, { hour: 4, ageHours: 73 });
  await put(store, message({ topic: "Old", body: Buffer.from("x") }));
  await putNumbers(store, { from: 0, to: 300 });
  for (const name of readdirSync(`${root}/commitlog`)) {
    utimesSync(`${root}/commitlog/${name}`, 1000, 1000);
  }
  await clock.advance(120_000);
  t.is(store.minOffset("Old", 0), 1);
  t.is(store.maxOffset("Old", 0), 1);
  await stop();
  const again = await openStore(t, root);
  t.is(again.store.minOffset("Old", 0), 1);
  t.is((await put(again.store, message({ topic: "Old" }))).queueOffset, 1);
});

test("deleted topics lose their queues and begin anew", async (t) => {
  const root = temporaryFolder(t);
  const { store } = await openStore(t, root);
  await putNumbers(store, { from: 0, to: 100 });
  store.put(message(), () => undefined);
  store.deleteTopics(["TopicTest", "Unknown"]);
  t.deepEqual([...store.queues()], []);
  t.deepEqual(readdirSync(`${root}/consumequeue`), []);
  t.is((await put(store, message({ body: Buffer.from("new") }))).queueOffset, 0);
  t.deepEqual(bodies(readQueue(store)), ["new"]);
});
