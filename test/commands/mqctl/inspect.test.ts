import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { runMqctl } from "../../support/mqctl.js";

const archives = fileURLToPath(new URL("../../../../test/fixtures/stores/", import.meta.url));
const names = ["v480-clean", "v533-killed"] as const;
const work = mkdtempSync(join(tmpdir(), "inspect-test-"));
test.before(() => {
  for (const name of names) {
    mkdirSync(join(work, name));
    execFileSync("tar", ["xzf", join(archives, `${name}.tar.gz`), "-C", join(work, name)]);
  }
});
test.after.always(() => {
  rmSync(work, { recursive: true, force: true });
});

interface Truth {
  kind: string;
  topic: string;
  queueId: number;
  queueOffset: number;
  commitLogOffset: number;
  msgId: string;
  bodySha256: string;
  keys?: string | null;
  tags?: string | null;
  properties: Record<string, string>;
  minOffset: number;
  maxOffset: number;
}

const manifest = (name: string): Truth[] =>
  records<Truth>(readFileSync(join(work, name, "manifest.jsonl"), "utf8"));
const records = <Row>(text: string): Row[] =>
  text === ""
    ? []
    : text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Row);
const inspect = (part: string, path: string, ...argv: string[]) =>
  runMqctl(["inspect", part, path, ...argv]);
const jsonl = async <Row>(part: string, path: string, ...argv: string[]): Promise<Row[]> =>
  records<Row>((await inspect(part, path, ...argv, "--output", "jsonl")).stdout);

/** A copy of a store's commit log that a test may spoil. */
function copyOfLog(t: ExecutionContext, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), "inspect-copy-"));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  cpSync(join(work, name, "store", "commitlog"), join(folder, "commitlog"), { recursive: true });
  return join(folder, "commitlog");
}

interface LogRow {
  physicalOffset: number;
  storeSize: number;
  topic: string;
  queueId: number;
  queueOffset: number;
  msgId: string;
  bodySha256: string;
  keys: string | null;
  tags: string | null;
  properties: Record<string, string>;
  crc: string;
}

const sortedText = (properties: Record<string, string>): string =>
  JSON.stringify(Object.entries(properties).sort());

for (const name of names) {
  test(`commitlog lists what the official client found in ${name}`, async (t) => {
    const listed = new Map(
      (await jsonl<LogRow>("commitlog", join(work, name, "store"))).map((row) => [
        `${row.topic} ${String(row.queueId)} ${String(row.queueOffset)}`,
        row,
      ]),
    );
    const truth = manifest(name).filter(({ kind }) => kind === "message" || kind === "ack");
    t.true(truth.length > 500);
    for (const wanted of truth) {
      const row = listed.get(
        `${wanted.topic} ${String(wanted.queueId)} ${String(wanted.queueOffset)}`,
      );
      t.is(row?.msgId, wanted.msgId);
      t.is(row?.crc, "ok");
      if (wanted.kind === "ack") continue;
      t.is(row?.physicalOffset, wanted.commitLogOffset);
      t.is(row?.bodySha256, wanted.bodySha256);
      t.is(row?.keys ?? "", wanted.keys ?? "");
      t.is(row?.tags ?? "", wanted.tags ?? "");
      t.is(sortedText(row?.properties ?? {}), sortedText(wanted.properties));
    }
  });
}

