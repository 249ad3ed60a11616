import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { getEarliestMsgStoretime } from "../../../../engine/protocol/requests/get-earliest-msg-storetime.js";
import { getMaxOffset } from "../../../../engine/protocol/requests/get-max-offset.js";
import { getMinOffset } from "../../../../engine/protocol/requests/get-min-offset.js";
import { invokeBrokerToResetOffset } from "../../../../engine/protocol/requests/invoke-broker-to-reset-offset.js";
import { pullMessage } from "../../../../engine/protocol/requests/pull-message.js";
import { queryConsumerOffset } from "../../../../engine/protocol/requests/query-consumer-offset.js";
import { queryMessage } from "../../../../engine/protocol/requests/query-message.js";
import { searchOffsetByTimestamp } from "../../../../engine/protocol/requests/search-offset-by-timestamp.js";
import { updateConsumerOffset } from "../../../../engine/protocol/requests/update-consumer-offset.js";
import { viewMessageById } from "../../../../engine/protocol/requests/view-message-by-id.js";
import { decodeRecords } from "../../../../engine/message/decode.js";
import { brokerFor, clientOf, pullHeader } from "../harness.js";
import { movable, pass, START } from "../schedule/waiting.js";

const at = (topic: string, queueId = 0) => ({ consumerGroup: "consumers", topic, queueId });

test("a new group begins at 0 of a young queue, unless it asks not to", async (t) => {
  const client = (await brokerFor(t)).connect();
  await client.send("T");
  t.like(await client.call(queryConsumerOffset, at("T")), { code: 0, header: { offset: 0 } });
  t.like(await client.call(queryConsumerOffset, { ...at("T"), setZeroIfNotFound: false }), {
    code: 22,
    remark: "Not found, do not set to zero, maybe this group boot first",
  });
  t.like(await client.call(queryConsumerOffset, at("T", 1)), {
    code: 22,
    remark: "Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first",
  });
});

test("a committed offset is given back, a lower one too, and survives a restart", async (t) => {
  const { mkdtempSync, rmSync } = await import("node:fs");
  const storeDir = mkdtempSync("/tmp/broker-restart-");
  t.teardown(() => rmSync(storeDir, { recursive: true, force: true }));
  const broker = await brokerFor(t, { storeDir });
  const client = broker.connect();
  await client.send("T");
  await client.call(pullMessage, pullHeader("T"));
  for (const commitOffset of [9, 4]) {
    t.is((await client.call(updateConsumerOffset, { ...at("T"), commitOffset })).code, 0);
  }
  t.is((await client.call(queryConsumerOffset, at("T"))).header.offset, 4);
  await client.stop();
  await broker.stop();
  const again = clientOf(t, (await brokerFor(t, { storeDir })).address);
  t.is((await again.call(queryConsumerOffset, at("T"))).header.offset, 4);
  t.is((await again.call(getMaxOffset, { topic: "T", queueId: 0 })).header.offset, 1);
});

test("committed offsets are in the file after 10 seconds, and each flushConsumerOffsetInterval after that", async (t) => {
  const { clock, folder, client } = await movable(t, { flushConsumerOffsetInterval: 2000 });
  await client.send("T");
  await client.call(pullMessage, pullHeader("T"));
  const path = join(folder, "config", "consumerOffset.json");
  const commit = (commitOffset: number) =>
    client.call(updateConsumerOffset, { ...at("T"), commitOffset });
  // whole numbers stand as keys without quotes, as upstream writes them
  const kept = (): string | undefined =>
    existsSync(path)
      ? /"T@consumers":\{\s*([^}]*?)\s*\}/.exec(readFileSync(path, "utf8"))?.[1]
      : undefined;
  await commit(1);
  await clock.advance(9_999);
  t.is(kept(), undefined);
  await clock.advance(1);
  t.is(kept(), "0:1");
  await commit(2);
  await clock.advance(1_999);
  t.is(kept(), "0:1");
  await clock.advance(1);
  t.is(kept(), "0:2");
});

test("offsets of unknown topics and groups are refused", async (t) => {
  const client = (await brokerFor(t, { config: { autoCreateSubscriptionGroup: false } })).connect();
  const commit = (topic: string, consumerGroup: string) =>
    client.call(updateConsumerOffset, { ...at(topic), consumerGroup, commitOffset: 1 });
  t.like(await commit("T", "g"), { code: 26, remark: "Group g not exist!" });
  t.like(await commit("T", "TOOLS_CONSUMER"), { code: 17, remark: "Topic T not exist!" });
});

