import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { mqctl } from "../../../../commands/index.js";
import { startBroker, startNamesrv } from "../../../../engine/index.js";
import { findCommand } from "../../../../src/cli/registry.js";
import type { ExportedMessage } from "../../../../src/inspect/export-record.js";
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

test("a torn end is said, and ends with 6; what stands before it is written", async (t) => {
  const torn = mkdtempSync(join(tmpdir(), "export-torn-"));
  t.teardown(() => {
    rmSync(torn, { recursive: true });
  });
  const path = join(torn, "00000000000000000000");
  const bytes = readFileSync(join(store, "commitlog", "00000000000000000000"));
  const [, second] = await exported("-n", "2");
  bytes.fill(0xee, (second?.physicalOffset ?? 0) + 2, (second?.physicalOffset ?? 0) + 60);
  writeFileSync(path, bytes);
  const { code, stdout, stderr } = await runMqctl(["store", "export", path]);
  t.is(code, 6);
  t.is(recordsOf(stdout).length, 1);
  t.regex(
    stderr,
    new RegExp(`torn at offset ${String(second?.physicalOffset)}: .+; what is behind was not read`),
  );
});

for (const [name, ...args] of [["store export", "-n", "3"], ["store compact-report"]] as const) {
  test(`${name} writes what its schema says`, async (t) => {
    const { stdout } = await runMqctl([...name.split(" "), store, ...args, "-o", "json"]);
    const entry = findCommand(mqctl, name);
    if (entry === undefined) throw new Error(`no command ${name}`);
    fitsSchema(t, JSON.parse(stdout), { program: "mqctl", name, command: await entry.load() });
  });
}
