// mqctl inspect commitlog on stores that real brokers wrote: every message of their manifests must be listed as it was read by
// the official client.   node .ci/fixtures.js FOLDER   prints last "N passed, N failed".
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = process.argv[2];
const mqctl = process.env.MQCTL ?? "dist/mqctl.js";
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
let passed = 0;
let failed = 0;

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

for (const archive of readdirSync(folder).filter((name) => name.endsWith(".tar.gz"))) {
  const work = mkdtempSync(join(tmpdir(), "fixture-"));
  execFileSync("tar", ["xzf", join(folder, archive), "-C", work]);
  const manifest = readFileSync(join(work, "manifest.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const text = execFileSync(
    process.execPath,
    [mqctl, "inspect", "commitlog", join(work, "store"), "--output", "jsonl"],
    { maxBuffer: 1 << 30, encoding: "utf8" },
  );
  const records = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
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
  for (const wanted of manifest) {
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
  rmSync(work, { recursive: true });
  if (messages === 0) problems.push("no message in the manifest");
  if (problems.length === 0) passed++;
  else failed++;
  for (const problem of problems.slice(0, MOST_SHOWN)) console.log(`FAIL ${archive} ${problem}`);
  console.log(
    `${archive}: ${messages - problems.length} of ${messages} messages listed as they are`,
  );
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
