import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { repairStore } from "../../../../src/repair/repair-store.js";
import { verifyStore } from "../../../../src/inspect/verify/verify-store.js";
import {
  message,
  openStore,
  put,
  putNumbers,
  smallConfig,
  temporaryFolder,
} from "../../../engine/store/open-store.js";
import { digestsOf, writeStage } from "../../../torture/damage-stage.js";
import { Random } from "../../../torture/random.js";

/** A store with several files of each kind, stopped cleanly. */
async function sound(t: ExecutionContext): Promise<string> {
  const root = join(temporaryFolder(t), "store");
  await writeStage(root, 120 * 1024, new Random(5));
  return root;
}

async function codes(root: string): Promise<string[]> {
  const { findings } = await verifyStore(root);
  return [...new Set(findings.list.map(({ severity, code }) => `${severity} ${code}`))].sort();
}

function log(root: string, start: number): string {
  return join(root, "commitlog", String(start).padStart(20, "0"));
}

for (const [name, verdict] of [
  ["v480-clean", "sound"],
  ["v533-killed", "recoverable"],
] as const) {
  test(`${name}, which Apache wrote, is ${verdict}, with every message of its manifest`, async (t) => {
    const folder = temporaryFolder(t);
    execFileSync("tar", ["xzf", `test/fixtures/stores/${name}.tar.gz`, "-C", folder]);
    const before = digestsOf(folder);
    const verification = await verifyStore(join(folder, "store"));
    t.is(verification.verdict, verdict);
    t.is(verification.findings.counts.damage, 0);
    t.is(verification.findings.counts.warning, 0);
    const lines = readFileSync(join(folder, "manifest.jsonl"), "utf8").trim().split("\n");
    const manifest = lines.map((line) => JSON.parse(line) as { kind: string });
    const messages = manifest.filter(({ kind }) => kind === "message" || kind === "ack").length;
    t.true(verification.log.records >= messages);
    t.deepEqual(digestsOf(folder), before, "nothing is written");
  });
}

test("a store of ours is sound after a clean stop, and recoverable while its broker has it open", async (t) => {
  const root = temporaryFolder(t);
  const { store, stop } = await openStore(t, root);
  await putNumbers(store, { from: 0, to: 200 });
  const open = await verifyStore(root);
  t.not(open.stock.holder, undefined);
  t.is(open.findings.counts.damage, 0);
  await stop();
  const closed = await verifyStore(root);
  t.is(closed.verdict, "sound");
  t.is(closed.log.records, 200);
  t.deepEqual(closed.findings.list, []);
});

test("a topic that was deleted and made anew, and one that was only deleted, are no damage", async (t) => {
  const root = temporaryFolder(t);
  const { store, stop } = await openStore(t, root);
  await putNumbers(store, { from: 0, to: 40 });
  await put(store, message({ topic: "Gone" }));
  store.deleteTopics(["TopicTest", "Gone"]);
  await putNumbers(store, { from: 0, to: 5 });
  await stop();
  mkdirSync(join(root, "config"), { recursive: true });
  writeFileSync(join(root, "config/topics.json"), `{"topicConfigTable":{"TopicTest":{}}}`);
  t.deepEqual(await codes(root), ["note records-of-former-topic", "note topic-deleted"]);
  rmSync(join(root, "config/topics.json"));
  t.deepEqual(await codes(root), ["note records-of-former-topic", "note topic-deleted"]);
});

test("a missing log file, and one that is a copy of another, are told", async (t) => {
  const root = await sound(t);
  copyFileSync(log(root, 0), log(root, 32_768));
  const doubled = await verifyStore(root);
  t.true(doubled.findings.list.some(({ code }) => code.startsWith("record-")));
  rmSync(log(root, 32_768));
  const missing = await codes(root);
  t.true(missing.includes("damage missing-file"));
  t.true(missing.includes("damage log-gap"));
});

test("short, empty and foreign files are told, with what they keep a broker from", async (t) => {
  const root = await sound(t);
  truncateSync(log(root, 65_536), 1000);
  writeFileSync(log(root, 163_840), "");
  writeFileSync(join(root, "commitlog/notes.txt"), "x");
  const { findings, apache } = await verifyStore(root);
  const found = findings.list.map(({ code, file }) => `${code} ${file}`);
  t.true(found.includes("short-file commitlog/00000000000000065536"));
  t.true(found.includes("zero-length commitlog/00000000000000163840"));
  t.true(found.includes("foreign-file commitlog/notes.txt"));
  t.true(apache.every(({ starts }) => !starts));
});

test("a log of one file that was cut is told by its odd size", async (t) => {
  const root = temporaryFolder(t);
  const { store, stop } = await openStore(t, root);
  await putNumbers(store, { from: 0, to: 3 });
  await stop();
  truncateSync(log(root, 0), 5001);
  t.true((await codes(root)).includes("damage short-file"));
});

