import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { javaHashCode } from "../../../engine/base/java-hash.js";
import {
  batchUnit,
  extUnit,
  queueEntry,
  TAG_A,
  writeSegment,
  writeTimerFiles,
} from "../../support/inspected-store.js";
import { runMqctl } from "../../support/mqctl.js";

const work = mkdtempSync(join(tmpdir(), "inspect-parts-"));
const store = join(work, "store");
const apache = join(work, "apache", "store");
let dueMs = 0;
test.before(() => {
  const archive = new URL("../../../../test/fixtures/stores/v533-killed.tar.gz", import.meta.url);
  mkdirSync(join(work, "apache"));
  execFileSync("tar", ["xzf", fileURLToPath(archive), "-C", join(work, "apache")]);
  mkdirSync(join(store, "commitlog"), { recursive: true });
  const batches = join(store, "batchconsumequeue", "batchy", "0");
  const first = Buffer.concat([batchUnit(0, 3), batchUnit(3, 2, 7n)]);
  writeSegment(join(batches, "0".repeat(20)), first, 92);
  writeSegment(join(batches, "92".padStart(20, "0")), batchUnit(5, 4), 92);
  const ext = join(store, "consumequeue_ext", "plain", "1");
  const units = [extUnit(0, Buffer.from("c0ffee00", "hex")), extUnit(1, Buffer.alloc(0))];
  const end = Buffer.from([0xff, 0xff]);
  writeSegment(join(ext, "0".repeat(20)), Buffer.concat([...units, end]), 64);
  writeSegment(join(ext, "64".padStart(20, "0")), extUnit(2, Buffer.from([1])), 64);
  const entries = [queueEntry(0n, 231, -(2n ** 63n)), queueEntry(231n, 231, 24n - 2n ** 63n)];
  const queue = join(store, "consumequeue", "plain", "1", "0".repeat(20));
  writeSegment(queue, Buffer.concat(entries), 200);
  ({ dueMs } = writeTimerFiles(store));
});
test.after.always(() => {
  rmSync(work, { recursive: true, force: true });
});

const inspect = (part: string, path: string, ...argv: string[]) =>
  runMqctl(["inspect", part, path, ...argv]);

async function rows(part: string, path: string, ...argv: string[]): Promise<Row[]> {
  const { stdout, stderr, code } = await inspect(part, path, ...argv, "-o", "json");
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Row[];
}
type Row = Record<string, unknown>;
const all = (found: Row[], key: string): unknown[] => found.map((row) => row[key]);

test("batch queues are listed over all their files, by offset, tag and time", async (t) => {
  const found = await rows("batchconsumequeue", store);
  t.deepEqual(all(found, "baseOffset"), [0, 3, 5]);
  t.deepEqual(all(found, "batchSize"), [3, 2, 4]);
  t.deepEqual(all(found, "position"), [0, 46, 92]);
  const has = async (...argv: string[]): Promise<unknown[]> =>
    all(await rows("batchconsumequeue", store, ...argv), "baseOffset");
  t.deepEqual(await has("--from", "4", "--to", "5"), [3]);
  t.deepEqual(await has("--tag", "TagA"), [0, 5]);
  t.deepEqual(await has("--begin", String(1_795_299_616_003)), [3, 5]);
  t.deepEqual(await has("-t", "other"), []);
  t.deepEqual(await has("-t", "batchy", "-q", "0", "-n", "1"), [0]);
});

test("extended queues are listed up to the mark of each file, with what entries point to them by", async (t) => {
  const found = await rows("consumequeue_ext", store);
  t.deepEqual(all(found, "position"), [0, 24, 64]);
  t.deepEqual(all(found, "bitMap"), ["c0ffee00", "", "01"]);
  t.deepEqual(
    (await inspect("consumequeue_ext", store, "-o", "csv")).stdout
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",")[3]),
    [0n, 24n, 64n].map((at) => String(at - 2n ** 63n)),
  );
  t.deepEqual(all(await rows("consumequeue", store), "extOffset"), [0, 24]);
  t.deepEqual(all(await rows("consumequeue_ext", store, "--from", "24"), "position"), [24, 64]);
});

