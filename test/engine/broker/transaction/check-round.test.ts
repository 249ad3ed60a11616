import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { heartBeat } from "../../../../engine/protocol/requests/heart-beat.js";
import { queryConsumerOffset } from "../../../../engine/protocol/requests/query-consumer-offset.js";
import { resumeCheckHalfMessage } from "../../../../engine/protocol/requests/resume-check-half-message.js";
import { heartbeat, temporaryFolder } from "../harness.js";
import {
  answer,
  COMMIT,
  end,
  GIVEN_UP,
  HALF,
  INTERVAL_MS,
  messagesIn,
  OP,
  producer,
  ROLLBACK,
  sendHalf,
  settle,
  UNKNOWN,
  world,
  type World,
} from "./harness.js";

const bodies = async (...of: Parameters<typeof messagesIn>): Promise<string[]> =>
  (await messagesIn(...of)).map((one) => one.body.toString());

const progress = async (all: World, topic: string) => {
  const { header } = await all.broker
    .connect()
    .call(queryConsumerOffset, { consumerGroup: "CID_RMQ_SYS_TRANS", topic, queueId: 0 });
  return header.offset;
};

test("an open transaction is asked about with the message as it will be, until it is committed", async (t) => {
  const all = await world(t);
  const client = all.broker.connect();
  const checks = await producer(client);
  await sendHalf(all, client, { properties: { KEYS: "k" } });
  await all.round();
  const [check] = checks;
  t.like(check?.header, {
    topic: HALF,
    msgId: "ID1",
    transactionId: "ID1",
    brokerName: "broker-a",
  });
  t.like(check?.message, { topic: "orders", queueId: 1, reconsumeTimes: 0, keys: "k" });
  t.is(check?.message.body.toString(), "hello");
  t.is(check?.message.properties.get("TRANSACTION_CHECK_TIMES"), "1");
  t.is(check?.message.queueOffset, check?.tranStateTableOffset);
  t.is((await answer(client, check, COMMIT)).code, 0);
  for (let nth = 0; nth < 4; nth++) await all.round();
  t.is(checks.length, 1);
  t.deepEqual(await bodies(client, "orders", 1), ["hello"]);
  t.is(await progress(all, HALF), 2);
  t.is(await progress(all, OP), 1);
});

test("a transaction left unknown is asked about up to the maximum and then put aside; it can be taken up again", async (t) => {
  const all = await world(t, { config: { transactionCheckMax: 3 } });
  const client = all.broker.connect();
  const checks = await producer(client);
  await sendHalf(all, client);
  for (let nth = 0; nth < 6; nth++) {
    await all.round();
    const asked = checks.at(-1);
    if (asked !== undefined) {
      const { tranStateTableOffset: queueOffset, commitLogOffset } = asked;
      void end(client, { queueOffset, commitLogOffset }, UNKNOWN).catch(() => undefined);
    }
  }
  t.deepEqual(
    checks.map((one) => one.message.properties.get("TRANSACTION_CHECK_TIMES")),
    ["1", "2", "3"],
  );
  const [aside, ...others] = await messagesIn(client, GIVEN_UP);
  t.deepEqual(others, []);
  t.is(aside?.properties.get("REAL_TOPIC"), "orders");
  const msgId = aside?.offsetMessageId ?? "";
  t.is((await client.call(resumeCheckHalfMessage, { msgId })).code, 0);
  await all.round();
  t.is(checks.length, 4);
  t.is(checks[3]?.message.properties.get("TRANSACTION_CHECK_TIMES"), "1");
  t.is((await answer(client, checks[3], COMMIT)).code, 0);
  t.deepEqual(await bodies(client, "orders", 1), ["hello"]);
  const failed = await client.call(resumeCheckHalfMessage, { msgId: "nothing" });
  t.is(failed.remark, "Put message back to RMQ_SYS_TRANS_HALF_TOPIC failed.");
});

test("the first question comes after transactionTimeOut, one more each interval, and none when the message is too old", async (t) => {
  const minute = 60_000;
  const config = {
    transactionCheckInterval: 10 * minute,
    transactionTimeOut: 15 * minute,
    fileReservedTime: 1,
  };
  const all = await world(t, { config });
  const client = all.broker.connect();
  const checks = await producer(client);
  await sendHalf(all, client);
  const asked: number[] = [];
  for (let round = 1; round <= 8; round++) {
    for (let passed = 0; passed < 10; passed++) {
      await client.call(heartBeat, {}, { content: heartbeat("p1", []) });
      await all.clock.advance(minute);
    }
    await settle();
    asked.push(checks.length);
  }
  t.deepEqual(asked, [0, 1, 2, 3, 4, 5, 5, 5]);
  t.is((await messagesIn(client, GIVEN_UP)).length, 1);
  t.deepEqual(await bodies(client, "orders", 1), []);
});

test("ended transactions are not asked about, also while their end is not recorded", async (t) => {
  const all = await world(t, { config: { transactionOpBatchInterval: 1_000_000 } });
  const client = all.broker.connect();
  const checks = await producer(client);
  const first = await sendHalf(all, client, { id: "A" });
  const second = await sendHalf(all, client, { id: "B" });
  await sendHalf(all, client, { id: "C" });
  await end(client, first, COMMIT);
  await end(client, second, ROLLBACK);
  await all.round();
  await all.round();
  t.deepEqual(
    checks.map((one) => one.header.msgId),
    ["C", "C"],
  );
  t.deepEqual(await messagesIn(client, OP), []);
});

