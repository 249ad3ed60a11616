// Stores that real brokers wrote, against what the official client read there or was promised.
//   node .ci/fixtures.js FOLDER [APACHE ACCEPTANCE]
// Of each fixture: `mqctl inspect commitlog` lists every message as it was read; and, given the folders with the programs of
// Apache and its acceptance checks, our broker opens a copy (recovering those that were killed) and the official client of
// the fixture's version and of 5.3.3 finds all of the manifest in it; then `mqctl store verify` finds the copy sound.
// Prints last "N passed, N failed".
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [folder, apache, acceptance] = process.argv.slice(2);
const mqctl = resolve(process.env.MQCTL ?? "dist/mqctl.js");
const SAME = [
  "topic",
  "queueId",
  "queueOffset",
  "storeSize",
  "msgId",
  "offsetMsgId",
  "flag",
  "bodyCrc",
  "bodyLength",
  "bodySha256",
  "reconsumeTimes",
  "preparedTransactionOffset",
  "storeHost",
];
const MOST_SHOWN = 10;
const OTHER_CLIENT = "5.3.3";
let passed = 0;
let failed = 0;

/** One line for what was looked at, after up to ten problems. */
function result(what, problems, summary) {
  if (problems.length === 0) passed++;
  else failed++;
  for (const problem of problems.slice(0, MOST_SHOWN)) console.log(`FAIL ${what} ${problem}`);
  console.log(`${what}: ${summary}`);
}

const jsonLines = (text) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

function differences(wanted, record) {
  const found = SAME.filter((key) => wanted[key] !== undefined && record[key] !== wanted[key]);
  if ((record.keys ?? "") !== (wanted.keys ?? "")) found.push("keys");
  if ((record.tags ?? "") !== (wanted.tags ?? "")) found.push("tags");
  if (record.storeTimestampMs !== wanted.storeTimestamp) found.push("storeTimestamp");
  if (record.bornTimestampMs !== wanted.bornTimestamp) found.push("bornTimestamp");
  const sorted = (properties) => JSON.stringify(Object.entries(properties ?? {}).sort());
  if (sorted(record.properties) !== sorted(wanted.properties)) found.push("properties");
  return found;
}

function inspect(archive, work) {
  const records = jsonLines(
    execFileSync(
      process.execPath,
      [mqctl, "inspect", "commitlog", join(work, "store"), "--output", "jsonl"],
      { maxBuffer: 1 << 30, encoding: "utf8" },
    ),
  );
  const byOffset = new Map(records.map((record) => [record.physicalOffset, record]));
  const byPlace = new Map(
    records.map((record) => [`${record.topic} ${record.queueId} ${record.queueOffset}`, record]),
  );
  const problems = [];
  let messages = 0;
  const check = (condition, text) => {
    messages++;
    if (!condition) problems.push(text);
  };
  for (const wanted of jsonLines(readFileSync(join(work, "manifest.jsonl"), "utf8"))) {
    if (wanted.kind === "message") {
      const record = byOffset.get(wanted.commitLogOffset);
      const wrong = record === undefined ? ["missing"] : differences(wanted, record);
      check(
        wrong.length === 0,
        `${wanted.topic} ${wanted.queueId} ${wanted.queueOffset}: ${wrong.join(", ")}`,
      );
    } else if (wanted.kind === "ack") {
      const record = byPlace.get(`${wanted.topic} ${wanted.queueId} ${wanted.queueOffset}`);
      check(
        record?.msgId === wanted.msgId && record.crc === "ok",
        `acknowledged ${wanted.msgId} is not there`,
      );
    }
  }
  if (messages === 0) problems.push("no message in the manifest");
  result(
    archive,
    problems,
    `${messages - problems.length} of ${messages} messages listed as they are`,
  );
}

/** Our broker on a store, until `use` is done with its name server's address. */
async function served(work, use) {
  const settings = readFileSync(join(work, "broker.properties"), "utf8").trim().split("\n");
  const ports = ["--namesrv-port", "0", "--broker-port", "0"];
  const broker = spawn(process.execPath, [mqctl, "up", "--data", work, ...ports, ...settings], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, MQCTL_RUN_DIR: join(work, "run") },
  });
  const gone = once(broker, "exit");
  let text = "";
  try {
    for await (const chunk of broker.stdout) {
      text += String(chunk);
      const address = /^export NAMESRV_ADDR=(.*)\n/m.exec(text)?.[1];
      if (address !== undefined) return use(address);
    }
    return [`our broker does not open it: ${text}`];
  } finally {
    broker.kill("SIGTERM");
    await gone;
  }
}

/** What the official client of a version misses, by the manifest. */
function clientsProblems(version, address, work) {
  const classes = execFileSync(join(acceptance, "compile"), [version], { encoding: "utf8" }).trim();
  const { stdout } = spawnSync(
    join(apache, "apache"),
    [version, "java", "acceptance.Manifest", "check", address, join(work, "manifest.jsonl")],
    {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      timeout: 300_000,
      env: {
        ...process.env,
        CP_EXTRA: classes,
        JOPT: "-Xms64m -Xmx512m -XX:+UseSerialGC -Drocketmq.client.logUseSlf4j=true",
      },
    },
  );
  const lines = stdout.trim().split("\n");
  const last = lines.at(-1) ?? "";
  return { last, problems: /^[1-9]\d* passed, 0 failed$/.test(last) ? [] : lines };
}

async function serve(archive) {
  const own = /^v(\d)(\d)(\d)/.exec(archive)?.slice(1).join(".") ?? OTHER_CLIENT;
  for (const version of new Set([own, OTHER_CLIENT])) {
    // a copy for each: the checker changes topics to be able to read them
    await withCopy(archive, async (work) => {
      const what = `${archive} served to client ${version}`;
      let summary = "";
      const problems = await served(work, (address) => {
        const { last, problems } = clientsProblems(version, address, work);
        summary = last;
        return problems;
      });
      result(what, problems, summary);
      const verify = [mqctl, "store", "verify", join(work, "store")];
      const { stdout, stderr, status } = spawnSync(process.execPath, verify, { encoding: "utf8" });
      const text = `${stdout}${stderr}`.trim();
      result(`${what}, then verified`, status === 0 ? [] : text.split("\n"), `exit ${status}`);
    });
  }
}

async function withCopy(archive, use) {
  const work = mkdtempSync(join(tmpdir(), "fixture-"));
  try {
    execFileSync("tar", ["xzf", join(folder, archive), "-C", work]);
    await use(work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

for (const archive of readdirSync(folder).filter((name) => name.endsWith(".tar.gz"))) {
  await withCopy(archive, (work) => inspect(archive, work));
  if (apache !== undefined && acceptance !== undefined) await serve(archive);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
