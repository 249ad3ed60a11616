import { existsSync, readFileSync, statSync } from "node:fs";
import test from "ava";
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

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The real disk, with every write and sync noted by path, and syncs that wait until they are let go. */
function watchedFiles(): { files: Files; events: string[]; letGo: () => void; hold: () => void } {
  const paths = new Map<number, string>();
  const events: string[] = [];
  let waiting: (() => void)[] = [];
  let isHeld = false;
  const files: Files = {
    ...realFiles,
    open(path, flags) {
      const fd = realFiles.open(path, flags);
      paths.set(fd, path);
      return fd;
    },
    write(fd, from, at, length, position) {
      events.push(`write ${kindOf(paths.get(fd)!)}`);
      realFiles.write(fd, from, at, length, position);
    },
    async sync(fd) {
      events.push(`sync ${kindOf(paths.get(fd)!)}`);
      if (isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
      await realFiles.sync(fd);
      events.push(`synced ${kindOf(paths.get(fd)!)}`);
    },
  };
  return {
    files,
    events,
    hold: () => (isHeld = true),
    letGo: () => {
      isHeld = false;
      waiting.forEach((resolve) => resolve());
      waiting = [];
    },
  };
}

function kindOf(path: string): string {
  return /\/(commitlog|consumequeue|index)\//.exec(path)?.[1] ?? path.split("/").pop()!;
}

const stillClock = (): {
  now: () => number;
  after: (ms: number, run: () => void) => { cancel(): void };
  every: () => { cancel(): void };
  fire: () => void;
} => {
  const due: (() => void)[] = [];
  return {
    now: () => Date.now(),
    after: (_ms, run) => {
      due.push(run);
      return { cancel: () => void due.splice(due.indexOf(run), 1) };
    },
    every: () => ({ cancel() {} }),
    fire: () => due.splice(0).forEach((run) => run()),
  };
};

test("[S-FLUSH-1] with SYNC_FLUSH nobody is answered, and nothing can be read, before the disk has it", async (t) => {
  const { files, events, hold, letGo } = watchedFiles();
  const { store } = await openStore(t, temporaryFolder(t), {
    files,
    clock: stillClock(),
    over: { flushDiskType: "SYNC_FLUSH" },
  });
  events.length = 0;
  hold();
  const results: string[] = [];
  const done = ({ status }: { status: string }): void => {
    events.push("answer");
    results.push(status);
  };
  for (let i = 0; i < 5; i++) store.put(message(), done);
  await tick();
  await tick();
  t.deepEqual(events, ["write consumequeue", "write commitlog", "sync commitlog"]);
  t.is(store.maxOffset("TopicTest", 0), 0);
  for (let i = 0; i < 5; i++) store.put(message(), done);
  await tick();
  await tick();
  t.deepEqual(results, []);
  letGo();
  await put(store, message());
  t.deepEqual(results, new Array(10).fill("PUT_OK"));
  t.is(events.indexOf("answer"), events.indexOf("synced commitlog") + 1);
  t.is(store.flushedOffset, store.commitLogMaxOffset);
});

test("[S-FLUSH-1] all that wait at the same time share one flush", async (t) => {
  const { files, events } = watchedFiles();
  const { store } = await openStore(t, temporaryFolder(t), {
    files,
    clock: stillClock(),
    over: { flushDiskType: "SYNC_FLUSH" },
  });
  events.length = 0;
  await putNumbers(store, { from: 0, to: 50 });
  t.is(events.filter((event) => event === "sync commitlog").length, 1);
  t.is(events.filter((event) => event === "write commitlog").length, 1);
  t.is(events.filter((event) => event === "write consumequeue").length, 1);
});

test("a sender that does not want to wait is answered before the disk has its message", async (t) => {
  const { files, hold, letGo } = watchedFiles();
  const { store } = await openStore(t, temporaryFolder(t), {
    files,
    clock: stillClock(),
    over: { flushDiskType: "SYNC_FLUSH" },
  });
  hold();
  t.is((await put(store, message({ waitStoreOk: false }))).status, "PUT_OK");
  t.is(store.maxOffset("TopicTest", 0), 0);
  letGo();
});

test("a disk that takes too long is reported as FLUSH_DISK_TIMEOUT, and the message is there all the same", async (t) => {
  const { files, hold, letGo } = watchedFiles();
  const clock = stillClock();
  const { store } = await openStore(t, temporaryFolder(t), {
    files,
    clock,
    over: { flushDiskType: "SYNC_FLUSH" },
  });
  hold();
  const late = put(store, message({ body: Buffer.from("late") }));
  await tick();
  clock.fire();
  const result = await late;
  t.is(result.status, "FLUSH_DISK_TIMEOUT");
  t.is(result.queueOffset, 0);
  letGo();
  await put(store, message({ body: Buffer.from("next") }));
  t.deepEqual(bodies(readQueue(store)), ["late", "next"]);
});

test("[S-FAIL-1] when a write fails nothing of that turn is acknowledged, and the stop is not a clean one", async (t) => {
  const root = temporaryFolder(t);
  let isBroken = false;
  const files: Files = {
    ...realFiles,
    write(...args) {
      if (isBroken) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      realFiles.write(...args);
    },
  };
  const { store, stop } = await openStore(t, root, { files });
  await putNumbers(store, { from: 0, to: 10 });
  isBroken = true;
  const refused = await putNumbers(store, { from: 10, to: 20 });
  t.true(refused.every(({ status }) => status === "SERVICE_NOT_AVAILABLE"));
  t.is((await put(store, message())).status, "SERVICE_NOT_AVAILABLE");
  t.false(store.isWritable);
  t.deepEqual(bodies(readQueue(store)), numbers(0, 10));
  await stop();
  t.true(existsSync(`${root}/abort`));
  isBroken = false;
  const again = await openStore(t, root);
  t.deepEqual(bodies(readQueue(again.store)), numbers(0, 10));
  t.is((await put(again.store, message())).status, "PUT_OK");
});

test("[S-FAIL-1] when a sync fails those who wait for it are not told all is well", async (t) => {
  const files: Files = {
    ...realFiles,
    sync: () => Promise.reject(new Error("input/output error")),
  };
  const { store } = await openStore(t, temporaryFolder(t), {
    files,
    over: { flushDiskType: "SYNC_FLUSH" },
  });
  t.is((await put(store, message())).status, "SERVICE_NOT_AVAILABLE");
  t.false(store.isWritable);
});

test("a file that cannot be made is reported as CREATE_MAPPED_FILE_FAILED", async (t) => {
  const files: Files = {
    ...realFiles,
    open(path, flags) {
      if (flags === "w+" && path.includes("commitlog")) throw new Error("no space left on device");
      return realFiles.open(path, flags);
    },
  };
  const { store } = await openStore(t, temporaryFolder(t), { files });
  t.is((await put(store, message())).status, "CREATE_MAPPED_FILE_FAILED");
});

test("[S-CLEAN-2] above the warning level of the disk puts are refused, reading goes on", async (t) => {
  let free = 50;
  const files: Files = { ...realFiles, partition: () => ({ total: 100, free, available: free }) };
  const root = temporaryFolder(t);
  const first = await openStore(t, root, { files });
  await putNumbers(first.store, { from: 0, to: 3 });
  await first.stop();
  free = 9;
  const { store } = await openStore(t, root, { files });
  t.is((await put(store, message())).status, "SERVICE_NOT_AVAILABLE");
  t.deepEqual(bodies(readQueue(store)), numbers(0, 3));
});

test("an idle store takes kilobytes, as its files are full of holes", async (t) => {
  const root = temporaryFolder(t);
  const { store } = await openStore(t, root, {
    over: {
      mappedFileSizeCommitLog: 1 << 30,
      mappedFileSizeConsumeQueue: 6_000_000,
      maxHashSlotNum: 5_000_000,
      maxIndexNum: 20_000_000,
    },
  });
  await put(store, message());
  const log = statSync(`${root}/commitlog/${"0".repeat(20)}`);
  t.is(log.size, 1 << 30);
  t.true(log.blocks * 512 < 64 * 1024);
});

test("[S-LOCK-1] a store that is open is not opened again", async (t) => {
  const root = temporaryFolder(t);
  const first = await openStore(t, root);
  await t.throwsAsync(openStore(t, root), {
    message: /^Lock failed, MQ already started: .* is in use by/,
  });
  await first.stop();
  await openStore(t, root);
});

test("[S-LOCK-1] another living process holds the store, a dead one does not", async (t) => {
  const root = temporaryFolder(t);
  const first = await openStore(t, root);
  await first.stop();
  realFiles.writeText(`${root}/lock.pid`, `${process.ppid}\n`);
  await t.throwsAsync(openStore(t, root), {
    message: new RegExp(`in use by process ${process.ppid}`),
  });
  realFiles.writeText(`${root}/lock.pid`, `${process.ppid} 1\n`);
  const second = await openStore(t, root);
  await second.stop();
  realFiles.writeText(`${root}/lock.pid`, "4194999 1\n");
  await openStore(t, root);
  t.regex(readFileSync(`${root}/lock.pid`, "utf8"), new RegExp(`^${process.pid} `));
});

test("[S-LOCK-1] a Java broker that has the store open is noticed", async (t) => {
  const root = temporaryFolder(t);
  const first = await openStore(t, root);
  await first.stop();
  const inode = realFiles.inode(`${root}/lock`);
  const files: Files = {
    ...realFiles,
    readText: (path) =>
      path === "/proc/locks"
        ? `1: FLOCK  ADVISORY  WRITE 1 00:01:${inode} 0 EOF\n2: POSIX  ADVISORY  WRITE 4711 fd:00:${inode} 0 0\n`
        : realFiles.readText(path),
  };
  await t.throwsAsync(openStore(t, root, { files }), { message: /in use by process 4711/ });
});
