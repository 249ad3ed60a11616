import test from "ava";
import type { Clock } from "../../../engine/base/clock.js";
import type { Logger } from "../../../engine/base/log.js";
import { FaultyFiles } from "../../support/faulty-files.js";
import { realFiles } from "../../../engine/base/files.js";
import { message, openStore, put, putNumbers, temporaryFolder } from "./open-store.js";

const nothing = { cancel: () => undefined };

/** Time that passes whenever somebody looks. */
function hastyClock(stepMs: number): Clock {
  let now = Date.now();
  return { now: () => (now += stepMs), after: () => nothing, every: () => nothing };
}

function noting(): { logger: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const note = (text: string, fields?: Record<string, unknown>): void =>
    void lines.push({ message: text, ...fields });
  return { lines, logger: { debug: () => undefined, info: note, warn: note, error: note } };
}

test("[S-REC-8] a long recovery tells how far it is, and at the end what it did", async (t) => {
  const root = temporaryFolder(t);
  const faulty = new FaultyFiles(realFiles);
  const { store, stop } = await openStore(t, root, { files: faulty.files });
  const results = await putNumbers(store, { from: 0, to: 2000 });
  const last = results.at(-1);
  faulty.faults = [{ call: "remove", file: "/abort", error: "EIO" }];
  await stop();
  faulty.release();
  realFiles.removeTree(`${root}/consumequeue`);
  realFiles.remove(`${root}/checkpoint`);
  const { lines, logger } = noting();
  await openStore(t, root, { logger, clock: hastyClock(1000) });
  const progress = lines.filter((line) => line.message === "recovery is under way");
  t.true(progress.length >= 2);
  for (const { doneBytes, ofBytes, percent, bytesPerSecond, secondsLeft } of progress) {
    t.true(Number(doneBytes) > 0 && Number(doneBytes) <= Number(ofBytes));
    t.true(Number(percent) >= 0 && Number(percent) <= 100);
    t.true(Number(bytesPerSecond) > 0 && Number(secondsLeft) >= 0);
  }
  t.is(new Set(progress.map(({ step }) => step)).size, 2);
  const end = (last?.physicalOffset ?? 0) + (last?.size ?? 0);
  const summary = lines.find((line) => line.message === "the store is recovered");
  t.like(summary, { after: "a crash", checkedFrom: 0, checkedBytes: end, end, dispatchedFrom: 0 });
});

test("[S-FAIL-2] what was not synced is written once more after the restart, before it is synced", async (t) => {
  const root = temporaryFolder(t);
  const faulty = new FaultyFiles(realFiles);
  const over = { flushDiskType: "SYNC_FLUSH" } as const;
  const { store, stop } = await openStore(t, root, { files: faulty.files, over });
  const safe = await put(store, message());
  faulty.faults = [{ call: "sync", file: "/commitlog/", error: "EIO" }];
  t.is((await put(store, message())).status, "SERVICE_NOT_AVAILABLE");
  faulty.release();
  t.is((await put(store, message())).status, "SERVICE_NOT_AVAILABLE");
  await stop();
  const from = safe.physicalOffset + safe.size;
  t.regex(realFiles.readText(`${root}/abort`) ?? "", new RegExp(`^\\d+\nnot synced from ${from}$`));
  const events: string[] = [];
  const paths = new Map<number, string>();
  const inLog = (fd: number): boolean => paths.get(fd)?.includes("/commitlog/") ?? false;
  const again = await openStore(t, root, {
    over,
    files: {
      ...realFiles,
      open(path, flags) {
        const fd = realFiles.open(path, flags);
        paths.set(fd, path);
        return fd;
      },
      write(fd, bytes, at, length, position) {
        if (inLog(fd)) events.push(`write ${position}`);
        realFiles.write(fd, bytes, at, length, position);
      },
      sync(fd) {
        if (inLog(fd)) events.push("sync");
        return realFiles.sync(fd);
      },
    },
  });
  t.deepEqual(events, [`write ${from}`, "sync"]);
  t.is(realFiles.readText(`${root}/abort`), String(process.pid));
  t.is((await put(again.store, message())).status, "PUT_OK");
});
