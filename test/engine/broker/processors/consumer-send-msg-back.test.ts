import test from "ava";
import { consumerSendMsgBack } from "../../../../engine/protocol/requests/consumer-send-msg-back.js";
import { lockBatchMq } from "../../../../engine/protocol/requests/lock-batch-mq.js";
import { updateAndCreateSubscriptiongroup } from "../../../../engine/protocol/requests/update-and-create-subscriptiongroup.js";
import { defaultSubscriptionGroup } from "../../../../engine/protocol/bodies/subscription-group-config.js";
import { updateBrokerConfig } from "../../../../engine/protocol/requests/update-broker-config.js";
import { brokerFor } from "../harness.js";
import { bodiesOf, messagesOf, movable, pass } from "../schedule/waiting.js";

const FAQ = "\nSee https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.";

test("a message is not taken back for an unknown group, from nowhere, or by a broker that is not written to", async (t) => {
  const client = (await brokerFor(t, { config: { autoCreateSubscriptionGroup: false } })).connect();
  const back = (group: string, offset: number) =>
    client.call(consumerSendMsgBack, { group, offset, delayLevel: 0 });
  t.like(await back("nobody", 0), {
    code: 26,
    remark: `subscription group not exist, nobody ${FAQ}`,
  });
  const group = defaultSubscriptionGroup("G");
  await client.call(updateAndCreateSubscriptiongroup, {}, { content: group });
  t.like(await back("G", 77), { code: 1, remark: "look message by offset failed, 77" });
  const silent = { ...group, groupName: "silent", retryQueueNums: 0 };
  await client.call(updateAndCreateSubscriptiongroup, {}, { content: silent });
  t.is((await back("silent", 77)).code, 0);
  const body = Buffer.from("brokerPermission=4\n");
  await client.call(updateBrokerConfig, {}, { body });
  t.like(await back("G", 77), {
    code: 16,
    remark: "the broker[127.0.0.1] sending message is forbidden",
  });
});

test("the consumer chooses level and limit; a level below 0 asks for the dead letters at once", async (t) => {
  const { clock, client } = await movable(t);
  for (const body of ["later", "dead", "limit"]) await client.send("T", { body });
  const [later, dead, limit] = await messagesOf(client, "T");
  const back = (offset = -1, other: object = {}) =>
    client.call(consumerSendMsgBack, { group: "G", offset, delayLevel: 0, ...other });
  await back(later?.physicalOffset, { delayLevel: 1 });
  await back(dead?.physicalOffset, { delayLevel: -1 });
  await back(limit?.physicalOffset, { maxReconsumeTimes: 0 });
  t.deepEqual(await bodiesOf(client, "%DLQ%G"), ["dead", "limit"]);
  await pass(clock, 1_000);
  t.deepEqual(await bodiesOf(client, "%RETRY%G"), ["later"]);
});

test("a client's own send to a retry topic is delayed, or dead after too many or for an orderly group", async (t) => {
  const { clock, client } = await movable(t);
  const send = (body: string, group: string, reconsumeTimes: number) =>
    client.send(`%RETRY%${group}`, { properties: { DELAY: "3" }, body, reconsumeTimes });
  t.is((await send("later", "G", 16)).code, 0);
  t.is((await send("dead", "G", 17)).code, 0);
  const mqSet = [{ topic: "T", brokerName: "broker-a", queueId: 0 }];
  const content = { consumerGroup: "orderly", clientId: "c1", mqSet, onlyThisBroker: false };
  await client.call(lockBatchMq, {}, { content });
  await send("ordered", "orderly", 1);
  t.deepEqual(await bodiesOf(client, "%DLQ%orderly"), ["ordered"]);
  const [dead] = await messagesOf(client, "%DLQ%G");
  t.is(dead?.body.toString(), "dead");
  t.is(dead?.properties.get("DELAY"), "-1");
  await pass(clock, 10_000);
  t.deepEqual(await bodiesOf(client, "%RETRY%G"), ["later"]);
});
