import test from "ava";
import { cloneGroupOffset } from "../../../../engine/protocol/requests/clone-group-offset.js";
import { getAllConsumerOffset } from "../../../../engine/protocol/requests/get-all-consumer-offset.js";
import { getAllProducerInfo } from "../../../../engine/protocol/requests/get-all-producer-info.js";
import { getBrokerConsumeStats } from "../../../../engine/protocol/requests/get-broker-consume-stats.js";
import { getConsumeStats } from "../../../../engine/protocol/requests/get-consume-stats.js";
import { getConsumerConnectionList } from "../../../../engine/protocol/requests/get-consumer-connection-list.js";
import { getProducerConnectionList } from "../../../../engine/protocol/requests/get-producer-connection-list.js";
import { invokeBrokerToResetOffset } from "../../../../engine/protocol/requests/invoke-broker-to-reset-offset.js";
import { pullMessage } from "../../../../engine/protocol/requests/pull-message.js";
import { queryConsumeQueue } from "../../../../engine/protocol/requests/query-consume-queue.js";
import { queryConsumeTimeSpan } from "../../../../engine/protocol/requests/query-consume-time-span.js";
import { queryConsumerOffset } from "../../../../engine/protocol/requests/query-consumer-offset.js";
import { queryCorrectionOffset } from "../../../../engine/protocol/requests/query-correction-offset.js";
import { querySubscriptionByConsumer } from "../../../../engine/protocol/requests/query-subscription-by-consumer.js";
import { queryTopicConsumeByWho } from "../../../../engine/protocol/requests/query-topic-consume-by-who.js";
import { queryTopicsByConsumer } from "../../../../engine/protocol/requests/query-topics-by-consumer.js";
import { resetConsumerClientOffset } from "../../../../engine/protocol/requests/reset-consumer-client-offset.js";
import { defaultSubscriptionGroup } from "../../../../engine/protocol/bodies/subscription-group-config.js";
import { updateAndCreateSubscriptiongroup } from "../../../../engine/protocol/requests/update-and-create-subscriptiongroup.js";
import { pullHeader } from "../harness.js";
import { consumer, setup, type Setup } from "./support.js";

const LONG_MAX = 2n ** 63n - 1n;

/** Five messages in the one queue of a topic, of which the group has two behind it. */
async function lagging(
  t: Parameters<typeof setup>[0],
  options: Parameters<typeof setup>[1] = {},
): Promise<Setup> {
  const broker = await setup(t, options);
  await broker.topic("orders");
  await broker.call(
    updateAndCreateSubscriptiongroup,
    {},
    { content: defaultSubscriptionGroup("billing") },
  );
  await broker.send("orders", 5);
  await broker.commit("billing", "orders", 2);
  return broker;
}

test("consume statistics tell offsets of the queue and of the group", async (t) => {
  const { call } = await lagging(t);
  const { offsetTable } = (await call(getConsumeStats, { consumerGroup: "billing" })).content();
  t.is(offsetTable.length, 1);
  t.like(offsetTable[0], {
    queue: { topic: "orders", brokerName: "broker-a", queueId: 0 },
    value: { brokerOffset: 5, consumerOffset: 2, pullOffset: 2 },
  });
  t.true((offsetTable[0]?.value.lastTimestamp ?? 0) > 0);
});

test("consume statistics list every queue, with what was pulled ahead of what is committed", async (t) => {
  const broker = await lagging(t);
  await broker.topic("orders", 3);
  await broker.send("orders", 4, 2);
  const asked = pullHeader("orders", { consumerGroup: "billing", queueOffset: 0, maxMsgNums: 4 });
  for (const queueId of [0, 2]) await broker.call(pullMessage, { ...asked, queueId });
  const { offsetTable } = (
    await broker.call(getConsumeStats, { consumerGroup: "billing" })
  ).content();
  t.deepEqual(
    offsetTable.map(({ queue, value }) => [
      ...[queue.queueId, value.brokerOffset, value.consumerOffset, value.pullOffset],
      value.lastTimestamp > 0,
    ]),
    [
      [0, 5, 2, 4, true],
      [1, 0, 0, 0, false],
      [2, 4, 0, 4, false],
    ],
  );
});

test("consume statistics skip topics that are unknown and groups without offsets", async (t) => {
  const { call } = await lagging(t);
  const of = async (header: { consumerGroup: string; topic?: string; topicList?: string }) =>
    (await call(getConsumeStats, header)).content().offsetTable.length;
  t.is(await of({ consumerGroup: "nobody" }), 0);
  t.is(await of({ consumerGroup: "billing", topic: "nothing" }), 0);
  t.is(await of({ consumerGroup: "billing", topicList: "nothing;orders" }), 1);
});

