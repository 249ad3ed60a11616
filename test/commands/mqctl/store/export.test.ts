import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { mqctl } from "../../../../commands/index.js";
import { startBroker, startNamesrv } from "../../../../engine/index.js";
import { findCommand } from "../../../../src/cli/registry.js";
import type { ExportedMessage } from "../../../../src/inspect/export-record.js";
import { openStore, putNumbers, temporaryFolder } from "../../../engine/store/open-store.js";
import { fitsSchema } from "../../../support/json-schema.js";
import { runMqctl } from "../../../support/mqctl.js";

const folder = mkdtempSync(join(tmpdir(), "export-test-"));
const store = join(folder, "store");
test.before(() => {
  const archive = new URL("../../../../../test/fixtures/stores/v480-clean.tar.gz", import.meta.url);
  execFileSync("tar", ["xzf", fileURLToPath(archive), "-C", folder]);
});
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

function recordsOf(text: string): ExportedMessage[] {
  return text === ""
    ? []
    : text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as ExportedMessage);
}

async function exported(...argv: string[]): Promise<ExportedMessage[]> {
  const { code, stdout, stderr } = await runMqctl(["store", "export", store, ...argv]);
  if (code !== 0) throw new Error(stderr);
  return recordsOf(stdout);
}

/** A broker of ours with a store of its own. */
async function fresh(t: ExecutionContext): Promise<{ namesrv: string; storeDir: string }> {
  const storeDir = mkdtempSync(join(tmpdir(), "export-target-"));
  const namesrv = await startNamesrv();
  const broker = await startBroker({ namesrv: namesrv.address, storeDir });
  t.teardown(async () => {
    await broker.stop();
    await namesrv.stop();
    rmSync(storeDir, { recursive: true, force: true });
  });
  return { namesrv: namesrv.address, storeDir };
}

const MADE_ANEW = ["UNIQ_KEY", "MSG_REGION", "TRACE_ON", "CLUSTER", "TRAN_MSG"];

/** What sending a message again keeps of it. */
function identityOf({
  topic,
  tags,
  keys,
  flag,
  body,
  bodyBase64,
  properties,
}: ExportedMessage): string {
  const hasWaited = "REAL_TOPIC" in properties;
  const kept = Object.entries(properties)
    .filter(([name]) => !MADE_ANEW.includes(name) && !(hasWaited && name === "DELAY"))
    .sort();
  return JSON.stringify([topic, tags, keys, flag, body, bodyBase64, kept]);
}

interface ManifestLine extends Omit<ExportedMessage, "bornTimestamp" | "storeTimestamp"> {
  kind: string;
  commitLogOffset: number;
  bornTimestamp: number;
  storeTimestamp: number;
  bodyLength: number;
}

const isUsers = ({ topic }: ExportedMessage): boolean => topic.startsWith("fx480");

test("every message of the manifest is exported as the official client read it", async (t) => {
  const records = new Map((await exported()).map((record) => [record.physicalOffset, record]));
  const manifest = readFileSync(join(folder, "manifest.jsonl"), "utf8").trimEnd().split("\n");
  let count = 0;
  for (const line of manifest) {
    const wanted = JSON.parse(line) as ManifestLine;
    if (wanted.kind !== "message") continue;
    const record = records.get(wanted.commitLogOffset);
    for (const key of [
      ...["topic", "queueId", "queueOffset", "storeSize", "msgId", "offsetMsgId", "flag"],
      ...["sysFlag", "bodyCrc", "storeHost", "reconsumeTimes", "preparedTransactionOffset"],
    ] as const) {
      t.is(record?.[key], wanted[key], `${key} of ${line}`);
    }
    t.is(record?.bornTimestampMs, wanted.bornTimestamp);
    t.is(record?.storeTimestampMs, wanted.storeTimestamp);
    t.is(record?.keys ?? null, wanted.keys ?? null);
    t.is(record?.tags ?? null, wanted.tags ?? null);
    const { body = null, bodyBase64 = null } = record ?? {};
    const bytes = body === null ? Buffer.from(bodyBase64 ?? "", "base64") : Buffer.from(body);
    t.is(bytes.length, wanted.bodyLength);
    count++;
  }
  t.true(count > 2000);
});

