import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { createMessageStore } from "../../../engine/store/message-store.js";
import { defaultStoreConfig } from "../../../engine/store/store-config.js";
import { type SpaceRow, spaceReport } from "../../../src/inspect/space-report.js";
import { runMqctl } from "../../support/mqctl.js";

const HOUR = 3_600_000;
const FILE_SIZE = 4096;
/** Noon of a day in local time. */
const NOON = new Date(2026, 10, 20, 12).getTime();

/** Two topics on two days, in files of 4 KiB. */
async function staged(t: ExecutionContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "space-report-"));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const root = join(folder, "store");
  for (const startMs of [NOON, NOON + 24 * HOUR]) await writeTwenty(root, startMs);
  return root;
}

async function writeTwenty(root: string, nowMs: number): Promise<void> {
  const sizes = { mappedFileSizeConsumeQueue: 400, maxHashSlotNum: 10, maxIndexNum: 100 };
  const config = { ...defaultStoreConfig(root), mappedFileSizeCommitLog: FILE_SIZE, ...sizes };
  const store = createMessageStore({ config, clock: new ManualClock(nowMs) });
  await store.start();
  const host = { address: "127.0.0.1", port: 1 };
  for (let number = 0; number < 20; number++) {
    await new Promise((done) => {
      store.put(
        {
          ...{ topic: number % 4 === 0 ? "few" : "many", queueId: 0, body: Buffer.alloc(150, "b") },
          ...{ properties: "", flag: 0, sysFlag: 0, bornTimestamp: 1, bornHost: host },
          ...{
            storeHost: host,
            reconsumeTimes: 0,
            preparedTransactionOffset: 0,
            waitStoreOk: true,
          },
        },
        done,
      );
    });
  }
  await store.stop();
}

/** Gives the files of the log times of change, an hour apart. */
function age(root: string, firstMs: number): string[] {
  const names = readdirSync(join(root, "commitlog")).sort();
  names.forEach((name, i) => {
    const time = (firstMs + i * HOUR) / 1000;
    utimesSync(join(root, "commitlog", name), time, time);
  });
  return names;
}

const sum = (rows: readonly SpaceRow[], key: "bytes" | "messages" | "share"): number =>
  rows.reduce((total, row) => total + (row[key] ?? 0), 0);
const retention = { reservedHours: 48, deleteWhen: [4], nowMs: NOON + 30 * HOUR };
const options = new AbortController();

test("every byte of the folder stands in one row, and messages by topic and day", async (t) => {
  const root = await staged(t);
  const { rows, torn } = await spaceReport(root, retention, options);
  t.is(torn, undefined);
  const messages = rows.filter(({ kind }) => kind === "messages");
  t.deepEqual(
    messages
      .map(({ name, day, messages: count }) => `${name} ${day ?? ""} ${String(count)}`)
      .sort(),
    ["few 2026-11-20 5", "few 2026-11-21 5", "many 2026-11-20 15", "many 2026-11-21 15"],
  );
  const each = (91 + 150 + 4) * 15;
  t.true(messages.some(({ name, bytes }) => name === "many" && bytes === each));
  const parts = rows.filter(({ kind }) => kind !== "file" && kind !== "total");
  const paths = (readdirSync(root, { recursive: true }) as string[]).map((name) =>
    statSync(join(root, name)),
  );
  const all = paths.reduce((total, stat) => total + (stat.isFile() ? stat.size : 0), 0);
  t.is(sum(parts, "bytes"), all);
  t.true(Math.abs(sum(parts, "share") - 100) < 0.1);
  const total = rows.find(({ kind }) => kind === "total");
  t.is(total?.bytes, all);
  t.is(total?.messages, 40);
  const files = rows.filter(({ kind }) => kind === "file");
  t.is(sum(files, "messages"), 40);
  t.is(sum(files, "bytes"), readdirSync(join(root, "commitlog")).length * FILE_SIZE);
});