test("while a group is online its statistics are those of its subscriptions, unless topics are listed", async (t) => {
  const broker = await lagging(t);
  await consumer(t, broker, { group: "billing", topic: "other" });
  const of = async (header: object) =>
    (await broker.call(getConsumeStats, { consumerGroup: "billing", ...header })).content()
      .offsetTable.length;
  t.is(await of({}), 0);
  t.is(await of({ topic: "orders" }), 0);
  t.is(await of({ topicList: "orders" }), 1);
});

test("consume statistics of the broker sum up the lag of all groups", async (t) => {
  const { address, call } = await lagging(t);
  const all = (await call(getBrokerConsumeStats, { isOrder: false })).content();
  t.is(all.brokerAddr, address);
  t.is(all.totalDiff, 3);
  t.is(all.totalInflightDiff, -2);
  t.is(all.consumeStatsList.find((groups) => groups.has("billing"))?.get("billing")?.length, 1);
  t.is((await call(getBrokerConsumeStats, { isOrder: true })).content().totalDiff, 0);
});

test("who consumes a topic is who is online for it or has offsets of it", async (t) => {
  const broker = await lagging(t);
  await consumer(t, broker, { group: "audit", topic: "orders" });
  const who = (await broker.call(queryTopicConsumeByWho, { topic: "orders" })).content();
  t.deepEqual(who.groupList.sort(), ["audit", "billing"]);
  t.deepEqual(
    (await broker.call(queryTopicsByConsumer, { group: "billing" })).content().topicList,
    ["orders"],
  );
  const subscription = { group: "audit", topic: "orders" };
  t.is(
    (await broker.call(querySubscriptionByConsumer, subscription)).content().subscriptionData
      ?.subString,
    "*",
  );
  const none = { group: "billing", topic: "orders" };
  t.is(
    (await broker.call(querySubscriptionByConsumer, none)).content().subscriptionData,
    undefined,
  );
});

test("groups of the broker's own are nobody's consumers", async (t) => {
  const { call, commit } = await lagging(t);
  await commit("CID_RMQ_SYS_REVIVE_READ", "orders", 1);
  const who = (await call(queryTopicConsumeByWho, { topic: "orders" })).content();
  t.deepEqual(who.groupList, ["billing"]);
});