test("what was exported and produced is the same, but for what brokers and clients make anew", async (t) => {
  const { namesrv, storeDir } = await fresh(t);
  const lines = (await runMqctl(["store", "export", store])).stdout;
  const original = recordsOf(lines).filter(isUsers);
  const text = original.map((record) => JSON.stringify(record)).join("\n");
  const sent = await runMqctl(["produce", "--json", "--namesrvAddr", namesrv], { stdin: text });
  t.is(sent.code, 0, sent.stderr);
  t.is(sent.stderr, `${String(original.length)} messages sent\n`);
  const copies = recordsOf((await runMqctl(["store", "export", storeDir])).stdout).filter(isUsers);
  t.deepEqual(copies.map(identityOf).sort(), original.map(identityOf).sort());
});

test("records that brokers keep for themselves are passed over, and are named", async (t) => {
  const { namesrv } = await fresh(t);
  const [own] = await exported("-t", "SCHEDULE_TOPIC_XXXX", "-n", "1");
  const [plain] = await exported("-t", "fx480_one", "-n", "1");
  const stdin = `${JSON.stringify(own)}\n${JSON.stringify(plain)}\n`;
  const sent = await runMqctl(["produce", "--json", "--namesrvAddr", namesrv], { stdin });
  t.is(sent.code, 0);
  t.is(
    sent.stderr,
    "1 message sent\npassed over 1 of SCHEDULE_TOPIC_XXXX, which brokers keep for themselves\n",
  );
});

test("any property name and value survives, and queues are kept where the topic has them", async (t) => {
  const { namesrv, storeDir } = await fresh(t);
  const record = (body: string): Record<string, unknown> => ({
    ...{ topic: "kept", body, tags: "T", keys: "a b", flag: -7, queueId: 2 },
    properties: JSON.parse(
      '{"__proto__":"p","7":"seven","constructor":"c","名":" v\\n","WAIT":"false"}',
    ) as object,
  });
  for (const body of ["makes the topic", "is kept"]) {
    const stdin = JSON.stringify(record(body));
    const sent = await runMqctl(["produce", "--json", "--namesrvAddr", namesrv], { stdin });
    t.is(sent.code, 0, sent.stderr);
  }
  const argv = ["store", "export", storeDir, "-t", "kept"];
  const [, kept] = recordsOf((await runMqctl(argv)).stdout);
  t.is(kept?.queueId, 2);
  t.is(kept?.flag, -7);
  const { properties = {} } = kept ?? {};
  t.deepEqual(
    ["__proto__", "7", "constructor", "名", "WAIT", "TAGS", "KEYS"].map(
      (name) => Object.getOwnPropertyDescriptor(properties, name)?.value as unknown,
    ),
    ["p", "seven", "c", " v\n", "false", "T", "a b"],
  );
  const far = JSON.stringify({ ...record("far"), queueId: 99 });
  const refused = await runMqctl(["produce", "--json", "--namesrvAddr", namesrv], { stdin: far });
  t.is(refused.code, 3);
  const any = ["produce", "--json", "--any-queue", "--namesrvAddr", namesrv];
  t.is((await runMqctl(any, { stdin: far })).code, 0);
});

