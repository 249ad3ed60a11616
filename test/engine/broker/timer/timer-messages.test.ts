import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { getBrokerRuntimeInfo } from "../../../../engine/protocol/requests/get-broker-runtime-info.js";
import { getMaxOffset } from "../../../../engine/protocol/requests/get-max-offset.js";
import { getTimerCheckPoint } from "../../../../engine/protocol/requests/get-timer-check-point.js";
import { getTimerMetrics } from "../../../../engine/protocol/requests/get-timer-metrics.js";
import { recallMessage } from "../../../../engine/protocol/requests/recall-message.js";
import { bodiesOf, messagesOf, movable, pass, START } from "../schedule/waiting.js";

test("a message with a time of its own comes when that second is over, with what the wheel notes on it", async (t) => {
  const { clock, client } = await movable(t);
  const properties = { TIMER_DELIVER_MS: String(START + 5_000), UNIQ_KEY: "U1", TAGS: "a" };
  t.is((await client.send("T", { properties, queueId: 2 })).header.queueId, 2);
  await client.send("T", { properties: { TIMER_DELAY_MS: "7500" }, body: "ms" });
  await client.send("T", { properties: { TIMER_DELAY_SEC: "9" }, body: "sec" });
  await client.send("T", { properties: { TIMER_DELIVER_MS: "1000" }, body: "past" });
  await pass(clock, 4_999);
  t.deepEqual(await messagesOf(client, "T", 2), []);
  await pass(clock, 1);
  const [message] = await messagesOf(client, "T", 2);
  t.like(message, { storeTimestamp: START + 5_000, topic: "T", queueId: 2 });
  t.like(Object.fromEntries(message?.properties ?? []), {
    TIMER_OUT_MS: String(START + 4_000),
    TIMER_ENQUEUE_MS: String(START),
    TIMER_DEQUEUE_MS: String(START + 5_000),
    REAL_TOPIC: "T",
    REAL_QID: "2",
    TAGS: "a",
  });
  t.deepEqual(await bodiesOf(client, "T"), ["past"]);
  await pass(clock, 3_000);
  t.deepEqual(await bodiesOf(client, "T"), ["past", "ms"]);
  await pass(clock, 1_000);
  t.deepEqual(await bodiesOf(client, "T"), ["past", "ms", "sec"]);
});

test("times that are too far, no numbers, or not served are refused with upstream's texts", async (t) => {
  const { client } = await movable(t);
  const illegal =
    "timer message illegal, the delay time should not be bigger than the max delay 259200000ms; " +
    "or if set del msg, the delay time should be bigger than the current time";
  for (const properties of [
    { TIMER_DELAY_SEC: "259201" },
    { TIMER_DELIVER_MS: "soon" },
    { TIMER_DELIVER_MS: "1", TIMER_DEL_UNIQKEY: "T+U" },
  ]) {
    t.like(await client.send("T", { properties }), { code: 13, remark: illegal });
  }
  const without = await movable(t, { timerWheelEnable: false });
  t.like(await without.client.send("T", { properties: { TIMER_DELAY_SEC: "1" } }), {
    code: 1,
    remark: "accurate timer message is not enabled, timerWheelEnable is false",
  });
});

test("a slot with too many messages takes no more", async (t) => {
  const { clock, client } = await movable(t, { timerCongestNumEachSlot: 1 });
  const properties = { TIMER_DELAY_SEC: "5" };
  for (let sent = 0; sent < 2; sent++) {
    t.is((await client.send("T", { properties })).code, 0);
    await pass(clock, 0);
  }
  t.like(await client.send("T", { properties }), {
    code: 1,
    remark:
      "timer message is under flow control, max num limit is 2 or the current value is greater than 1 and less than 2, trigger random flow control",
  });
});

test("a message beyond the roll window goes round until it is due", async (t) => {
  const { clock, client } = await movable(t, { timerRollWindowSlot: 10 });
  await client.send("T", { properties: { TIMER_DELAY_SEC: "32" } });
  for (let second = 0; second < 31; second++) await pass(clock, 1000);
  t.deepEqual(await messagesOf(client, "T"), []);
  await pass(clock, 1000);
  const [message] = await messagesOf(client, "T");
  t.is(message?.storeTimestamp, START + 32_000);
  t.true(Number(message?.properties.get("TIMER_ROLL_TIMES")) >= 2);
});

test("a timer message is taken back with the handle of its answer, and only that one", async (t) => {
  const { clock, client } = await movable(t, { recallMessageEnable: true });
  const send = (body: string) =>
    client.send("T", { properties: { TIMER_DELAY_SEC: "10", UNIQ_KEY: `U-${body}` }, body });
  const accept = [0, 16, 17, 604];
  const gone = await send("gone");
  await send("stays");
  const recallHandle = gone.header.recallHandle ?? "";
  const handle = Buffer.from(recallHandle, "base64url").toString();
  t.is(handle, `v1 T broker-a ${START + 9_001} U-gone`);
  const answer = await client.call(recallMessage, { topic: "T", recallHandle });
  t.like(answer, { code: 0, header: { msgId: "U-gone" } });
  const waiting = (await client.call(getTimerMetrics, {})).content().timingCount;
  t.is(waiting.get("T")?.count, 1);
  await pass(clock, 20_000);
  t.deepEqual(await bodiesOf(client, "T"), ["stays"]);
  const late = await client.call(recallMessage, { topic: "T", recallHandle }, { accept });
  t.like(late, { code: 604, remark: "recall failed, timestamp invalid" });
  const rows: [string, string, number, string][] = [
    ["T", "???", 604, "recall handle is invalid"],
    ["X", recallHandle, 17, "recall failed, the topic[X] not exist"],
    ["TBW102", recallHandle, 604, "recall failed, topic not match"],
  ];
  for (const [topic, text, code, remark] of rows) {
    const header = { topic, recallHandle: text };
    t.like(await client.call(recallMessage, header, { accept }), { code, remark });
  }
  const off = await movable(t);
  t.like(await off.client.call(recallMessage, { topic: "T", recallHandle }), {
    code: 16,
    remark: "recall failed, operation is forbidden",
  });
});

