import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import test from "ava";
import { decodeRecord } from "../../../engine/message/decode.js";
import { openStore, readQueue, smallConfig, temporaryFolder } from "./open-store.js";

const writer = fileURLToPath(new URL("../../support/write-store.js", import.meta.url));

interface Acknowledged {
  topic: string;
  queueId: number;
  queueOffset: number;
  commitLogOffset: number;
  msgId: string;
}

/** Lets a process of its own write until it has acknowledged so many messages, then kills it without warning. */
async function writeAndKill(
  root: string,
  options: { from: number; after: number; settings: string[] },
): Promise<Acknowledged[]> {
  const { mappedFileSizeCommitLog, mappedFileSizeConsumeQueue, maxHashSlotNum, maxIndexNum } =
    smallConfig(root);
  const sizes = Object.entries({
    mappedFileSizeCommitLog,
    mappedFileSizeConsumeQueue,
    maxHashSlotNum,
    maxIndexNum,
  });
  const child = spawn(
    process.execPath,
    [
      writer,
      root,
      ...sizes.map(([key, value]) => `${key}=${value}`),
      `first=${options.from}`,
      "count=100000",
      "ack=1",
      ...options.settings,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let text = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (chunk: string) => {
    text += chunk;
    if (text.split("\n").length > options.after) child.kill("SIGKILL");
  });
  await once(child, "close");
  return text
    .slice(0, text.lastIndexOf("\n"))
    .split("\n")
    .map((line) => JSON.parse(line) as Acknowledged);
}

for (const flushDiskType of ["ASYNC_FLUSH", "SYNC_FLUSH"]) {
  test(`what was acknowledged before kill -9 is there once and in order, time after time (${flushDiskType})`, async (t) => {
    const root = temporaryFolder(t);
    const all: Acknowledged[] = [];
    for (let round = 0; round < 3; round++) {
      const settings = [`flushDiskType=${flushDiskType}`, `perTurn=${7 + round * 13}`];
      const after = flushDiskType === "SYNC_FLUSH" ? 150 : 700;
      all.push(
        ...(await writeAndKill(root, { from: round * 1e6, after: after + round * 37, settings })),
      );
    }
    const { store } = await openStore(t, root);
    for (const one of all) {
      const [record] = store.get({ ...one, maxCount: 1 }).records;
      const message = decodeRecord(record!);
      t.is(message.physicalOffset, one.commitLogOffset);
      t.is(message.messageId, one.msgId);
    }
    const ids = new Set<string>();
    for (const [topic, queueIds] of store.queues()) {
      for (const queueId of queueIds) {
        readQueue(store, topic, queueId).forEach((message, i) => {
          t.is(message.queueOffset, i);
          t.false(ids.has(message.messageId));
          ids.add(message.messageId);
        });
      }
    }
    t.true(ids.size >= all.length);
    for (const { topic, msgId } of all.filter((_, i) => i % 97 === 0)) {
      t.true(
        store
          .query(topic, msgId, 64, 0n, 2n ** 60n)
          .records.some((record) => record.includes(msgId)),
      );
    }
  });
}