test("what an earlier life left behind the end of the log is not taken for messages", async (t) => {
  const root = temporaryFolder(t);
  const first = await openStore(t, root);
  await putNumbers(first.store, { from: 0, to: 30 });
  const end = first.store.commitLogMaxOffset;
  await first.stop();
  const stale = readFileSync(log(root, 0)).subarray(0, end);
  rmSync(root, { recursive: true });
  const second = await openStore(t, root);
  await putNumbers(second.store, { from: 0, to: 10 }, () => ({ topic: "Another", keys: "" }));
  const half = second.store.commitLogMaxOffset;
  await second.stop();
  const bytes = readFileSync(log(root, 0));
  // the rest of a record, then whole ones that are older than the last
  stale.copy(bytes, half, half);
  writeFileSync(log(root, 0), bytes);
  const { log: summary } = await verifyStore(root);
  t.is(summary.records, 10);
  t.is(summary.endOffset, half);
});

test("a message that no queue and no key leads to is missed when it was at the end", async (t) => {
  const root = temporaryFolder(t);
  const { store, stop } = await openStore(t, root);
  await putNumbers(store, { from: 0, to: 20 });
  const open = message({ topic: "RMQ_SYS_TRANS_HALF_TOPIC", sysFlag: 4 });
  const { physicalOffset, size } = await put(store, open);
  await stop();
  t.deepEqual(await codes(root), []);
  const path = log(root, 0);
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0, physicalOffset, physicalOffset + size));
  t.true((await codes(root)).includes("damage log-shorter"));
  await repairStore(root, { isDry: false, nowMs: Date.now() });
  t.is((await verifyStore(root)).verdict, "sound");
});

test("parts that are not looked into are named and not judged", async (t) => {
  const root = await sound(t);
  for (const part of ["batchconsumequeue/t/0", "consumequeue_ext/t/0"]) {
    mkdirSync(join(root, part), { recursive: true });
    writeFileSync(join(root, part, "00000000000000000000"), "x");
  }
  const { stock, verdict } = await verifyStore(root);
  t.is(verdict, "sound");
  t.deepEqual(stock.unread.length, 2);
});

test("broken configuration and offsets beyond the end of a queue are told", async (t) => {
  const root = await sound(t);
  mkdirSync(join(root, "config"), { recursive: true });
  writeFileSync(join(root, "config/topics.json"), `{"topicConfigTable":{`);
  writeFileSync(join(root, "config/topics.json.bak"), `{"topicConfigTable":{}}`);
  writeFileSync(
    join(root, "config/consumerOffset.json"),
    `{"offsetTable":{"even@g":{0:1,1:99999}}}`,
  );
  writeFileSync(join(root, "config/delayOffset.json"), `{"offsetTable":{3:-4}}`);
  const { findings } = await verifyStore(root);
  const of = (code: string): string | undefined =>
    findings.list.find((one) => one.code === code)?.what;
  t.regex(of("config-broken") ?? "", /does not parse/);
  t.is(of("offset-beyond")?.includes("group g is at 99999 in even queue 1"), true);
  t.regex(of("delay-offset-beyond") ?? "", /level 3 is at -4/);
});

test("the summary says where Apache would cut, and how many whole messages it would lose", async (t) => {
  const root = await sound(t);
  const { log: whole } = await verifyStore(root);
  const bytes = readFileSync(log(root, 98_304));
  bytes.writeUInt8(bytes.readUInt8(200) ^ 1, 200);
  writeFileSync(log(root, 98_304), bytes);
  const { apache, verdict } = await verifyStore(root);
  t.is(verdict, "damaged");
  const recovery = apache[0]!;
  t.true(recovery.starts);
  t.true(recovery.cutAt >= 98_304 && recovery.cutAt < 99_304);
  t.true(recovery.lost > 5 && recovery.lost < whole.records);
});

test("an odd property, and a queue with a time of delivery, are as they should be", async (t) => {
  const root = temporaryFolder(t);
  const { store, stop } = await openStore(t, root, { config: smallConfig(root) });
  const odd = [
    "TAGS\u0001a\u0002TAGS\u0001b",
    "KEYS\u0001 a  b \u0002",
    "\u0001x\u0002TAGS",
    "TAGS\u0001\u0002",
    "KEYS\u0001schlüssel\u0002TAGS\u0001größe\u0002",
  ];
  for (const properties of odd) await put(store, { ...message(), properties });
  for (const level of ["1", "18", "99"]) {
    await put(store, {
      ...message({ topic: "SCHEDULE_TOPIC_XXXX" }),
      properties: `DELAY\u0001${level}\u0002`,
    });
  }
  await stop();
  t.deepEqual(await codes(root), []);
  appendFileSync(join(root, "checkpoint"), "x");
  t.deepEqual(await codes(root), ["damage checkpoint-size"]);
});
