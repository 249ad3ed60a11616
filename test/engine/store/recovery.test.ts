import {
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
} from "node:fs";
import test, { type ExecutionContext } from "ava";
import { Magic } from "../../../engine/message/record-layout.js";
import type { PutResult } from "../../../engine/store/store-api.js";
import {
  bodies,
  message,
  numbers,
  openStore,
  put,
  putNumbers,
  readQueue,
  smallConfig,
  temporaryFolder,
} from "./open-store.js";

/** A store with `count` messages in queues 0 and 1 of TopicTest, stopped cleanly or left as kill -9 leaves it. */
async function written(
  t: ExecutionContext,
  options: { count: number; crash: boolean },
): Promise<{ root: string; results: PutResult[] }> {
  const root = temporaryFolder(t);
  const live = temporaryFolder(t);
  const { store, stop } = await openStore(t, live);
  const results = await putNumbers(store, { from: 0, to: options.count }, (i) => ({
    queueId: i % 2,
  }));
  if (!options.crash) await stop();
  cpSync(live, root, { recursive: true });
  rmSync(`${root}/lock.pid`, { force: true });
  return { root, results };
}

const halves = (count: number, queueId: number): string[] =>
  numbers(0, count).filter((text) => Number(text) % 2 === queueId);

async function assertAll(t: ExecutionContext, root: string, count: number): Promise<void> {
  const { store, stop } = await openStore(t, root);
  for (const queueId of [0, 1]) {
    t.deepEqual(bodies(readQueue(store, "TopicTest", queueId)), halves(count, queueId));
  }
  for (const i of [0, 1, Math.floor(count / 2), count - 1]) {
    const { records } = store.query("TopicTest", `key${i}`, 64, 0n, 2n ** 60n);
    t.is(
      records.filter((record) => record.includes(`KEYS\u0001key${i}\u0002`)).length,
      1,
      `key${i}`,
    );
  }
  const next = await put(store, message({ body: Buffer.from("next"), queueId: 0 }));
  t.is(next.queueOffset, Math.ceil(count / 2));
  t.is(bodies(readQueue(store)).at(-1), "next");
  await stop();
  t.false(existsSync(`${root}/abort`));
}

test("a store that was stopped cleanly goes on where it ended", async (t) => {
  const { root } = await written(t, { count: 400, crash: false });
  t.false(existsSync(`${root}/abort`));
  t.true(existsSync(`${root}/checkpoint`));
  t.is(readFileSync(`${root}/lock`, "utf8"), "lock");
  await assertAll(t, root, 400);
});

test("a store that was killed has all its messages once", async (t) => {
  const { root } = await written(t, { count: 400, crash: true });
  t.true(existsSync(`${root}/abort`));
  await assertAll(t, root, 400);
});

test("[S-REC-5] queues and index that are missing are built anew, after a crash and after a clean stop", async (t) => {
  for (const crash of [true, false]) {
    const { root } = await written(t, { count: 300, crash });
    rmSync(`${root}/consumequeue`, { recursive: true });
    rmSync(`${root}/index`, { recursive: true });
    await assertAll(t, root, 300);
  }
});

test("[S-REC-5] one lost queue is found out after a crash and built anew from the first file", async (t) => {
  const { root } = await written(t, { count: 400, crash: true });
  rmSync(`${root}/consumequeue/TopicTest/1`, { recursive: true });
  await assertAll(t, root, 400);
});

test("[S-REC-5] a queue that is behind after a clean stop is completed, the first missing record included", async (t) => {
  const { root } = await written(t, { count: 40, crash: false });
  for (const queueId of [0, 1]) {
    const path = `${root}/consumequeue/TopicTest/${queueId}/${"0".repeat(20)}`;
    const bytes = readFileSync(path);
    bytes.fill(0, 15 * 20);
    writeFileSync(path, bytes);
  }
  rmSync(`${root}/index`, { recursive: true });
  await assertAll(t, root, 40);
});

test("[S-REC-1] a torn record at the end is cut off, and what is put next takes its place", async (t) => {
  const { root, results } = await written(t, { count: 100, crash: true });
  const last = results[99]!;
  damage(root, last.physicalOffset + last.size - 20, Buffer.alloc(20));
  await assertAll(t, root, 99);
});

test("[S-REC-1] a flipped bit in a body cuts the log there, and queue entries behind it", async (t) => {
  const { root, results } = await written(t, { count: 100, crash: true });
  damage(root, results[60]!.physicalOffset + 88, Buffer.from("X"));
  await assertAll(t, root, 60);
});

test("records behind a cut stay gone, even when new ones end exactly where they begin", async (t) => {
  const { root, results } = await written(t, { count: 100, crash: true });
  damage(root, results[60]!.physicalOffset + 88, Buffer.from("X"));
  const { store, stop } = await openStore(t, root);
  const again = await put(store, message({ body: Buffer.from("60"), keys: "key60" }));
  t.is(again.physicalOffset, results[60]!.physicalOffset);
  t.is(again.size, results[60]!.size);
  await stop();
  writeFileSync(`${root}/abort`, "");
  await assertAll(t, root, 61);
});