test("a file goes at the hour of removal after its time, not before older ones, and the last one stays", async (t) => {
  const root = await staged(t);
  const names = age(root, NOON);
  const rows = (await spaceReport(root, retention, options)).rows.filter(
    ({ kind }) => kind === "file",
  );
  t.deepEqual(
    rows.map(({ name }) => name),
    names,
  );
  const fourOClock = new Date(2026, 10, 23, 4).getTime();
  t.deepEqual(
    rows.map(({ freedAtMs }) => freedAtMs),
    [...names.slice(1).map(() => fourOClock), null],
  );
  t.true(rows.every(({ expiredBytes }) => expiredBytes === 0));
  const [first = ""] = names;
  const late = NOON + 20 * HOUR;
  utimesSync(join(root, "commitlog", first), late / 1000, late / 1000);
  const again = (await spaceReport(root, { ...retention, deleteWhen: [13] }, options)).rows;
  const freed = again.filter(({ kind }) => kind === "file").map(({ freedAtMs }) => freedAtMs);
  t.is(freed[0], new Date(2026, 10, 23, 13).getTime());
  t.is(freed[1], freed[0] ?? 0, "one that is not due keeps those behind it");
});

test("what is past its time and still there is counted", async (t) => {
  const root = await staged(t);
  const names = age(root, NOON);
  const nowMs = NOON + 49.5 * HOUR;
  const { rows } = await spaceReport(root, { ...retention, nowMs }, options);
  const expired = rows.filter(({ kind, expiredBytes }) => kind === "file" && expiredBytes > 0);
  t.deepEqual(
    expired.map(({ name }) => name),
    names.slice(0, 2),
  );
  t.is(rows.find(({ kind }) => kind === "total")?.expiredBytes, 2 * FILE_SIZE);
  const inThem = rows.filter(({ kind }) => kind === "messages" || kind === "blank");
  t.is(
    inThem.reduce((total, row) => total + row.expiredBytes, 0),
    2 * FILE_SIZE,
  );
  const never = (await spaceReport(root, { ...retention, deleteWhen: [] }, options)).rows;
  t.true(never.every(({ freedAtMs }) => freedAtMs === null));
});

test("the retention comes from broker.conf, and options win over it", async (t) => {
  const root = await staged(t);
  age(root, Date.now() - 3 * HOUR);
  const conf = join(root, "..", "broker.conf");
  writeFileSync(conf, "fileReservedTime=1\ndeleteWhen=04\n");
  const expired = async (...argv: string[]): Promise<number> => {
    const line = ["store", "compact-report", root, ...argv, "--output", "json"];
    const rows = JSON.parse((await runMqctl(line)).stdout) as SpaceRow[];
    return rows.find(({ kind }) => kind === "total")?.expiredBytes ?? -1;
  };
  t.is(await expired(), 0);
  t.true((await expired("-c", conf)) > 0);
  t.is(await expired("-c", conf, "--reserved-hours", "100"), 0);
  const wrong = await runMqctl(["store", "compact-report", root, "--delete-when", "25"]);
  t.is(wrong.code, 2);
});

test("text, JSON lines, YAML and CSV hold the same rows, and a store without messages has a report too", async (t) => {
  const root = await staged(t);
  const { rows } = await spaceReport(root, retention, options);
  for (const format of ["csv", "jsonl", "yaml", "table"]) {
    const { code, stdout } = await runMqctl(["store", "compact-report", root, "--output", format]);
    t.is(code, 0);
    for (const { name } of rows) t.true(stdout.includes(name), `${name} in ${format}`);
  }
  const empty = join(root, "..", "empty");
  mkdirSync(join(empty, "commitlog"), { recursive: true });
  t.deepEqual(
    (await spaceReport(empty, retention, options)).rows.map(({ kind, bytes }) => [kind, bytes]),
    [["total", 0]],
  );
});
