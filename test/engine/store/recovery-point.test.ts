import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import test, { type ExecutionContext } from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import type { Logger } from "../../../engine/base/log.js";
import type { MessageStore } from "../../../engine/store/store-api.js";
import { message, openStore, put, temporaryFolder } from "./open-store.js";

const start = new Date(2026, 0, 5, 12).getTime();

/** Syncs run beside the event loop. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !isSo(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** `count` messages with two keys each; returns where the log ends. */
async function putKeyed(store: MessageStore, from: number, count: number): Promise<number> {
  for (let i = from; i < from + count; i++) {
    await put(store, message({ queueId: i % 3, body: Buffer.alloc(300), keys: `k${i} all` }));
  }
  return store.commitLogMaxOffset;
}

/** A copy of what a store that is open has in its files. */
function asIfKilled(t: ExecutionContext, live: string): string {
  const root = temporaryFolder(t);
  cpSync(live, root, { recursive: true });
  writeFileSync(`${root}/lock.pid`, "");
  return root;
}

/** A store that died with 45 messages before its recovery point and 15 behind. */
async function crashed(t: ExecutionContext): Promise<{ root: string; point: number }> {
  const clock = new ManualClock(start);
  const live = temporaryFolder(t);
  const { store } = await openStore(t, live, { clock, recoveryPointBytes: 1000 });
  const point = await putKeyed(store, 0, 45);
  await clock.advance(1000);
  await until(() => existsSync(`${live}/recoveryPoint`));
  await putKeyed(store, 45, 15);
  const root = asIfKilled(t, live);
  return { root, point };
}

interface Recovered {
  checkedFrom: unknown;
  /** Index files were removed to be built anew. */
  isIndexNew: boolean;
}

/** Opens it; tells from where on the log was checked, and makes sure that every message is there, by its queue and once by its key. */
async function recovered(t: ExecutionContext, root: string, count = 60): Promise<Recovered> {
  const found: Recovered = { checkedFrom: undefined, isIndexNew: false };
  const info: Logger["info"] = (text, fields) => {
    if (text === "the store is recovered") found.checkedFrom = fields?.["checkedFrom"];
    if (text.startsWith("index file removed")) found.isIndexNew = true;
  };
  const logger: Logger = { debug: info, info, warn: info, error: info };
  const { store, stop } = await openStore(t, root, { logger, clock: new ManualClock(start) });
  const offsets = [0, 1, 2].map((queueId) => store.maxOffset("TopicTest", queueId));
  t.is(
    offsets.reduce((sum, offset) => sum + offset),
    count,
  );
  for (let i = 0; i < count; i++) {
    t.is(store.query("TopicTest", `k${i}`, 9, 0n, 2n ** 60n).records.length, 1, `k${i}`);
  }
  t.is(store.query("TopicTest", "all", 999, 0n, 2n ** 60n).records.length, count);
  await stop();
  return found;
}

test("[S-REC-4] after a crash the log is looked at from the recovery point on", async (t) => {
  const { root, point } = await crashed(t);
  t.like(await recovered(t, root), { checkedFrom: point, isIndexNew: false });
});

test("a clean stop leaves a recovery point at the end", async (t) => {
  const { root, point } = await crashed(t);
  await recovered(t, root);
  writeFileSync(`${root}/abort`, "1");
  t.true(Number((await recovered(t, root)).checkedFrom) > point);
});

test("a recovery point that does not decode is passed over", async (t) => {
  const { root } = await crashed(t);
  const bytes = readFileSync(`${root}/recoveryPoint`);
  t.is(bytes.length, 512);
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  writeFileSync(`${root}/recoveryPoint`, bytes);
  t.like(await recovered(t, root), { checkedFrom: 0 });
});

test("a recovery point does not count when a queue lacks entries before it", async (t) => {
  const { root } = await crashed(t);
  rmSync(`${root}/consumequeue/TopicTest/1`, { recursive: true });
  t.like(await recovered(t, root), { checkedFrom: 0 });
});

test("a recovery point does not count when another log ends there", async (t) => {
  const { root: other } = await crashed(t);
  const shorter = temporaryFolder(t);
  const { store, stop } = await openStore(t, shorter);
  await putKeyed(store, 0, 7);
  await stop();
  cpSync(`${other}/recoveryPoint`, `${shorter}/recoveryPoint`);
  writeFileSync(`${shorter}/abort`, "1");
  t.like(await recovered(t, shorter, 7), { checkedFrom: 0 });
});

test("the index is built anew when it leads behind the point, and the log ends before", async (t) => {
  const clock = new ManualClock(start);
  const live = temporaryFolder(t);
  const { store } = await openStore(t, live, { clock, recoveryPointBytes: 1000 });
  const point = await putKeyed(store, 0, 20);
  await clock.advance(1000);
  await until(() => existsSync(`${live}/recoveryPoint`));
  await putKeyed(store, 20, 1);
  await clock.advance(11_000);
  const text = (): string => readFileSync(`${live}/recoveryPoint`, "utf8");
  await until(() => text().includes(`"endPhysicalOffset":${String(point)},`));
  t.true(text().includes(`"logOffset":${String(point)},`));
  const root = asIfKilled(t, live);
  const log = `${root}/commitlog/${"0".repeat(20)}`;
  truncateSync(log, point);
  t.like(await recovered(t, root, 20), { checkedFrom: point });
});

test("a slot of the index that was lost since the recovery point is made anew", async (t) => {
  const { root, point } = await crashed(t);
  changeIndex(root, (bytes) => bytes.fill(0, 40, 40 + 10 * 4));
  t.like(await recovered(t, root), { checkedFrom: point, isIndexNew: false });
});

test("an index file whose entries are not those of the recovery point is built anew", async (t) => {
  const { root, point } = await crashed(t);
  const entryAt = (number: number): number => 40 + 100 * 4 + number * 20;
  // where the last one leads to, as it was at the point
  changeIndex(root, (bytes) => bytes.writeInt32BE(77, entryAt(2 * 45) + 8));
  t.like(await recovered(t, root), { checkedFrom: point, isIndexNew: true });
});

test("an index file with a broken chain and a lost slot is built anew", async (t) => {
  const { root, point } = await crashed(t);
  changeIndex(root, (bytes) => {
    bytes.fill(0, 40, 40 + 10 * 4);
    bytes.writeInt32BE(77, 40 + 100 * 4 + 30 * 20 + 16);
  });
  t.like(await recovered(t, root), { checkedFrom: point, isIndexNew: true });
});

function changeIndex(root: string, change: (bytes: Buffer) => void): void {
  const [name = ""] = readdirSync(`${root}/index`);
  const bytes = readFileSync(`${root}/index/${name}`);
  change(bytes);
  writeFileSync(`${root}/index/${name}`, bytes);
}
