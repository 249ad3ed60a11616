import { rmSync } from "node:fs";
import test from "ava";
import { systemClock } from "../../../engine/base/clock.js";
import { realFiles, type Files } from "../../../engine/base/files.js";
import { encodeBatch } from "../../../engine/message/batch.js";
import { decodeRecord } from "../../../engine/message/decode.js";
import { createMessageStore } from "../../../engine/store/message-store.js";
import type { MessageStore, PutResult } from "../../../engine/store/store-api.js";
import type { FlushDiskType } from "../../../engine/store/store-config.js";
import {
  message,
  openStore,
  put,
  putBatch,
  readQueue,
  smallConfig,
  temporaryFolder,
} from "./open-store.js";

/** The real disk until so many changes were made; the next one happens by half, and then nothing does any more. */
function dyingFiles(changes: number): { files: Files; made: () => number } {
  let left = changes;
  const die = (): never => {
    throw new Error("the process is dead");
  };
  const change =
    <A extends unknown[], R>(run: (...args: A) => R) =>
    (...args: A): R =>
      left-- > 0 ? run(...args) : die();
  const files: Files = {
    ...realFiles,
    open: (path, flags) =>
      flags === "r" || flags === "r+"
        ? realFiles.open(path, flags)
        : change(realFiles.open)(path, flags),
    write(fd, from, at, length, position) {
      if (left-- > 0) return realFiles.write(fd, from, at, length, position);
      if (left === -1) realFiles.write(fd, from, at, Math.floor(length / 2), position);
      die();
    },
    truncate: change(realFiles.truncate),
    remove: change(realFiles.remove),
    removeTree: change(realFiles.removeTree),
    makeDirectory: change(realFiles.makeDirectory),
    writeText: change(realFiles.writeText),
  };
  return { files, made: () => changes - left };
}

/** A small generator of numbers, the same for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Acknowledged {
  topic: string;
  queueId: number;
  queueOffset: number;
  physicalOffset: number;
  key: string;
}

/** Puts single messages and batches over a few queues, several in one turn, until the disk is dead or all are put. */
async function write(store: MessageStore, seed: number, from: number): Promise<Acknowledged[]> {
  const next = random(seed);
  const acknowledged: Acknowledged[] = [];
  for (let turn = 0, number = from; turn < 25; turn++) {
    const answers: Promise<void>[] = [];
    for (let i = next(6); i >= 0; i--) {
      const topic = `Topic${next(3)}`;
      const queueId = next(2);
      const keys = Array.from({ length: next(5) === 0 ? 3 : 1 }, () => `key${number++}`);
      const items = keys.map((key) => ({
        flag: 0,
        body: Buffer.from(key.padEnd(next(400))),
        properties: `KEYS\u0001${key}\u0002`,
      }));
      const [only] = items;
      const answer =
        items.length > 1 || only === undefined
          ? putBatch(store, message({ topic, queueId, body: encodeBatch(items) }))
          : put(store, message({ topic, queueId, body: only.body, properties: only.properties }));
      answers.push(
        answer.then((result: PutResult) => {
          if (result.status !== "PUT_OK") return;
          keys.forEach((key, k) => {
            const queueOffset = result.queueOffset + k;
            acknowledged.push({
              topic,
              queueId,
              queueOffset,
              physicalOffset: result.physicalOffsets[k]!,
              key,
            });
          });
        }),
      );
    }
    await Promise.all(answers);
  }
  return acknowledged;
}

async function run(
  root: string,
  changes: number,
  options: { seed: number; from: number; flushDiskType: FlushDiskType },
) {
  const { files, made } = dyingFiles(changes);
  const store = createMessageStore({
    config: smallConfig(root, { flushDiskType: options.flushDiskType }),
    clock: systemClock(),
    files,
  });
  let acknowledged: Acknowledged[] = [];
  try {
    await store.start();
    acknowledged = await write(store, options.seed, options.from);
    await store.stop();
  } catch {
    // died in the middle of starting or stopping
  }
  rmSync(`${root}/lock.pid`, { force: true });
  return { acknowledged, made: made() };
}

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

for (const part of [0, 1, 2, 3]) {
  test(`whenever the process dies, all that was acknowledged is there once and in order (part ${part})`, async (t) => {
    t.log(`SEED=${SEED}`);
    const next = random(SEED + part);
    const flushDiskType = part === 3 ? "SYNC_FLUSH" : "ASYNC_FLUSH";
    const most = (await run(temporaryFolder(t), 1e9, { seed: SEED, from: 0, flushDiskType })).made;
    for (let round = 0; round < 15; round++) {
      const root = temporaryFolder(t);
      const all: Acknowledged[] = [];
      const points: number[] = [];
      for (let life = 0; life < 3; life++) {
        const changes = next(most);
        points.push(changes);
        all.push(
          ...(await run(root, changes, { seed: SEED + round, from: life * 1000, flushDiskType }))
            .acknowledged,
        );
      }
      const { store, stop } = await openStore(t, root);
      const where = `SEED=${SEED} part ${part} round ${round}, died after ${points.join(", ")} changes`;
      for (const one of all) {
        const got = store.get({ ...one, maxCount: 1 });
        const found = got.records[0] === undefined ? undefined : decodeRecord(got.records[0]);
        t.is(found?.keys, one.key, where);
        t.is(found?.physicalOffset, one.physicalOffset, where);
        t.is(
          store.query(one.topic, one.key, 9, 0n, 2n ** 60n).records.length,
          1,
          `${where} ${one.key}`,
        );
      }
      for (const [topic, queueIds] of store.queues()) {
        for (const queueId of queueIds) {
          readQueue(store, topic, queueId).forEach((found, i) => t.is(found.queueOffset, i, where));
        }
      }
      await stop();
    }
  });
}