test("files made in advance, empty ones included, do no harm", async (t) => {
  const { root } = await written(t, { count: 50, crash: true });
  const size = smallConfig(root).mappedFileSizeCommitLog;
  writeFileSync(`${root}/commitlog/${String(size).padStart(20, "0")}`, Buffer.alloc(size));
  writeFileSync(`${root}/commitlog/${String(2 * size).padStart(20, "0")}`, Buffer.alloc(size));
  writeFileSync(`${root}/commitlog/${String(3 * size).padStart(20, "0")}`, "");
  await assertAll(t, root, 50);
});

test("[S-FILE-1] a file of the wrong length is refused, and the store is left alone", async (t) => {
  const { root } = await written(t, { count: 400, crash: false });
  truncateSync(`${root}/commitlog/${"0".repeat(20)}`, 100);
  const error = await t.throwsAsync(openStore(t, root), {
    message: /has 100 bytes, but mappedFileSizeCommitLog says 16384/,
  });
  t.is((error as { kind?: string }).kind, "corrupt");
  t.false(existsSync(`${root}/abort`));
  t.false(existsSync(`${root}/lock.pid`));
});

test("[S-REC-6] when all queue files have one other length, it is the configuration that is refused", async (t) => {
  const { root } = await written(t, { count: 40, crash: false });
  await t.throwsAsync(openStore(t, root, { over: { mappedFileSizeConsumeQueue: 20 * 70 } }), {
    message: /has 1000 bytes, but mappedFileSizeConsumeQueue says 1400/,
  });
  await assertAll(t, root, 40);
});

test("[S-CQ-3] a queue whose first messages are gone begins with fillers and at the right offset", async (t) => {
  const { root, results } = await written(t, { count: 400, crash: true });
  const kept = results.find((result) => result.physicalOffset >= 2 * 16 * 1024)!;
  for (const name of readdirSync(`${root}/commitlog`).slice(0, 2))
    rmSync(`${root}/commitlog/${name}`);
  rmSync(`${root}/consumequeue`, { recursive: true });
  rmSync(`${root}/index`, { recursive: true });
  const { store, stop } = await openStore(t, root);
  const index = results.indexOf(kept);
  t.is(store.commitLogMinOffset, 2 * 16 * 1024);
  for (const queueId of [0, 1]) {
    const expected = numbers(index, 400).filter((text) => Number(text) % 2 === queueId);
    t.deepEqual(bodies(readQueue(store, "TopicTest", queueId)), expected);
    t.is(store.minOffset("TopicTest", queueId), 200 - expected.length);
    t.is(store.maxOffset("TopicTest", queueId), 200);
  }
  await stop();
  const first = readdirSync(`${root}/consumequeue/TopicTest/0`)[0]!;
  const file = readFileSync(`${root}/consumequeue/TopicTest/0/${first}`);
  t.is(file.toString("hex", 0, 20), "0000000000000000" + "7fffffff" + "0000000000000000");
  t.is((await openStore(t, root)).store.minOffset("TopicTest", 0), store.minOffset("TopicTest", 0));
});

test("[S-REC-2] entries of an earlier life behind the end of a queue are seen through", async (t) => {
  const { root, results } = await written(t, { count: 40, crash: false });
  const path = `${root}/consumequeue/TopicTest/0/${"0".repeat(20)}`;
  const bytes = readFileSync(path);
  const last = results[39]!;
  for (const [index, physicalOffset] of [last.physicalOffset - 7, last.physicalOffset].entries()) {
    bytes.writeBigInt64BE(BigInt(physicalOffset), (20 + index) * 20);
    bytes.writeInt32BE(last.size, (20 + index) * 20 + 8);
  }
  writeFileSync(path, bytes);
  await assertAll(t, root, 40);
});

test("a log that is gone altogether takes its queues with it", async (t) => {
  const { root } = await written(t, { count: 20, crash: false });
  rmSync(`${root}/commitlog`, { recursive: true });
  mkdirSync(`${root}/commitlog`);
  const { store } = await openStore(t, root);
  t.is(store.maxOffset("TopicTest", 0), 0);
  t.is((await put(store, message())).physicalOffset, 0);
});

test("[S-LOG-4] a blank at the very end of the log is no error", async (t) => {
  const { root, results } = await written(t, { count: 5, crash: true });
  const last = results[4]!;
  const end = last.physicalOffset + last.size;
  const blank = Buffer.alloc(8);
  blank.writeInt32BE(16 * 1024 - end, 0);
  blank.writeInt32BE(Magic.BLANK, 4);
  damage(root, end, blank);
  await assertAll(t, root, 5);
});

function damage(root: string, offset: number, bytes: Buffer): void {
  const size = smallConfig(root).mappedFileSizeCommitLog;
  const start = Math.floor(offset / size) * size;
  const fd = openSync(`${root}/commitlog/${String(start).padStart(20, "0")}`, "r+");
  writeSync(fd, bytes, 0, bytes.length, offset - start);
  closeSync(fd);
}
