import test from "ava";
import { consumeMessageDirectly } from "../../../../engine/protocol/requests/consume-message-directly.js";
import { getConsumerRunningInfo } from "../../../../engine/protocol/requests/get-consumer-running-info.js";
import { getConsumerStatusFromClient } from "../../../../engine/protocol/requests/get-consumer-status-from-client.js";
import { invokeBrokerToGetConsumerStatus } from "../../../../engine/protocol/requests/invoke-broker-to-get-consumer-status.js";
import { consumer, setup } from "./support.js";

const asked = { consumerGroup: "billing", clientId: "client-1" };

test("running information is the consumer's own answer", async (t) => {
  const broker = await setup(t);
  t.deepEqual(await broker.refusal(getConsumerRunningInfo, asked), [
    1,
    "The Consumer <billing> <client-1> not online",
  ]);
  const { dispatcher } = await consumer(t, broker, { group: "billing", topic: "orders" });
  dispatcher.register(getConsumerRunningInfo, ({ header }) => ({
    body: Buffer.from(`{"jstack":"${header.clientId} ${String(header.jstackEnable)}"}`),
  }));
  const answer = await broker.call(getConsumerRunningInfo, { ...asked, jstackEnable: true });
  t.is(answer.content().jstack, "client-1 true");
});

test("a consumer's refusal comes back as it is", async (t) => {
  const broker = await setup(t);
  const { dispatcher } = await consumer(t, broker, { group: "billing", topic: "orders" });
  dispatcher.register(getConsumerRunningInfo, () => ({
    code: 1,
    remark: "The Consumer Group <billing> not exist",
  }));
  t.deepEqual(await broker.refusal(getConsumerRunningInfo, asked), [
    1,
    "The Consumer Group <billing> not exist",
  ]);
});

test("a message is handed to one consumer with the broker's name and flags", async (t) => {
  const broker = await setup(t);
  await broker.topic("orders");
  const msgId = await broker.send("orders");
  const { dispatcher } = await consumer(t, broker, { group: "billing", topic: "orders" });
  dispatcher.register(consumeMessageDirectly, ({ body, header }) => {
    const { brokerName, groupSysFlag, topicSysFlag } = header;
    const remark = [brokerName, topicSysFlag, groupSysFlag, body.includes("body 0")].join(" ");
    return {
      content: {
        autoCommit: true,
        consumeResult: "CR_SUCCESS" as const,
        order: false,
        remark,
        spentTimeMills: 1,
      },
    };
  });
  const answer = await broker.call(consumeMessageDirectly, { ...asked, msgId, topic: "orders" });
  t.like(answer.content(), { consumeResult: "CR_SUCCESS", remark: "broker-a 0 0 true" });
  t.is((await broker.refusal(consumeMessageDirectly, { ...asked, msgId: "xyz" }))[0], 1);
});

test("offsets of consumers are gathered from those that answer", async (t) => {
  const broker = await setup(t);
  const header = { group: "billing", topic: "orders" };
  t.deepEqual(await broker.refusal(invokeBrokerToGetConsumerStatus, header), [
    1,
    "No Any Consumer online in the consumer group: [billing]",
  ]);
  const { dispatcher } = await consumer(t, broker, { group: "billing", topic: "orders" });
  await consumer(t, broker, { group: "billing", topic: "orders", clientId: "silent" });
  const queue = { topic: "orders", brokerName: "broker-a", queueId: 0 };
  dispatcher.register(getConsumerStatusFromClient, () => ({
    content: { consumerTable: new Map(), messageQueueTable: [{ queue, value: 7 }] },
  }));
  const { consumerTable } = (await broker.call(invokeBrokerToGetConsumerStatus, header)).content();
  t.deepEqual(consumerTable, new Map([["client-1", [{ queue, value: 7 }]]]));
});
