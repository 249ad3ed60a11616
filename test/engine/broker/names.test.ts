import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import test from "ava";
import { defaultSubscriptionGroup } from "../../../engine/protocol/bodies/subscription-group-config.js";
import { getSubscriptiongroupConfig } from "../../../engine/protocol/requests/get-subscriptiongroup-config.js";
import { heartBeat } from "../../../engine/protocol/requests/heart-beat.js";
import { pullMessage } from "../../../engine/protocol/requests/pull-message.js";
import { updateAndCreateSubscriptiongroup } from "../../../engine/protocol/requests/update-and-create-subscriptiongroup.js";
import { updateAndCreateTopic } from "../../../engine/protocol/requests/update-and-create-topic.js";
import { updateConsumerOffset } from "../../../engine/protocol/requests/update-consumer-offset.js";
import { brokerFor, heartbeat, pullHeader, subscription, temporaryFolder } from "./harness.js";

/** Name → end of the remark behind "The specified topic" or "… group". */
const WRONG: [string, RegExp][] = [
  ["", / is blank\.$/],
  ["   ", / is blank\.$/],
  ["../outside", / contains illegal characters/],
  ["/tmp/outside", / contains illegal characters/],
  ["a\u0000b", / contains illegal characters/],
  ["..", / contains illegal characters/],
  ["grün", / contains illegal characters/],
];

test("names that are none are refused wherever they come in, and nothing is written outside of the store", async (t) => {
  const outside = temporaryFolder(t);
  const storeDir = `${outside}/a/store`;
  const client = (await brokerFor(t, { storeDir })).connect();
  const topic = (name: string) => ({
    topic: name,
    defaultTopic: "TBW102",
    readQueueNums: 1,
    writeQueueNums: 1,
    perm: 6,
    topicFilterType: "SINGLE_TAG",
  });
  for (const [name, remark] of WRONG) {
    for (const answer of [
      await client.send(name),
      await client.call(updateAndCreateTopic, topic(name)),
    ]) {
      t.is(answer.code, 29, name);
      t.regex(answer.remark ?? "", remark, name);
    }
    const group = { ...defaultSubscriptionGroup("g"), groupName: name };
    const made = await client.call(updateAndCreateSubscriptiongroup, {}, { content: group });
    t.is(made.code, 29, name);
    t.regex(made.remark ?? "", remark, name);
    t.is((await client.call(getSubscriptiongroupConfig, { group: name })).code, 26, name);
    const offset = { consumerGroup: name, topic: "TBW102", queueId: 0, commitOffset: 1 };
    t.is((await client.call(updateConsumerOffset, offset)).code, 26, name);
    t.is((await client.call(pullMessage, pullHeader("TBW102", { consumerGroup: name }))).code, 26);
    t.is((await client.call(pullMessage, pullHeader(name))).code, 17, name);
    const subscriptionDataSet = [subscription("TBW102")];
    const beat = heartbeat("c", [{ groupName: name, subscriptionDataSet }]);
    t.is((await client.call(heartBeat, {}, { content: beat })).code, 0, name);
  }
  const long = "t".repeat(128);
  t.regex((await client.send(long)).remark ?? "", / is longer than topic max length\.$/);
  t.is((await client.send("t".repeat(127))).code, 0);
  const queues = readdirSync(`${storeDir}/consumequeue`);
  t.deepEqual(queues, ["t".repeat(127)]);
  t.deepEqual(readdirSync(outside), ["a"]);
  t.deepEqual(readdirSync(dirname(storeDir)), ["store"]);
});