test("the timer log is listed over its files, the wheel by its slots", async (t) => {
  const units = await rows("timerlog", store);
  t.deepEqual(all(units, "position"), [0, 52, 104, 156, 228]);
  t.deepEqual(all(units, "action"), ["due", "due", "due", "due", "delete"]);
  t.deepEqual(
    all(units, "dueTimestampMs"),
    [0, 1, 2, 3, 4].map((i) => dueMs + i * 1000),
  );
  const late = ["--begin", String(dueMs + 3000)];
  t.deepEqual(all(await rows("timerlog", store, ...late), "position"), [156, 228]);
  t.is((await rows("timerlog", store, "-t", "zip")).length, 5);
  t.deepEqual(await rows("timerlog", store, "-t", "zap"), []);
  const slots = await rows("timerwheel", store);
  t.deepEqual(all(slots, "firstPosition"), [0, 52, 104, 156, 228]);
  t.deepEqual(
    all(slots, "slot"),
    [0, 1, 2, 3, 4].map((i) => (dueMs / 1000 + i) % 1_209_600),
  );
  t.deepEqual(all(await rows("timerwheel", store, ...late), "count"), [1, 1]);
  t.deepEqual(await rows("timerwheel", apache), []);
});

test("abort says whether a store was stopped cleanly", async (t) => {
  const [crashed] = await rows("abort", apache);
  t.like(crashed, { state: "present", pid: 31538, holder: null });
  t.is(crashed?.["meaning"], "the store was not stopped cleanly");
  const [clean] = await rows("abort", store);
  t.like(clean, { state: "absent", pid: null, modified: null });
});

test("config shows the timer's check point, metrics, .bak files and versions", async (t) => {
  const files = await rows("config", apache);
  const of = (name: string): Row =>
    files.find(({ file }) => String(file).endsWith(`/${name}`)) ?? {};
  t.like(of("timercheck")["content"], {
    lastReadTime: 1_795_276_850_000,
    dataVersion: { counter: 5, stateVersion: 0 },
  } as never);
  t.is((of("timermetrics")["version"] as Row)["timestamp"], 1_795_276_831_688);
  t.like(of("timermetrics")["content"], { timingCount: {} } as never);
  t.is(of("topics.json.bak")["isBackup"], true);
  t.is(of("topics.json.bak")["state"], "ok");
  t.is(of("topics.json")["isBackup"], false);
});

interface HexLine {
  offset: number;
  record: number | null;
  field: string;
  hex: string;
  value: string | null;
  isHere: boolean;
}
const hex = async (part: string, path: string, offset: number, ...argv: string[]) =>
  (await rows(part, path, "--hex", String(offset), ...argv)) as unknown as HexLine[];

test("every byte of a record has its field, and the bytes are those of the file", async (t) => {
  const lines = await hex("commitlog", apache, 400, "--around", "400");
  const bytes = readFileSync(join(apache, "commitlog", "0".repeat(20)));
  let next = 0;
  for (const { offset, hex: digits } of lines) {
    t.is(offset, next);
    t.is(digits, bytes.toString("hex", offset, offset + digits.length / 2));
    next = offset + digits.length / 2;
  }
  t.true(next > 800);
  const here = lines.filter(({ isHere }) => isHere);
  t.deepEqual(
    here.map(({ offset, record, field }) => [offset, record, field]),
    [[396, 348, "BORNHOST"]],
  );
  const first = new Map(
    lines
      .filter(({ record, value }) => record === 0 && value !== null)
      .map((one) => [one.field, one]),
  );
  t.is(first.get("TOTALSIZE")?.value, "348");
  t.is(first.get("MAGICCODE")?.value, "V1");
  t.regex(first.get("BODYCRC")?.value ?? "", /^\d+ ok$/);
  t.is(first.get("TOPIC")?.value, "kx533_kill_b");
  t.is(first.get("PROPERTY KEYS")?.value, "kx533-kill-0");
  t.is(lines.find(({ record, field }) => record === 348 && field === "TOTALSIZE")?.value, "1032");
});

test("bytes of a record that was damaged still have their fields, and its neighbours theirs", async (t) => {
  const log = join(work, "damaged", "commitlog");
  mkdirSync(log, { recursive: true });
  const bytes = readFileSync(join(apache, "commitlog", "0".repeat(20)));
  bytes.writeInt32BE(0x7000_0000, 348);
  bytes.writeInt32BE(0, 1380 + 4);
  writeFileSync(join(log, "0".repeat(20)), bytes);
  const around = async (offset: number): Promise<HexLine[]> =>
    hex("commitlog", join(work, "damaged"), offset, "--around", "8");
  const wrongSize = await around(352);
  t.true(wrongSize.some(({ record, field }) => record === 348 && field === "TOTALSIZE"));
  t.regex(wrongSize.find(({ offset }) => offset === 348)?.value ?? "", /not what its parts have/);
  const noMagic = await around(1400);
  t.deepEqual([...new Set(all(noMagic as unknown as Row[], "field"))], ["(no record)"]);
  const behind = await around(1380 + 453);
  t.is(behind.find(({ isHere }) => isHere)?.record, 1833);
});