test("consumequeue lists an entry for each message up to where the queues end", async (t) => {
  interface Entry {
    topic: string;
    queueId: number;
    queueOffset: number;
    physicalOffset: number;
  }
  const entries = await jsonl<Entry>("consumequeue", join(work, "v480-clean", "store"));
  const at = new Map(
    entries.map((one) => [`${one.topic} ${String(one.queueId)} ${String(one.queueOffset)}`, one]),
  );
  const truth = manifest("v480-clean");
  for (const one of truth.filter(({ kind }) => kind === "message")) {
    const entry = at.get(`${one.topic} ${String(one.queueId)} ${String(one.queueOffset)}`);
    t.is(entry?.physicalOffset, one.commitLogOffset);
  }
  const queue = truth.find(({ kind, maxOffset }) => kind === "queue" && maxOffset > 10);
  const { topic = "", queueId = 0, maxOffset = 0 } = queue ?? {};
  const of = join(work, "v480-clean", "store", "consumequeue", topic, String(queueId));
  for (const path of [of, join(work, "v480-clean", "store")]) {
    const some = await jsonl<Entry>(
      "consumequeue",
      path,
      "-t",
      topic,
      "-q",
      String(queueId),
      "--from",
      "5",
    );
    t.deepEqual(
      some.map((one) => one.queueOffset),
      Array.from({ length: maxOffset - 5 }, (_, i) => i + 5),
    );
  }
});

test("index finds the message of a key, in files of any number of slots", async (t) => {
  const store = join(work, "v480-clean", "store");
  const truth = manifest("v480-clean").filter(
    ({ kind, keys }) => kind === "message" && (keys ?? "") !== "",
  );
  const files = readdirSync(join(store, "index"));
  t.true(files.length > 1);
  for (const one of [truth[0], truth.at(-1)]) {
    const key = one?.keys?.split(" ")[0] ?? "";
    const found = await jsonl<{ physicalOffset: number }>(
      "index",
      store,
      "-t",
      one?.topic ?? "",
      "--key",
      key,
    );
    t.true(
      found.some(({ physicalOffset }) => physicalOffset === one?.commitLogOffset),
      key,
    );
  }
  const told = await inspect("index", store, "-n", "0");
  t.true(
    told.stderr
      .split("\n")
      .filter((line) => line !== "")
      .every((line) => / of 1000 slots, /.test(line)),
    told.stderr,
  );
});

test("checkpoint shows times, config shows what decodes", async (t) => {
  const store = join(work, "v480-clean", "store");
  const fields = JSON.parse((await inspect("checkpoint", store, "--output", "json")).stdout) as {
    field: string;
    value: number;
    time: string | null;
  }[];
  t.deepEqual(
    fields.map(({ field }) => field),
    [
      ...["physicMsgTimestamp", "logicsMsgTimestamp", "indexMsgTimestamp"],
      ...["masterFlushedOffset", "confirmPhyOffset", "logicsPhysicalOffset"],
    ],
  );
  t.is(fields[0]?.time, new Date(fields[0]?.value ?? 0).toISOString());
  interface Config {
    file: string;
    state: string;
    content: Record<string, unknown>;
  }
  const files = await jsonl<Config>("config", store);
  t.true(files.every(({ state }) => state === "ok"));
  const topics = files.find(({ file }) => file.endsWith("topics.json"));
  t.true(Object.keys(topics?.content["topicConfigTable"] ?? {}).includes("fx480_plain"));
});

test("filters and ranges of a commit log", async (t) => {
  const store = join(work, "v480-clean", "store");
  const all = await jsonl<LogRow>("commitlog", store);
  const some = all.filter(({ topic, tags }) => topic === "fx480_plain" && tags === "TagA");
  t.true(some.length > 1);
  const filtered = await jsonl<LogRow>("commitlog", store, "-t", "fx480_plain", "--tag", "TagA");
  t.deepEqual(filtered, some);
  const [, second, third] = all;
  const range = ["--from", String(second?.physicalOffset), "--to", String(third?.physicalOffset)];
  t.deepEqual(await jsonl<LogRow>("commitlog", store, ...range), [second]);
  t.deepEqual(await jsonl<LogRow>("commitlog", store, "-n", "2"), all.slice(0, 2));
});