test("filters take topics, a queue, a key, a tag, a time and a number", async (t) => {
  const all = await exported();
  const [plain] = all.filter(({ topic }) => topic === "fx480_plain");
  const topics = await exported("-t", "fx480_plain", "-t", "fx480_one");
  t.deepEqual([...new Set(topics.map(({ topic }) => topic))].sort(), ["fx480_one", "fx480_plain"]);
  t.is(topics.length, all.filter(({ topic }) => /_(plain|one)$/.test(topic)).length);
  const [id] = await exported("--key", plain?.msgId ?? "");
  t.is(id?.physicalOffset, plain?.physicalOffset);
  const times = all.map(({ storeTimestampMs }) => storeTimestampMs);
  const middle = times[Math.floor(times.length / 2)] ?? 0;
  const until = await exported("--end", String(middle));
  const from = await exported("--begin", String(middle + 1));
  t.is(until.length + from.length, all.length);
  t.is((await exported("-q", "0", "-n", "3")).length, 3);
  t.deepEqual(
    (await exported("--tag", "TagA")).map(({ tags }) => tags),
    all.filter(({ tags }) => tags === "TagA").map(({ tags }) => tags),
  );
});

test("--stored-body adds compressed bodies as they are stored", async (t) => {
  const found = await exported("-t", "fx480_compressed", "--stored-body");
  t.true(found.some(({ storedBodyBase64 }) => storedBodyBase64 !== undefined));
  for (const { sysFlag, storedBodyBase64 } of found)
    t.is((sysFlag & 1) === 1, storedBodyBase64 !== undefined);
});

/** A copy of the store. */
function copied(t: ExecutionContext): string {
  const copy = mkdtempSync(join(tmpdir(), "export-torn-"));
  t.teardown(() => {
    rmSync(copy, { recursive: true });
  });
  cpSync(store, copy, { recursive: true });
  return copy;
}

/** Changes a file of a copy's log, the first without another number. */
function damage(root: string, change: (bytes: Buffer) => void, file = 0): string {
  const path = join(root, "commitlog", readdirSync(join(root, "commitlog"))[file] ?? "");
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
  return path;
}

/** Of the files of its log. */
const FILE_SIZE = 1_048_576;

const placesOf = (records: readonly ExportedMessage[]): number[] =>
  records.map(({ physicalOffset }) => physicalOffset);

test("a torn end is said, and ends with 6; what stands before it is written", async (t) => {
  const root = copied(t);
  const all = await exported();
  const last = all.at(-1)?.physicalOffset ?? 0;
  const at = last % FILE_SIZE;
  const path = damage(root, (bytes) => bytes.fill(0xee, at + 2, at + 60), 3);
  for (const from of [root, path]) {
    const { code, stdout, stderr } = await runMqctl(["store", "export", from]);
    t.is(code, 6);
    const whole = all
      .slice(0, -1)
      .filter((one) => from === root || one.physicalOffset >= last - at);
    t.deepEqual(placesOf(recordsOf(stdout)), placesOf(whole));
    t.regex(stderr, new RegExp(`torn at offset ${String(last)}: .+; no whole record is behind it`));
    t.notRegex(stderr, /left out/);
  }
});

test("damage in the middle of the log is left out and named, and all else is written", async (t) => {
  const root = copied(t);
  const all = await exported();
  const size = (i: number): number => all[i]?.storeSize ?? 0;
  const at = (i: number): number => all[i]?.physicalOffset ?? 0;
  const path = damage(root, (bytes) => {
    bytes.fill(0xee, at(1) + 2, at(1) + 60);
    // a size that leads far away, zeros over two, and the first bytes of the one behind a whole one
    bytes.writeInt32BE(size(10) + 1, at(10));
    bytes.fill(0, at(20), at(22));
    bytes.fill(0x55, at(23), at(23) + 8);
  });
  const lost = [1, 10, 20, 21, 23];
  const whole = all.filter((_, i) => !lost.includes(i));
  for (const from of [root, join(root, "commitlog"), path]) {
    const { code, stdout, stderr } = await runMqctl(["store", "export", from]);
    t.is(code, 6);
    const wanted = whole.filter((one) => from !== path || one.physicalOffset < FILE_SIZE);
    t.deepEqual(placesOf(recordsOf(stdout)), placesOf(wanted));
    const told = stderr.split("\n").filter((line) => line.startsWith("left out: "));
    t.deepEqual(
      told.map((line) => /offsets (\d+ to \d+): ./.exec(line)?.[1]),
      [
        [at(1), at(2)],
        [at(10), at(11)],
        [at(20), at(22)],
        [at(23), at(24)],
      ].map((range) => range.join(" to ")),
    );
    const bytes = size(1) + size(10) + size(20) + size(21) + size(23);
    t.regex(stderr, new RegExp(`${String(bytes)} bytes in 4 places of the log were left out`));
  }
});

