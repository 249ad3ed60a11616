import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { systemClock } from "../../../engine/base/clock.js";
import { encodeProperties } from "../../../engine/message/properties.js";
import { createMessageStore } from "../../../engine/store/message-store.js";
import type { MessageStore } from "../../../engine/store/store-api.js";
import { defaultStoreConfig } from "../../../engine/store/store-config.js";
import { runMqctl, signalsByHand } from "../../support/mqctl.js";

const FILE = 4096;

async function openStore(t: ExecutionContext): Promise<{ root: string; store: MessageStore }> {
  const root = mkdtempSync(join(tmpdir(), "inspect-follow-"));
  const config = {
    ...defaultStoreConfig(root),
    ...{ mappedFileSizeCommitLog: FILE, mappedFileSizeConsumeQueue: 200 },
    ...{ maxHashSlotNum: 100, maxIndexNum: 1000 },
  };
  const store = createMessageStore({ config, clock: systemClock() });
  await store.start();
  t.teardown(async () => {
    await store.stop();
    rmSync(root, { recursive: true, force: true });
  });
  return { root, store };
}

function put(store: MessageStore, number: number): Promise<void> {
  const host = { address: "127.0.0.1", port: 10911 };
  return new Promise((resolve, reject) => {
    store.put(
      {
        topic: number % 2 === 0 ? "even" : "odd",
        queueId: 0,
        body: Buffer.from(`order ${String(number)}`.padEnd(500, ".")),
        properties: encodeProperties([["KEYS", `k-${String(number)}`]]),
        ...{ flag: 0, sysFlag: 0, bornTimestamp: 1, bornHost: host, storeHost: host },
        ...{ reconsumeTimes: 0, preparedTransactionOffset: 0, waitStoreOk: true },
      },
      ({ status }) => {
        if (status === "PUT_OK") resolve();
        else reject(new Error(status));
      },
    );
  });
}

interface Following {
  /** Lines that were printed, once there are so many. */
  lines(count: number): Promise<string[]>;
  /** Ctrl-C. */
  stop(): Promise<{ code: number; stdout: string; stderr: string }>;
}

function follow(part: string, root: string, ...argv: string[]): Following {
  const signals = signalsByHand();
  let printed = "";
  // timers of the command keep no process alive here
  const alive = setInterval(() => undefined, 1000);
  let tell: () => void = () => undefined;
  const ended = runMqctl(["inspect", part, root, "--follow", ...argv], {
    signals,
    onPrinted: (text) => {
      printed = text;
      tell();
    },
  }).finally(() => {
    clearInterval(alive);
  });
  const have = (): string[] => printed.split("\n").slice(0, -1);
  return {
    async lines(count) {
      while (have().length < count) await new Promise<void>((resolve) => (tell = resolve));
      return have();
    },
    stop() {
      signals.stop();
      return ended;
    },
  };
}

test("commitlog --follow prints messages as they are written, also in the files that follow", async (t) => {
  const { root, store } = await openStore(t);
  for (let i = 0; i < 3; i++) await put(store, i);
  const following = follow("commitlog", root, "-t", "even", "-o", "jsonl");
  await following.lines(2);
  for (let i = 3; i < 24; i++) await put(store, i);
  const lines = await following.lines(12);
  const { code, stdout } = await following.stop();
  t.is(code, 130);
  t.is(stdout, `${lines.join("\n")}\n`);
  t.true(readdirSync(join(root, "commitlog")).length > 3);
  t.deepEqual(
    lines.map((line) => (JSON.parse(line) as { keys: string }).keys),
    Array.from({ length: 12 }, (_, i) => `k-${String(i * 2)}`),
  );
});

test("a table that is followed shows its rows at once", async (t) => {
  const { root, store } = await openStore(t);
  const following = follow("commitlog", root, "--body", "order 1.");
  await put(store, 0);
  await put(store, 1);
  const [header, row] = await following.lines(2);
  t.regex(header ?? "", /^OFFSET +SIZE +TOPIC/);
  t.regex(row ?? "", / odd +0 +0 +- +k-1 /);
  const { code, stderr } = await following.stop();
  t.is(code, 130);
  t.is(stderr, "");
});

test("-n ends what is followed, with 0", async (t) => {
  const { root, store } = await openStore(t);
  const signals = signalsByHand();
  const ended = runMqctl(["inspect", "commitlog", root, "-f", "-n", "2", "-o", "jsonl"], {
    signals,
  });
  for (let i = 0; i < 4; i++) await put(store, i);
  const { code, stdout } = await ended;
  t.is(code, 0);
  t.is(stdout.trimEnd().split("\n").length, 2);
});

test("queues and index are followed as well, over their files and into new queues", async (t) => {
  const { root, store } = await openStore(t);
  await put(store, 0);
  const queues = follow("consumequeue", root, "-o", "jsonl");
  const index = follow("index", root, "-o", "jsonl");
  await queues.lines(1);
  for (let i = 1; i < 30; i++) await put(store, i);
  const entries = (await queues.lines(30)).map(
    (line) => JSON.parse(line) as { topic: string; queueOffset: number },
  );
  for (const topic of ["even", "odd"]) {
    t.deepEqual(
      entries.filter((entry) => entry.topic === topic).map(({ queueOffset }) => queueOffset),
      Array.from({ length: 15 }, (_, i) => i),
    );
  }
  t.is((await queues.stop()).code, 130);
  const numbers = (await index.lines(30)).map(
    (line) => (JSON.parse(line) as { number: number }).number,
  );
  t.deepEqual(
    numbers,
    Array.from({ length: 30 }, (_, i) => i + 1),
  );
  t.is((await index.stop()).code, 130);
});