test("the time span tells first, last and consumed message and the delay", async (t) => {
  const { call, refusal } = await lagging(t);
  const asked = { topic: "orders", group: "billing" };
  const [span] = (await call(queryConsumeTimeSpan, asked)).content().consumeTimeSpanSet;
  t.true((span?.minTimeStamp ?? 0) > 0);
  t.true((span?.maxTimeStamp ?? 0) >= (span?.consumeTimeStamp ?? 0));
  t.true((span?.delayTime ?? -1) >= 0);
  t.regex(span?.minTimeStampStr ?? "", /^\d{4}-\d\d-\d\d#\d\d:\d\d:\d\d:\d{3}$/);
  t.deepEqual(await refusal(queryConsumeTimeSpan, { ...asked, topic: "no" }), [
    17,
    "topic[no] not exist",
  ]);
});

test("connections of consumers and producers are shown while they are online", async (t) => {
  const broker = await lagging(t);
  t.deepEqual(await broker.refusal(getConsumerConnectionList, { consumerGroup: "billing" }), [
    206,
    "the consumer group[billing] not online",
  ]);
  t.deepEqual(await broker.refusal(getProducerConnectionList, { producerGroup: "producers" }), [
    1,
    "the producer group[producers] not exist",
  ]);
  await consumer(t, broker, { group: "billing", topic: "orders", clientId: "client-7" });
  const online = (
    await broker.call(getConsumerConnectionList, { consumerGroup: "billing" })
  ).content();
  t.like(online, { consumeType: "CONSUME_PASSIVELY", messageModel: "CLUSTERING" });
  t.like(online.connectionSet[0], { clientId: "client-7", language: "JAVA" });
  t.regex(online.connectionSet[0]?.clientAddr ?? "", /^127\.0\.0\.1:\d+$/);
  t.true(online.subscriptionTable.has("orders"));
  const producers = (
    await broker.call(getProducerConnectionList, { producerGroup: "producers" })
  ).content();
  t.is(producers.connectionSet[0]?.clientId, "client-7");
  const [info] = (await broker.call(getAllProducerInfo, {})).content().data.get("producers") ?? [];
  t.is(info?.clientId, "client-7");
  t.regex(info?.remoteIp ?? "", /^\/127\.0\.0\.1:\d+$/);
});

test("entries of a queue are shown from an index on", async (t) => {
  const { call, refusal } = await lagging(t);
  const header = { topic: "orders", queueId: 0, index: 1, count: 3 };
  const shown = (await call(queryConsumeQueue, header)).content();
  t.like(shown, { minQueueIndex: 0, maxQueueIndex: 5 });
  t.is(shown.queueData.length, 3);
  t.true(
    shown.queueData.every(({ physicOffset, physicSize }) => physicOffset > 0 && physicSize > 0),
  );
  const offline = await call(queryConsumeQueue, { ...header, consumerGroup: "billing" });
  t.is(offline.content().filterData, "billing@orders is not online!");
  t.deepEqual(await refusal(queryConsumeQueue, { ...header, queueId: 9 }), [
    1,
    "9@orders is not exist!",
  ]);
  const beyond = await call(queryConsumeQueue, { ...header, index: 5 });
  t.is(beyond.remark, "Index 5 of 0@orders is not exist!");
  t.is(beyond.body, undefined);
});

test("offsets are copied from group to group and shown to slaves", async (t) => {
  const { call } = await lagging(t);
  await call(cloneGroupOffset, {
    srcGroup: "billing",
    destGroup: "audit",
    topic: "orders",
    offline: true,
  });
  await call(cloneGroupOffset, { srcGroup: "billing", destGroup: "report", offline: true });
  const { offsetTable } = (await call(getAllConsumerOffset, {})).content();
  t.deepEqual(offsetTable.get("orders@audit"), new Map([[0, 2]]));
  t.deepEqual(offsetTable.get("orders@report"), new Map([[0, 2]]));
});

test("corrections are the lowest offsets of the other groups, where they are not behind", async (t) => {
  const { call, commit } = await lagging(t);
  await commit("audit", "orders", 4);
  const of = async (compareGroup: string, filterGroups?: string) => {
    const header = { topic: "orders", compareGroup, filterGroups };
    return (await call(queryCorrectionOffset, header)).content().correctionOffsets.get(0);
  };
  t.is(await of("audit"), 2n);
  t.is(await of("billing", "billing"), LONG_MAX);
  const { offsetTable } = (await call(getAllConsumerOffset, {})).content();
  t.true(offsetTable.has("orders@billing"));
});

test("a reset at the broker sets every queue by time, or one queue to an offset", async (t) => {
  const { call, refusal } = await lagging(t);
  const asked = { topic: "orders", group: "billing", timestamp: 0, isForce: true };
  const [queue] = (await call(invokeBrokerToResetOffset, asked)).content().offsetTable;
  t.deepEqual(queue, { queue: { topic: "orders", brokerName: "broker-a", queueId: 0 }, value: 0 });
  const committed = async () =>
    (await call(queryConsumerOffset, { topic: "orders", consumerGroup: "billing", queueId: 0 }))
      .header.offset;
  t.is(await committed(), 0);
  t.is(
    (await call(invokeBrokerToResetOffset, { ...asked, timestamp: -1 })).content().offsetTable[0]
      ?.value,
    5,
  );
  await call(invokeBrokerToResetOffset, { ...asked, queueId: 0, offset: 3 });
  t.is(await committed(), 3);
  t.deepEqual(await refusal(invokeBrokerToResetOffset, { ...asked, queueId: 0, offset: 9 }), [
    1,
    "Target offset 9 not in consume queue range [0-5]",
  ]);
  t.deepEqual(await refusal(invokeBrokerToResetOffset, { ...asked, topic: "no" }), [
    17,
    "Topic no does not exist",
  ]);
  t.deepEqual(await refusal(invokeBrokerToResetOffset, { ...asked, group: "no" }), [
    26,
    "Group no does not exist",
  ]);
});

test("a reset at the clients tells those that are online", async (t) => {
  const broker = await lagging(t, { config: { useServerSideResetOffset: false } });
  const asked = { topic: "orders", group: "billing", timestamp: 0, isForce: false };
  t.deepEqual(await broker.refusal(invokeBrokerToResetOffset, asked), [
    206,
    "Consumer not online, so can not reset offset, Group: billing Topic: orders Timestamp: 0",
  ]);
  const { dispatcher } = await consumer(t, broker, { group: "billing", topic: "orders" });
  const told = new Promise<[string, number | undefined]>((resolve) => {
    dispatcher.register(resetConsumerClientOffset, (exchange) => {
      resolve([exchange.header.topic, exchange.content().offsetTable[0]?.value]);
      return {};
    });
  });
  t.is((await broker.call(invokeBrokerToResetOffset, asked)).content().offsetTable[0]?.value, 0);
  t.deepEqual(await told, ["orders", 0]);
  t.deepEqual(await broker.refusal(invokeBrokerToResetOffset, { ...asked, group: "no" }), [
    1,
    "THe consumer group <no> not exist",
  ]);
});
