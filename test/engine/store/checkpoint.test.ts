import { cpSync, readFileSync, writeFileSync } from "node:fs";
import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { realFiles, type Files } from "../../../engine/base/files.js";
import {
  bodies,
  message,
  numbers,
  openStore,
  put,
  putNumbers,
  readQueue,
  temporaryFolder,
} from "./open-store.js";

const start = new Date(2026, 0, 5, 12).getTime();
const field = (root: string, index: number): number =>
  Number(readFileSync(`${root}/checkpoint`).readBigInt64BE(index * 8));

/** A disk that takes no time to sync. */
const files: Files = { ...realFiles, sync: () => Promise.resolve() };

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

test("[S-CHECK-1] the checkpoint follows what is on the disk: the log, then all queues, then the index", async (t) => {
  const root = temporaryFolder(t);
  const clock = new ManualClock(start);
  const { store } = await openStore(t, root, { clock, files });
  await put(store, message({ keys: "k" }));
  await clock.advance(1000);
  await settle();
  t.is(readFileSync(`${root}/checkpoint`).length, 4096);
  t.deepEqual([field(root, 0), field(root, 1)], [0, 0]);
  await clock.advance(10_000);
  await settle();
  await clock.advance(1000);
  await settle();
  t.deepEqual([field(root, 0), field(root, 1)], [start, 0]);
  await clock.advance(60_000);
  await settle();
  await clock.advance(1000);
  await settle();
  t.deepEqual([field(root, 0), field(root, 1), field(root, 2)], [start, start, start]);
  t.is(store.flushedOffset, store.commitLogMaxOffset);
});

test("[S-FLUSH-2] a log with enough dirty pages is flushed twice a second", async (t) => {
  const clock = new ManualClock(start);
  const { store } = await openStore(t, temporaryFolder(t), {
    clock,
    files,
    over: { mappedFileSizeCommitLog: 1 << 20 },
  });
  await put(store, message({ body: Buffer.alloc(20_000) }));
  t.is(store.flushedOffset, 0);
  await clock.advance(500);
  await settle();
  t.is(store.flushedOffset, store.commitLogMaxOffset);
});

test("[S-REC-4] after a crash only the files from the checkpoint on are read", async (t) => {
  const root = temporaryFolder(t);
  const clock = new ManualClock(start);
  const opened = await openStore(t, root, { clock, files });
  for (let round = 0; round < 10; round++) {
    await putNumbers(opened.store, { from: round * 150, to: round * 150 + 150 });
    await clock.advance(10_000);
    await settle();
  }
  await opened.stop();
  writeFileSync(`${root}/abort`, "");
  const read = new Set<string>();
  const watched: Files = {
    ...realFiles,
    open(path, flags) {
      if (path.includes("/commitlog/")) read.add(path.split("/").pop()!);
      return realFiles.open(path, flags);
    },
  };
  const { store } = await openStore(t, root, { files: watched });
  t.true(read.size <= 4, [...read].join(" "));
  t.deepEqual(bodies(readQueue(store)), numbers(0, 1500));
});

test("a checkpoint of zeros, as a broker leaves that was killed in its first minute, means all is read", async (t) => {
  const root = temporaryFolder(t);
  const live = temporaryFolder(t);
  const { store } = await openStore(t, live);
  await putNumbers(store, { from: 0, to: 300 });
  cpSync(live, root, { recursive: true });
  writeFileSync(`${root}/lock.pid`, "");
  writeFileSync(`${root}/checkpoint`, Buffer.alloc(4096));
  const again = await openStore(t, root);
  t.deepEqual(bodies(readQueue(again.store)), numbers(0, 300));
});