test("a young transaction is left alone, and one with an immunity of its own as long as that says", async (t) => {
  const all = await world(t, { config: { transactionTimeOut: INTERVAL_MS } });
  const client = all.broker.connect();
  const checks = await producer(client);
  await all.clock.advance(1_000);
  const properties = { CHECK_IMMUNITY_TIME_IN_SECONDS: "12" };
  await sendHalf(all, client, { id: "immune", properties });
  await sendHalf(all, client, { id: "young" });
  const asked = async (): Promise<string[]> => {
    await all.round();
    return checks.splice(0).map((one) => one.header.msgId ?? "");
  };
  t.deepEqual(await asked(), []);
  t.deepEqual(await asked(), ["young"]);
  t.deepEqual((await asked()).sort(), ["immune", "young"]);
});

test("an end of the first half message is that of the copies made while it was immune", async (t) => {
  const all = await world(t);
  const client = all.broker.connect();
  const checks = await producer(client);
  const properties = { CHECK_IMMUNITY_TIME_IN_SECONDS: "30" };
  const half = await sendHalf(all, client, { properties });
  await all.round();
  await all.round();
  t.is((await messagesIn(client, HALF)).length, 3);
  t.is((await end(client, half, COMMIT)).code, 0);
  for (let nth = 0; nth < 8; nth++) await all.round();
  t.deepEqual(checks, []);
  t.deepEqual(await bodies(client, "orders", 1), ["hello"]);
  t.is(await progress(all, HALF), 3);
});

test("producers of the group are asked in turn, and those that are left when one goes", async (t) => {
  const all = await world(t);
  const sender = all.broker.connect();
  const clients = [all.broker.connect(), all.broker.connect()];
  const asked = await Promise.all(clients.map((one, nth) => producer(one, `p${nth}`)));
  const stranger = all.broker.connect();
  const strange = await producer(stranger, "other");
  await stranger.call(
    heartBeat,
    {},
    { content: heartbeat("other", [], { producerDataSet: [{ groupName: "others" }] }) },
  );
  await stranger.stop();
  await sendHalf(all, sender);
  await all.round();
  await all.round();
  t.deepEqual(
    asked.map((one) => one.length),
    [1, 1],
  );
  await clients[0]?.stop();
  await settle();
  await all.round();
  await all.round();
  t.deepEqual(
    asked.map((one) => one.length),
    [1, 3],
  );
  t.deepEqual(strange, []);
});

test("nobody to ask: the transaction stays open and is asked about when a producer is back", async (t) => {
  const all = await world(t);
  const client = all.broker.connect();
  await sendHalf(all, client);
  await all.round();
  await all.round();
  const checks = await producer(client);
  await all.round();
  t.is(checks[0]?.message.properties.get("TRANSACTION_CHECK_TIMES"), "3");
});

test("open transactions and their counts are still there after a restart, ended ones stay ended", async (t) => {
  const before = await world(t);
  const first = before.broker.connect();
  await producer(first);
  await sendHalf(before, first, { id: "A" });
  const half = await sendHalf(before, first, { id: "B" });
  await before.round();
  await end(first, half, COMMIT);
  await before.broker.stop();
  const after = await world(t, { clock: before.clock, storeDir: before.storeDir });
  const client = after.broker.connect();
  const checks = await producer(client);
  t.deepEqual(await bodies(client, "orders", 1), ["hello"]);
  await after.round();
  await after.round();
  t.deepEqual(
    checks.map((one) => [one.header.msgId, one.message.properties.get("TRANSACTION_CHECK_TIMES")]),
    [
      ["A", "2"],
      ["A", "3"],
    ],
  );
  t.is((await answer(client, checks[1], COMMIT)).code, 0);
  t.deepEqual(await bodies(client, "orders", 1), ["hello", "hello"]);
});

test("a transaction whose end was not recorded when the process died is not delivered a second time", async (t) => {
  const config = { transactionOpBatchInterval: 1_000_000 };
  const before = await world(t, { config });
  const first = before.broker.connect();
  const half = await sendHalf(before, first, { id: "A" });
  const later = await sendHalf(before, first, { id: "B" });
  await sendHalf(before, first, { id: "C" });
  await end(first, half, COMMIT);
  await end(first, later, COMMIT);
  // Makes a copy of C; how far the round came is not written yet.
  await before.round();
  // What is in the files now is what a killed process leaves.
  const storeDir = temporaryFolder(t);
  const filter = (path: string): boolean => !path.endsWith("/lock.pid");
  cpSync(before.storeDir, storeDir, { recursive: true, filter });
  const after = await world(t, { clock: before.clock, storeDir, config });
  const client = after.broker.connect();
  const checks = await producer(client);
  t.is((await end(client, later, COMMIT)).code, 0);
  await after.round();
  await after.round();
  t.deepEqual(
    checks.map((one) => one.header.msgId),
    ["C", "C"],
  );
  t.is((await messagesIn(client, "orders", 1)).length, 2);
});

test("open transactions are counted by topic in transactionMetrics", async (t) => {
  const all = await world(t, { config: { transactionCheckMax: 2 } });
  const client = all.broker.connect();
  const halves = [];
  for (const id of ["A", "B", "C", "D"]) halves.push(await sendHalf(all, client, { id }));
  const counted = async (): Promise<unknown> => {
    await all.clock.advance(3_000);
    await settle();
    const text = readFileSync(join(all.storeDir, "config", "transactionMetrics"), "utf8");
    return (JSON.parse(text) as { transactionCount: unknown }).transactionCount;
  };
  t.like(await counted(), { orders: { count: 4 } });
  await end(client, halves[0] ?? { queueOffset: 0, commitLogOffset: 0 }, COMMIT);
  await end(client, halves[1] ?? { queueOffset: 0, commitLogOffset: 0 }, ROLLBACK);
  t.like(await counted(), { orders: { count: 2 } });
  await all.round();
  await all.round();
  t.like(await counted(), { orders: { count: 0 } });
});