test("the other files have fields as well", async (t) => {
  const here = async (part: string, path: string, offset: number, ...argv: string[]) => {
    const line = (await hex(part, path, offset, ...argv)).find(({ isHere }) => isHere);
    return `${String(line?.record)} ${String(line?.field)} ${String(line?.value)}`;
  };
  t.is(await here("batchconsumequeue", store, 92 + 36), "92 batchSize 4");
  t.is(await here("consumequeue_ext", store, 21), "0 bitMap null");
  t.is(await here("consumequeue_ext", store, 44), "null size -1, the end");
  t.is(await here("consumequeue", store, 28), "20 size 231");
  t.is(await here("timerlog", store, 228), "228 size 52");
  t.is(await here("timerlog", store, 208), "208 remaining 20");
  t.is(await here("timerwheel", store, 0), "0 time/precision 0");
  t.is(
    await here("checkpoint", apache, 8),
    "0 logicsMsgTimestamp 1795276851180 2026-11-21T16:00:51.180Z",
  );
  const index = join(apache, "index", "20261121160045910");
  t.is(await here("index", index, 36), "0 indexCount 3000");
  t.is(await here("index", index, 4040 + 20), "4060 keyHash 14135007");
  const wide = await inspect("consumequeue", apache, "--hex", "0");
  t.is(wide.code, 2);
  t.regex(wide.stderr, /--hex shows one queue, and there are 5\n.*--topic and --queue/);
  const beyond = await inspect("checkpoint", apache, "--hex", "4096");
  t.is(beyond.code, 2);
  t.regex(beyond.stderr, /^[^\n]*offset 4096 is in no file: the files hold 0 to 4095\n$/);
});

test("--hex is a table with the byte marked, and JSON of a shape of its own", async (t) => {
  const { stdout } = await inspect("checkpoint", apache, "--hex", "9", "--around", "0");
  t.is(
    stdout,
    "   OFFSET  RECORD  FIELD               BYTES                    TEXT        VALUE\n" +
      ">  8       0       logicsMsgTimestamp  00 00 01 a1 fe d6 c7 ec  |........|  1795276851180 2026-11-21T16:00:51.180Z\n",
  );
});

test("messages are found by a text in their body", async (t) => {
  const found = await rows("commitlog", apache, "--body", "w44 w44", "-n", "3");
  t.is(found.length, 3);
  t.is(found[0]?.["physicalOffset"], 348);
  t.deepEqual(await rows("commitlog", apache, "--body", "nobody wrote this"), []);
});

test("each kind says in one line that a path is of another kind", async (t) => {
  const wrong: [string, string, number, RegExp][] = [
    ["timerlog", join(apache, "commitlog"), 2, /in the commitlog of a store, and not its timerlog/],
    ["batchconsumequeue", join(apache, "consumequeue"), 2, /not its batchconsumequeue/],
    ["consumequeue", join(store, "batchconsumequeue", "batchy", "0"), 2, /not its consumequeue/],
    ["timerwheel", join(apache, "checkpoint"), 6, /is no timer wheel: it has 4096 bytes/],
    ["abort", join(apache, "checkpoint"), 6, /is no abort file/],
    ["abort", join(apache, "config"), 2, /is neither a store nor its abort file/],
    ["timerlog", apache, 3, /has no timerlog/],
    ["consumequeue_ext", apache, 3, /has no consumequeue_ext/],
  ];
  for (const [part, path, code, says] of wrong) {
    const ended = await inspect(part, path);
    t.is(ended.code, code, `${part} ${path}: ${ended.stderr}`);
    t.regex(ended.stderr.split("\n")[0] ?? "", says);
    t.is(ended.stdout, "");
  }
});

test("what stands where the next unit should be ends the list with 6", async (t) => {
  const cases: [string, string, number][] = [
    ["batchconsumequeue", "batchconsumequeue/t/0", 46],
    ["consumequeue", "consumequeue/t/0", 20],
    ["consumequeue_ext", "consumequeue_ext/t/0", 20],
    ["timerlog", "timerlog", 52],
  ];
  for (const [part, folder, size] of cases) {
    const root = join(work, `spoiled-${part}`);
    const garbage = Buffer.alloc(size * 3, 0x93);
    const file = join(root, folder, "0".repeat(20));
    writeSegment(file, Buffer.alloc(0), 0);
    appendFileSync(file, garbage);
    const ended = await inspect(part, root);
    t.is(ended.code, 6, part);
    t.regex(ended.stderr, /: no (?:unit|entry) of an? .* at byte 0\n$/, part);
  }
  t.is(TAG_A, BigInt(javaHashCode("TagA")));
});
