import test from "ava";
import { cleanUnusedTopic } from "../../../../engine/protocol/requests/clean-unused-topic.js";
import { deleteTopicInBroker } from "../../../../engine/protocol/requests/delete-topic-in-broker.js";
import { getAllTopicConfig } from "../../../../engine/protocol/requests/get-all-topic-config.js";
import { getSystemTopicListFromBroker } from "../../../../engine/protocol/requests/get-system-topic-list-from-broker.js";
import { getTopicConfig } from "../../../../engine/protocol/requests/get-topic-config.js";
import { getTopicStatsInfo } from "../../../../engine/protocol/requests/get-topic-stats-info.js";
import { updateAndCreateTopic } from "../../../../engine/protocol/requests/update-and-create-topic.js";
import { updateAndCreateTopicList } from "../../../../engine/protocol/requests/update-and-create-topic-list.js";
import { newTopic, setup } from "./support.js";

test("a topic is created, changed and shown", async (t) => {
  const { call } = await setup(t);
  await call(updateAndCreateTopic, { ...newTopic("orders", 4), attributes: "+message.type=FIFO" });
  const { content } = await call(getTopicConfig, { topic: "orders" });
  t.like(content(), {
    topicName: "orders",
    readQueueNums: 4,
    attributes: { "message.type": "FIFO" },
  });
  await call(updateAndCreateTopic, { ...newTopic("orders", 8), perm: 4, order: true });
  const changed = (await call(getAllTopicConfig, {})).content().topicConfigTable.get("orders");
  t.like(changed, {
    writeQueueNums: 8,
    perm: 4,
    order: true,
    attributes: { "message.type": "FIFO" },
  });
});

test("an update that changes nothing leaves the data version alone", async (t) => {
  const { call, topic } = await setup(t);
  const version = async () => (await call(getAllTopicConfig, {})).content().dataVersion.counter;
  await topic("orders", 4);
  const before = await version();
  await topic("orders", 4);
  t.is(await version(), before);
  await topic("orders", 5);
  t.is(await version(), before + 1);
});

test("bad names, system topics, attributes and mixed types are refused", async (t) => {
  const { refusal } = await setup(t);
  const create = (given: object) =>
    refusal(updateAndCreateTopic, { ...newTopic("orders", 1), ...given });
  t.is((await create({ topic: "a b" }))[0], 29);
  t.is((await create({ topic: "x".repeat(128) }))[0], 29);
  t.deepEqual(await create({ topic: "TBW102" }), [
    29,
    "The topic[TBW102] is conflict with system topic.",
  ]);
  t.deepEqual(await create({ topic: "DefaultCluster" }), [
    29,
    "The topic[DefaultCluster] is conflict with system topic.",
  ]);
  t.deepEqual(await create({ readQueueNums: 2147483647 }), [
    29,
    "A topic has at most 65536 queues.",
  ]);
  t.deepEqual(await create({ attributes: "+nothing=1" }), [1, "unsupported key: nothing"]);
  t.deepEqual(await create({ attributes: "+message.type=MIXED" }), [
    29,
    "MIXED message type is not supported.",
  ]);
});

test("several topics are created at once, unless one of them is refused or as it is stored", async (t) => {
  const { call, refusal, topic } = await setup(t);
  const config = (topicName: string) => ({
    topicName,
    readQueueNums: 1,
    writeQueueNums: 1,
    perm: 6,
    topicFilterType: "SINGLE_TAG" as const,
    topicSysFlag: 0,
    order: false,
    attributes: {},
  });
  const create = (...names: string[]) => ({ content: { topicConfigList: names.map(config) } });
  await call(updateAndCreateTopicList, {}, create("one", "two"));
  t.is((await call(getTopicConfig, { topic: "two" })).content().readQueueNums, 1);
  t.is((await refusal(updateAndCreateTopicList, {}, create("three", "a b")))[0], 29);
  t.is((await refusal(getTopicConfig, { topic: "three" }))[0], 17);
  await topic("four");
  await call(updateAndCreateTopicList, {}, create("four", "five"));
  t.is((await refusal(getTopicConfig, { topic: "five" }))[0], 17);
});

test("a deleted topic is gone with its messages, and can be made anew, empty", async (t) => {
  const { call, refusal, send, topic } = await setup(t);
  await topic("orders");
  await send("orders", 3);
  await call(deleteTopicInBroker, { topic: "orders" });
  t.deepEqual(await refusal(getTopicConfig, { topic: "orders" }), [
    17,
    "No topic in this broker. topic: orders",
  ]);
  await topic("orders");
  const [queue] = (await call(getTopicStatsInfo, { topic: "orders" })).content().offsetTable;
  t.deepEqual(queue?.value, { lastUpdateTimestamp: 0, maxOffset: 0, minOffset: 0 });
});

test("deleting an unknown topic succeeds; a blank one and system topics are refused", async (t) => {
  const { call, refusal } = await setup(t);
  await call(deleteTopicInBroker, { topic: "nobody" });
  t.deepEqual(await refusal(deleteTopicInBroker, { topic: " " }), [
    29,
    "The specified topic is blank.",
  ]);
  t.is((await refusal(deleteTopicInBroker, { topic: "SCHEDULE_TOPIC_XXXX" }))[0], 29);
});

test("a deleted topic takes the pop retry topics of its groups along", async (t) => {
  const { call, commit, refusal, topic } = await setup(t);
  await topic("orders");
  await topic("%RETRY%billing_orders");
  await commit("billing", "orders", 0);
  await call(deleteTopicInBroker, { topic: "orders" });
  t.is((await refusal(getTopicConfig, { topic: "%RETRY%billing_orders" }))[0], 17);
});

test("topic statistics cover as many queues as can be written or read", async (t) => {
  const { call, refusal, send } = await setup(t);
  await call(updateAndCreateTopic, { ...newTopic("orders", 2), readQueueNums: 3 });
  await send("orders", 2, 1);
  const { offsetTable } = (await call(getTopicStatsInfo, { topic: "orders" })).content();
  t.deepEqual(
    offsetTable.map(({ queue, value }) => [queue.queueId, value.minOffset, value.maxOffset]),
    [
      [0, 0, 0],
      [1, 0, 2],
      [2, 0, 0],
    ],
  );
  t.true((offsetTable[1]?.value.lastUpdateTimestamp ?? 0) > Date.now() - 60_000);
  t.is(offsetTable[1]?.queue.brokerName, "broker-a");
  t.deepEqual(await refusal(getTopicStatsInfo, { topic: "no" }), [17, "topic[no] not exist"]);
});

test("system topics are those of upstream and this broker's own", async (t) => {
  const { call } = await setup(t);
  const { topicList } = (await call(getSystemTopicListFromBroker, {})).content();
  for (const topic of ["TBW102", "SCHEDULE_TOPIC_XXXX", "DefaultCluster", "broker-a"]) {
    t.true(topicList.includes(topic), topic);
  }
});

test("cleaning unused topics leaves those that are configured", async (t) => {
  const { call, send, topic } = await setup(t);
  await topic("orders");
  await send("orders", 2);
  await call(cleanUnusedTopic, {});
  const [queue] = (await call(getTopicStatsInfo, { topic: "orders" })).content().offsetTable;
  t.is(queue?.value.maxOffset, 2);
});
