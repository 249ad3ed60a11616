import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { parseOffsetMessageId } from "../../../../engine/message/message-id.js";
import { getAllDelayOffset } from "../../../../engine/protocol/requests/get-all-delay-offset.js";
import { getBrokerRuntimeInfo } from "../../../../engine/protocol/requests/get-broker-runtime-info.js";
import { consumerSendMsgBack } from "../../../../engine/protocol/requests/consumer-send-msg-back.js";
import { getMaxOffset } from "../../../../engine/protocol/requests/get-max-offset.js";
import { updateBrokerConfig } from "../../../../engine/protocol/requests/update-broker-config.js";
import { messagesOf, movable, pass, START } from "./waiting.js";

function delayOffsets(folder: string): unknown {
  const text = readFileSync(join(folder, "config/delayOffset.json"), "utf8");
  return JSON.parse(text.replace(/([{,]\s*)(\d+):/g, '$1"$2":'));
}

test("a message with a delay level comes to its queue at its time, not before, as it was sent", async (t) => {
  const { clock, client } = await movable(t);
  const properties = { DELAY: "2", KEYS: "k", TAGS: "a", UNIQ_KEY: "U1", TIMER_DELAY_SEC: "9" };
  const sent = await client.send("T", { properties, queueId: 1, flag: 5 });
  t.is(sent.code, 0);
  t.is(sent.header.queueId, 1);
  await pass(clock, 4_999);
  t.deepEqual(await messagesOf(client, "T", 1), []);
  await pass(clock, 1);
  const [message] = await messagesOf(client, "T", 1);
  t.like(message, { topic: "T", queueId: 1, flag: 5, storeTimestamp: START + 5_000 });
  t.is(message?.body.toString(), "hello");
  t.like(Object.fromEntries(message?.properties ?? []), {
    DELAY: "2",
    REAL_TOPIC: "T",
    REAL_QID: "1",
    KEYS: "k",
    TAGS: "a",
    UNIQ_KEY: "U1",
    TIMER_DELAY_SEC: undefined,
  });
  await pass(clock, 60_000);
  t.is((await messagesOf(client, "T", 1)).length, 1);
});

test("levels above the highest are the highest, levels below 1 none, other texts are refused", async (t) => {
  const { clock, client } = await movable(t, { messageDelayLevel: "1s 1m" });
  await client.send("T", { properties: { DELAY: "99" }, body: "late" });
  await client.send("T", { properties: { DELAY: "-1" }, body: "now" });
  const refused = await client.send("T", { properties: { DELAY: "soon" } });
  t.is(refused.code, 1);
  t.regex(refused.remark ?? "", /NumberFormatException: For input string: "soon"/);
  const bodies = async () => (await messagesOf(client, "T")).map((one) => one.body.toString());
  t.deepEqual(await bodies(), ["now"]);
  await pass(clock, 60_000);
  t.deepEqual(await bodies(), ["now", "late"]);
  t.is((await messagesOf(client, "T"))[1]?.properties.get("DELAY"), "2");
});

test("many messages of one moment are delivered in the order they were sent", async (t) => {
  const { clock, client } = await movable(t);
  await Promise.all(
    Array.from({ length: 700 }, (_, at) =>
      client.send("T", { properties: { DELAY: "1" }, body: String(at) }),
    ),
  );
  await pass(clock, 1_000);
  for (let turn = 0; turn < 20; turn++) await pass(clock, 0);
  const max = await client.call(getMaxOffset, { topic: "T", queueId: 0, committed: false });
  t.is(max.header.offset, 700);
  const first = await messagesOf(client, "T");
  t.deepEqual(
    first.map((one) => Number(one.body.toString())),
    first.map((_, at) => at),
  );
});

test("progress of the levels is told to slaves and tools, kept in the file and taken up again", async (t) => {
  const { clock, folder, broker, client, restart } = await movable(t);
  await client.send("T", { properties: { DELAY: "1" }, body: "one" });
  await client.send("T", { properties: { DELAY: "3" }, body: "three" });
  await pass(clock, 1_000);
  const told = await client.call(getAllDelayOffset, {});
  t.deepEqual(
    [...told.content().offsetTable],
    [
      [1, 1],
      [3, 0],
    ],
  );
  const info = (await client.call(getBrokerRuntimeInfo, {})).content().table;
  t.is(info["scheduleMessageOffset_1"], "1,1");
  t.is(info["scheduleMessageOffset_3"], "0,1");
  t.false(existsSync(join(folder, "config/delayOffset.json")));
  await pass(clock, 9_000);
  t.like(delayOffsets(folder), { offsetTable: { 1: 1 } });
  await client.send("T", { properties: { DELAY: "3" }, body: "four" });
  await broker.stop();
  await clock.advance(3_600_000);
  const again = await restart();
  await pass(clock, 0);
  const bodies = (await messagesOf(again.connect(), "T")).map((one) => one.body.toString());
  t.deepEqual(bodies, ["one", "three", "four"]);
});

test("levels that are changed while the broker runs hold for what waits already", async (t) => {
  const { clock, client } = await movable(t);
  await client.send("T", { properties: { DELAY: "18" }, body: "old" });
  const body = Buffer.from("messageDelayLevel=1s 2s\n");
  t.is((await client.call(updateBrokerConfig, {}, { body })).code, 0);
  await client.send("T", { properties: { DELAY: "18" }, body: "new" });
  await pass(clock, 2_000);
  t.deepEqual(
    (await messagesOf(client, "T")).map((one) => one.body.toString()),
    ["new"],
  );
});

test("a message nobody can handle climbs all 16 retries and ends among the dead letters", async (t) => {
  const { clock, client } = await movable(t);
  await client.send("T", { properties: { KEYS: "k", UNIQ_KEY: "U1" } });
  const waits = [10, 30, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 1200, 1800, 3600, 7200];
  let topic = "T";
  let [message] = await messagesOf(client, topic);
  const origin = message?.offsetMessageId;
  for (const [times, seconds] of waits.entries()) {
    t.is(message?.reconsumeTimes, times);
    const header = { offset: message?.physicalOffset ?? -1, group: "G", delayLevel: 0 };
    const answer = await client.call(consumerSendMsgBack, { ...header, originTopic: "T" });
    t.is(answer.code, 0);
    topic = "%RETRY%G";
    await pass(clock, seconds * 1000 - 1);
    t.is((await messagesOf(client, topic)).length, times);
    await pass(clock, 1);
    message = (await messagesOf(client, topic))[times];
  }
  t.is(message?.reconsumeTimes, 16);
  const header = { offset: message?.physicalOffset ?? -1, group: "G", delayLevel: 0 };
  t.is((await client.call(consumerSendMsgBack, header)).code, 0);
  const [dead, ...others] = await messagesOf(client, "%DLQ%G");
  t.deepEqual(others, []);
  t.like(dead, { topic: "%DLQ%G", queueId: 0, reconsumeTimes: 17 });
  t.like(Object.fromEntries(dead?.properties ?? []), {
    RETRY_TOPIC: "T",
    ORIGIN_MESSAGE_ID: origin,
    UNIQ_KEY: "U1",
    KEYS: "k",
    WAIT: "false",
    DELAY: "0",
    REAL_TOPIC: "%RETRY%G",
    REAL_QID: "0",
  });
  t.truthy(parseOffsetMessageId(origin ?? ""));
});