test("a torn end is named with its offset, and what stands before it is listed", async (t) => {
  const log = copyOfLog(t, "v533-killed");
  const all = await jsonl<LogRow>("commitlog", log);
  const victim = all.filter(({ physicalOffset }) => physicalOffset < 900_000).at(-1);
  const cut = (victim?.physicalOffset ?? 0) + 40;
  const [first = "", ...others] = readdirSync(log).sort();
  for (const other of others) rmSync(join(log, other));
  truncateSync(join(log, first), cut);
  const ended = await inspect("commitlog", log, "--output", "jsonl");
  t.is(ended.code, 6);
  t.regex(
    ended.stderr,
    new RegExp(
      `^torn at offset ${String(victim?.physicalOffset)}: a record of \\d+ bytes where 40 are left`,
    ),
  );
  t.deepEqual(
    records<LogRow>(ended.stdout).map((row) => row.physicalOffset),
    all
      .filter((row) => row.physicalOffset < (victim?.physicalOffset ?? 0))
      .map((row) => row.physicalOffset),
  );
});

test("bytes that were written over are torn, a body that was changed has a bad checksum", async (t) => {
  const log = copyOfLog(t, "v533-killed");
  const [file = ""] = readdirSync(log).sort();
  const bytes = readFileSync(join(log, file));
  const [first, second] = await jsonl<LogRow>("commitlog", log, "-n", "2");
  const body = bytes.indexOf(Buffer.from("kx533"), (first?.physicalOffset ?? 0) + 84);
  t.true(body > 0 && body < (second?.physicalOffset ?? 0));
  const spoiled = Buffer.from(bytes);
  spoiled[92] = (spoiled[92] ?? 0) ^ 1;
  writeFileSync(join(log, file), spoiled);
  const changed = await inspect("commitlog", log, "-n", "1", "--output", "jsonl");
  t.is(changed.code, 6);
  t.is(records<LogRow>(changed.stdout)[0]?.crc, "bad");
  spoiled.fill(0x55, second?.physicalOffset, (second?.physicalOffset ?? 0) + 16);
  writeFileSync(join(log, file), spoiled);
  const torn = await inspect("commitlog", log);
  t.is(torn.code, 6);
  t.regex(
    torn.stderr,
    new RegExp(`torn at offset ${String(second?.physicalOffset)}: no magic code`),
  );
});

test("inspecting changes nothing", async (t) => {
  const store = join(work, "v533-killed", "store");
  const snapshot = (): string =>
    execFileSync("find", [store, "-type", "f", "-printf", "%p %s %T@\n"], { encoding: "utf8" });
  for (const name of readdirSync(join(store, "commitlog")))
    utimesSync(join(store, "commitlog", name), 1, 1);
  const before = snapshot();
  for (const part of ["commitlog", "consumequeue", "index", "checkpoint", "config"]) {
    t.is((await inspect(part, store)).code, 0, part);
  }
  t.is(snapshot(), before);
});

const parts = ["commitlog", "consumequeue", "index", "checkpoint", "config"];
for (const part of parts) {
  test(`inspect ${part} says what a path is not`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "inspect-wrong-"));
    t.teardown(() => {
      rmSync(folder, { recursive: true });
    });
    mkdirSync(join(folder, "empty"));
    mkdirSync(join(folder, "parent", "store", "commitlog"), { recursive: true });
    writeFileSync(join(folder, "foreign"), "hello\n");
    writeFileSync(join(folder, "random"), Buffer.alloc(10_000, 0xa7));
    const missing = await inspect(part, join(folder, "none"));
    t.is(missing.code, 3);
    t.regex(missing.stderr, /none does not exist/);
    const empty = await inspect(part, join(folder, "empty"));
    t.is(empty.code, 2);
    t.regex(empty.stderr, /empty is neither a store nor its /);
    const parent = await inspect(part, join(folder, "parent"));
    t.is(parent.code, 2);
    t.regex(parent.stderr, /did you mean .*parent\/store\?/);
    for (const name of ["foreign", "random"]) {
      const foreign = await inspect(part, join(folder, name));
      t.is(foreign.code, part === "consumequeue" ? 2 : 6, `${name}: ${foreign.stderr}`);
    }
  });
}