test("behind damage, what was exported and produced is still the same", async (t) => {
  const root = copied(t);
  const all = await exported();
  const third = all.filter(isUsers)[2]?.physicalOffset ?? 0;
  damage(root, (bytes) => bytes.fill(0xee, third, third + 100));
  const lines = (await runMqctl(["store", "export", root])).stdout;
  const original = recordsOf(lines).filter(isUsers);
  t.is(original.length, all.filter(isUsers).length - 1);
  const { namesrv, storeDir } = await fresh(t);
  const text = original.map((record) => JSON.stringify(record)).join("\n");
  const sent = await runMqctl(["produce", "--json", "--namesrvAddr", namesrv], { stdin: text });
  t.is(sent.code, 0, sent.stderr);
  const copies = recordsOf((await runMqctl(["store", "export", storeDir])).stdout).filter(isUsers);
  t.deepEqual(copies.map(identityOf).sort(), original.map(identityOf).sort());
});

test("a file of the log that is missing, or cut, leaves a gap; what an earlier life left is no message", async (t) => {
  const root = temporaryFolder(t);
  const { store: opened, stop, config } = await openStore(t, root);
  await putNumbers(opened, { from: 0, to: 700 });
  await stop();
  const all = recordsOf((await runMqctl(["store", "export", root])).stdout);
  const size = config.mappedFileSizeCommitLog;
  const file = (i: number): string => join(root, "commitlog", String(i * size).padStart(20, "0"));
  const inFile = (i: number) => (one: ExportedMessage) =>
    one.physicalOffset >= i * size && one.physicalOffset < (i + 1) * size;
  rmSync(file(1));
  truncateSync(file(3), 4096);
  const left = await runMqctl(["store", "export", root]);
  t.is(left.code, 6);
  const inTwo = (one: ExportedMessage): boolean =>
    one.physicalOffset >= 3 * size + 4096 - one.storeSize && inFile(3)(one);
  t.deepEqual(
    placesOf(recordsOf(left.stdout)),
    placesOf(all.filter((one) => !inFile(1)(one) && !inTwo(one))),
  );
  t.regex(left.stderr, new RegExp(`left out: offsets ${String(size)} to ${String(2 * size)}: `));
  t.regex(left.stderr, new RegExp(`left out: offsets \\d+ to ${String(4 * size)}: `));

  // the log ends in its first file, and was longer in an earlier life
  const old = temporaryFolder(t);
  cpSync(join(root, "commitlog", "00000000000000000000"), join(old, "00000000000000000000"));
  const path = join(old, "00000000000000000000");
  const bytes = readFileSync(path);
  const end = all[5]?.physicalOffset ?? 0;
  for (const one of all.filter(inFile(0)).slice(6)) {
    bytes.writeBigInt64BE(BigInt(one.storeTimestampMs - 100_000), one.physicalOffset + 56);
  }
  bytes.fill(0, end, all[6]?.physicalOffset);
  writeFileSync(path, bytes);
  const ended = await runMqctl(["store", "export", path]);
  t.is(ended.code, 0);
  t.deepEqual(placesOf(recordsOf(ended.stdout)), placesOf(all.slice(0, 5)));
});

for (const [name, ...args] of [["store export", "-n", "3"], ["store compact-report"]] as const) {
  test(`${name} writes what its schema says`, async (t) => {
    const { stdout } = await runMqctl([...name.split(" "), store, ...args, "-o", "json"]);
    const entry = findCommand(mqctl, name);
    if (entry === undefined) throw new Error(`no command ${name}`);
    fitsSchema(t, JSON.parse(stdout), { program: "mqctl", name, command: await entry.load() });
  });
}
