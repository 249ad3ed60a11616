import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { crc32 } from "../../../engine/base/crc32.js";
import { decodeRecord } from "../../../engine/message/decode.js";
import { hostText } from "../../../engine/message/host.js";
import { defaultStoreConfig, type StoreConfig } from "../../../engine/store/store-config.js";
import type { MessageStore } from "../../../engine/store/store-api.js";
import { openStore, temporaryFolder } from "./open-store.js";

/** Stores that real Apache brokers wrote, each with a manifest of what its own client read there. */
const folder = process.env.STORE_FIXTURES ?? "test/fixtures/stores";

interface Line {
  kind: "message" | "queue" | "topic" | "offset" | "ack";
  topic: string;
  queueId: number;
  queueOffset: number;
  commitLogOffset: number;
  storeSize: number;
  minOffset: number;
  maxOffset: number;
  msgId: string;
  offsetMsgId: string;
  keys?: string | null;
  tags?: string | null;
  properties?: Record<string, string>;
  flag: number;
  sysFlag: number;
  bodyCrc: number;
  bodyLength: number;
  bodySha256?: string;
  bornTimestamp: number;
  bornHost: string;
  storeTimestamp: number;
  storeHost: string;
  reconsumeTimes: number;
  preparedTransactionOffset: number;
}

function unpack(
  t: ExecutionContext,
  name: string,
): { root: string; lines: Line[]; config: StoreConfig } {
  const target = temporaryFolder(t);
  execFileSync("tar", ["xzf", `${folder}/${name}`, "-C", target]);
  const config = defaultStoreConfig(`${target}/store`);
  for (const line of readFileSync(`${target}/broker.properties`, "utf8").split("\n")) {
    const [key = "", value] = line.split("=");
    if (key in config && value !== undefined) Object.assign(config, { [key]: Number(value) });
  }
  Object.assign(config, { diskMaxUsedSpaceRatio: 95, cleanFileForciblyEnable: false });
  const lines = readFileSync(`${target}/manifest.jsonl`, "utf8").trim().split("\n");
  return { root: target, config, lines: lines.map((line) => JSON.parse(line) as Line) };
}

function checkMessage(t: ExecutionContext, store: MessageStore, line: Line): void {
  const where = `${line.topic}-${line.queueId}@${line.queueOffset}`;
  const request = { topic: line.topic, queueId: line.queueId, queueOffset: line.queueOffset };
  const got = store.get({ ...request, maxCount: 1 });
  t.is(got.status, "FOUND", where);
  const one = decodeRecord(got.records[0]!);
  t.is(one.physicalOffset, line.commitLogOffset, where);
  t.is(one.storeSize, line.storeSize, where);
  t.is(one.queueOffset, line.queueOffset, where);
  t.is(one.offsetMessageId, line.offsetMsgId, where);
  t.is(one.keys, line.keys ?? undefined, where);
  t.is(one.tags, line.tags ?? undefined, where);
  for (const name of [
    "flag",
    "bodyCrc",
    "bornTimestamp",
    "storeTimestamp",
    "reconsumeTimes",
    "preparedTransactionOffset",
  ] as const) {
    t.is(one[name], line[name], `${where} ${name}`);
  }
  const body = one.body;
  t.is(body.length, line.bodyLength, where);
  t.is(createHash("sha256").update(body).digest("hex"), line.bodySha256 ?? "", where);
  t.is(crc32(one.storedBody), line.bodyCrc, where);
  t.deepEqual(Object.fromEntries(one.properties), line.properties ?? {}, where);
  t.is(hostText(one.storeHost), line.storeHost.replace(/^\[(.*)\]/, "$1"), where);
  if (one.uniqKey !== undefined) t.is(one.messageId, line.msgId, where);
  for (const key of new Set([
    ...one.keyList,
    ...(one.uniqKey === undefined ? [] : [one.uniqKey]),
  ])) {
    const time = BigInt(line.storeTimestamp);
    const { records } = store.query(line.topic, key, 64, time, time);
    t.true(
      records.some((record) => decodeRecord(record).physicalOffset === line.commitLogOffset),
      `${where} by key ${key}`,
    );
  }
}

for (const name of readdirSync(folder).filter((file) => file.endsWith(".tar.gz"))) {
  test(`every message that Apache found in ${name} is found, by offset and by key`, async (t) => {
    const { root, lines, config } = unpack(t, name);
    const wasKilled = existsSync(`${root}/store/abort`);
    const { store, stop } = await openStore(t, root, { config });
    let checked = 0;
    for (const line of lines) {
      if (line.kind === "message") checkMessage(t, store, line);
      if (line.kind === "ack") checkAck(t, store, line);
      if (line.kind === "message" || line.kind === "ack") checked++;
      if (line.kind === "queue" && line.maxOffset > 0) {
        t.is(store.minOffset(line.topic, line.queueId), line.minOffset);
        if (!wasKilled) t.is(store.maxOffset(line.topic, line.queueId), line.maxOffset);
      }
    }
    t.true(checked > 50);
    await stop();
    t.false(existsSync(`${root}/store/abort`));
  });
}

function checkAck(t: ExecutionContext, store: MessageStore, line: Line): void {
  const got = store.get({
    topic: line.topic,
    queueId: line.queueId,
    queueOffset: line.queueOffset,
    maxCount: 1,
  });
  t.is(got.status, "FOUND");
  const one = decodeRecord(got.records[0]!);
  t.is(one.messageId, line.msgId);
  if (line.bodySha256 !== undefined) {
    t.is(createHash("sha256").update(one.body).digest("hex"), line.bodySha256 ?? "");
  }
}