test("what waits survives a restart, overdue or not, and is delivered once each", async (t) => {
  const { clock, client, broker, restart } = await movable(t);
  const send = (body: string, seconds: number) =>
    client.send("T", { properties: { TIMER_DELAY_SEC: String(seconds) }, body });
  await send("first", 2);
  await send("second", 60);
  await send("third", 300);
  await pass(clock, 3_000);
  t.deepEqual(await bodiesOf(client, "T"), ["first"]);
  await broker.stop();
  await clock.advance(120_000);
  const again = await restart();
  await pass(clock, 1);
  const reader = again.connect();
  t.deepEqual(await bodiesOf(reader, "T"), ["first", "second"]);
  await pass(clock, 200_000);
  t.deepEqual(await bodiesOf(reader, "T"), ["first", "second", "third"]);
});

test("a wheel and a log that are lost are made anew from the topic, and nothing is delivered twice", async (t) => {
  const { clock, client, broker, folder, restart } = await movable(t);
  await client.send("T", { properties: { TIMER_DELAY_SEC: "2" }, body: "first" });
  await client.send("T", { properties: { TIMER_DELAY_SEC: "60" }, body: "second" });
  await pass(clock, 3_000);
  await broker.stop();
  for (const name of ["timerwheel", "timerlog", "config/timercheck"]) {
    rmSync(join(folder, name), { recursive: true });
  }
  const again = await restart();
  await pass(clock, 60_000);
  t.deepEqual(await bodiesOf(again.connect(), "T"), ["first", "second"]);
});

test("units that the log has lost are taken in again, and the rest of their slot is kept", async (t) => {
  const { clock, client, broker, folder, restart } = await movable(t);
  for (const body of ["one", "two", "three"]) {
    await client.send("T", { properties: { TIMER_DELAY_SEC: "60" }, body });
  }
  await pass(clock, 3_000);
  await broker.stop();
  const path = join(folder, "timerlog/00000000000000000000");
  const fd = openSync(path, "r+");
  writeSync(fd, Buffer.alloc(52), 0, 52, 104);
  closeSync(fd);
  const again = await restart();
  await pass(clock, 60_000);
  t.deepEqual(await bodiesOf(again.connect(), "T"), ["one", "two", "three"]);
});

test("the files have upstream's sizes and fields, and slaves and tools are told the same", async (t) => {
  const { clock, client, broker, folder } = await movable(t);
  await client.send("T", { properties: { TIMER_DELAY_SEC: "100" }, body: "one" });
  await client.send("T", { properties: { TIMER_DELAY_SEC: "100" }, body: "two" });
  await pass(clock, 2_000);
  const info = (await client.call(getBrokerRuntimeInfo, {})).content().table;
  t.like(info, { timerReadBehind: "0", timerOffsetBehind: "0", timerCongestNum: "2" });
  const checkpoint = (await client.call(getTimerCheckPoint, {})).content();
  t.like(checkpoint, { lastReadTime: START + 2_000, lastTimerQueueOffset: 2 });
  const max = await client.call(getMaxOffset, { topic: "rmq_sys_wheel_timer", queueId: 0 });
  t.is(max.header.offset, 2);
  await broker.stop();
  t.is(statSync(join(folder, "timerwheel")).size, 38_707_200);
  const check = readFileSync(join(folder, "config/timercheck"));
  t.is(check.length, 4096);
  t.deepEqual([check.readBigInt64BE(8), check.readBigInt64BE(16)], [104n, 2n]);
  const log = readFileSync(join(folder, "timerlog/00000000000000000000")).subarray(0, 104);
  const due = START + 99_000;
  t.is(log.readInt32BE(0), 52);
  t.is(log.readBigInt64BE(4), -1n);
  t.is(log.readInt32BE(12), 1);
  t.is(Number(log.readBigInt64BE(16)) + log.readInt32BE(24), due);
  t.is(log.readInt32BE(40), "T".charCodeAt(0));
  t.is(log.readBigInt64BE(52 + 4), 0n);
  const at = ((due / 1000) % 1_209_600) * 32;
  const slot = readFileSync(join(folder, "timerwheel")).subarray(at, at + 32);
  t.deepEqual(
    [slot.readBigInt64BE(0), slot.readBigInt64BE(8), slot.readBigInt64BE(16)],
    [BigInt(due / 1000), 0n, 52n],
  );
  t.deepEqual([slot.readInt32BE(24), slot.readInt32BE(28)], [2, 0]);
});