test("a reset is answered to queries and to the next pull, and commits before that are passed over", async (t) => {
  const client = (await brokerFor(t)).connect();
  for (let i = 0; i < 5; i++) await client.send("T");
  await client.call(pullMessage, pullHeader("T"));
  await client.call(updateConsumerOffset, { ...at("T"), commitOffset: 5 });
  const reset = await client.call(invokeBrokerToResetOffset, {
    topic: "T",
    group: "consumers",
    timestamp: 0n,
    isForce: true,
    queueId: 0,
    offset: 2,
  } as never);
  t.is(reset.code, 0, reset.remark);
  t.like(await client.call(updateConsumerOffset, { ...at("T"), commitOffset: 5 }), {
    code: 0,
    remark: "Offset has been previously reset",
  });
  t.is((await client.call(queryConsumerOffset, at("T"))).header.offset, 2);
  const pulled = await client.call(pullMessage, pullHeader("T", { queueOffset: 5 }));
  t.like(pulled, { code: 21, remark: "OFFSET_RESET" });
  t.like(pulled.header, { nextBeginOffset: 2, minOffset: 0, maxOffset: 5 });
  t.is((await client.call(pullMessage, pullHeader("T", { queueOffset: 2 }))).code, 0);
});

test("queues tell their ends and where a time is", async (t) => {
  const client = (await brokerFor(t)).connect();
  const queue = { topic: "T", queueId: 0 };
  const before = Date.now();
  for (let i = 0; i < 3; i++) await client.send("T");
  t.is((await client.call(getMaxOffset, queue)).header.offset, 3);
  t.is((await client.call(getMinOffset, queue)).header.offset, 0);
  const { timestamp } = (await client.call(getEarliestMsgStoretime, queue)).header;
  t.true(timestamp >= before && timestamp <= Date.now());
  const search = async (time: bigint, boundaryType?: string) =>
    (await client.call(searchOffsetByTimestamp, { ...queue, timestamp: time, boundaryType })).header
      .offset;
  t.is(await search(BigInt(before) - 1n), 0);
  t.is(await search(BigInt(Date.now()) + 1000n), 3);
  t.is(await search(BigInt(Date.now()) + 1000n, "upper"), 2);
  t.is((await client.call(getMaxOffset, { topic: "nothing", queueId: 0 })).header.offset, 0);
  t.is(
    (await client.call(getEarliestMsgStoretime, { topic: "nothing", queueId: 0 })).header.timestamp,
    -1,
  );
});

test("messages are found by key, by unique key and by place", async (t) => {
  const client = (await brokerFor(t)).connect();
  for (const key of ["k1 k2", "k2", "k3"])
    await client.send("T", { body: key, properties: { KEYS: key, UNIQ_KEY: `U-${key}` } });
  const query = (key: string, maxNum = 32, other: object = {}) =>
    client.call(queryMessage, {
      topic: "T",
      key,
      maxNum,
      beginTimestamp: 0n,
      endTimestamp: 9223372036854775807n,
      ...other,
    });
  const bodies = (body: Buffer | undefined) =>
    decodeRecords(body ?? Buffer.alloc(0))
      .map(({ storedBody }) => storedBody.toString())
      .sort();
  t.deepEqual(bodies((await query("k2")).body), ["k1 k2", "k2"]);
  t.is(bodies((await query("k2", 1)).body).length, 1);
  t.deepEqual(bodies((await query("U-k3", 0, { uniqueKeyQuery: true })).body), ["k3"]);
  t.like(await query("nothing"), {
    code: 22,
    remark: "can not find message, maybe time range not correct",
  });
  t.like(await client.call(viewMessageById, { offset: 1 }), {
    code: 1,
    remark: "can not find message by the offset, 1",
  });
});

test("messages are found by key within a time range, also in index files that were rolled", async (t) => {
  const config = { maxHashSlotNum: 10, maxIndexNum: 12 };
  const { clock, client } = await movable(t, config);
  for (let minute = 0; minute < 20; minute++) {
    await client.send("T", { body: String(minute), properties: { KEYS: "k" } });
    await pass(clock, 60_000);
  }
  const query = async (from: number, to: number, maxNum = 32) => {
    const answer = await client.call(queryMessage, {
      topic: "T",
      key: "k",
      maxNum,
      beginTimestamp: BigInt(START + from * 60_000),
      endTimestamp: BigInt(START + to * 60_000),
    });
    return decodeRecords(answer.body ?? Buffer.alloc(0)).map((one) => one.storedBody.toString());
  };
  t.is((await query(0, 20)).length, 20);
  t.deepEqual(await query(2, 5), ["2", "3", "4", "5"]);
  t.deepEqual(await query(12, 13), ["12", "13"]);
  t.deepEqual(await query(0, 20, 2), ["18", "19"]);
  t.deepEqual(await query(30, 40), []);
});
