import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { RocketmqError } from "../../../engine/base/errors.js";
import { realFiles } from "../../../engine/base/files.js";
import { loadBrokerConfiguration } from "../../../engine/broker/config/broker-config.js";
import { startBroker, type StartBrokerOptions } from "../../../engine/broker/start-broker.js";
import { decodeRecord } from "../../../engine/message/decode.js";
import { startNamesrv } from "../../../engine/namesrv/namesrv.js";
import { consumerSendMsgBack } from "../../../engine/protocol/requests/consumer-send-msg-back.js";
import { getAllTopicListFromNameserver } from "../../../engine/protocol/requests/get-all-topic-list-from-nameserver.js";
import { getBrokerConfig } from "../../../engine/protocol/requests/get-broker-config.js";
import { getBrokerRuntimeInfo } from "../../../engine/protocol/requests/get-broker-runtime-info.js";
import { getSystemTopicListFromBroker } from "../../../engine/protocol/requests/get-system-topic-list-from-broker.js";
import { getTopicConfig } from "../../../engine/protocol/requests/get-topic-config.js";
import { getTopicStatsInfo } from "../../../engine/protocol/requests/get-topic-stats-info.js";
import { heartBeat } from "../../../engine/protocol/requests/heart-beat.js";
import { invokeBrokerToResetOffset } from "../../../engine/protocol/requests/invoke-broker-to-reset-offset.js";
import { litePullMessage } from "../../../engine/protocol/requests/lite-pull-message.js";
import { popMessage } from "../../../engine/protocol/requests/pop-message.js";
import { pullMessage } from "../../../engine/protocol/requests/pull-message.js";
import { recallMessage } from "../../../engine/protocol/requests/recall-message.js";
import { searchOffsetByTimestamp } from "../../../engine/protocol/requests/search-offset-by-timestamp.js";
import { updateAndCreateAclConfig } from "../../../engine/protocol/requests/update-and-create-acl-config.js";
import { updateAndCreateTopic } from "../../../engine/protocol/requests/update-and-create-topic.js";
import { updateBrokerConfig } from "../../../engine/protocol/requests/update-broker-config.js";
import { updateConsumerOffset } from "../../../engine/protocol/requests/update-consumer-offset.js";
import { viewMessageById } from "../../../engine/protocol/requests/view-message-by-id.js";
import { Version } from "../../../engine/protocol/versions.js";
import { newTopic } from "./admin/support.js";
import { brokerFor, clientOf, heartbeat, pullHeader, temporaryFolder } from "./harness.js";

async function broker48(t: ExecutionContext, options: StartBrokerOptions = {}) {
  const config = { ...options.config, rocketmqVersion: "4.8.0" };
  const broker = await brokerFor(t, { ...options, config });
  return { broker, ...broker.connect() };
}

/** What a consumer sees of the first message of a queue. */
async function firstOf(
  { call }: Pick<Awaited<ReturnType<typeof broker48>>, "call">,
  topic: string,
) {
  const { body } = await call(pullMessage, pullHeader(topic));
  return decodeRecord(body ?? Buffer.alloc(0));
}

test("a broker of 4.8.0 adds the cluster alone to what it stores, and times are properties as any other", async (t) => {
  const client = await broker48(t);
  const given = { KEYS: "k", TIMER_DELAY_SEC: "1000", MSG_REGION: "mine", CLUSTER: "other" };
  const { code, version, extFields, header } = await client.send("T", { properties: given });
  t.is(code, 0);
  t.is(version, Version.V4_8_0);
  t.is(header.transactionId, undefined);
  t.like(extFields, { MSG_REGION: "DefaultRegion", TRACE_ON: "true" });
  const { properties } = await firstOf(client, "T");
  t.deepEqual(
    [...properties],
    [
      ...Object.entries({ ...given, CLUSTER: undefined }).filter(([, value]) => value),
      ["CLUSTER", "DefaultCluster"],
    ],
  );
});

test("the half of a transaction has no id but its own", async (t) => {
  const { call, send } = await broker48(t);
  await send("T", { properties: { TRAN_MSG: "true", UNIQ_KEY: "U" }, sysFlag: 4 });
  const { body } = await call(viewMessageById, { offset: 0 });
  const half = decodeRecord(body ?? Buffer.alloc(0));
  t.is(half.topic, "RMQ_SYS_TRANS_HALF_TOPIC");
  t.is(half.properties.get("UNIQ_KEY"), "U");
  t.false(half.properties.has("__transactionId__"));
});

test("dead letters are only there to be written", async (t) => {
  const { call, send } = await broker48(t);
  await send("T");
  const back = { offset: 0, group: "consumers", delayLevel: -1, originTopic: "T" };
  t.is((await call(consumerSendMsgBack, { ...back, maxReconsumeTimes: 16 })).code, 0);
  t.like(await call(pullMessage, pullHeader("%DLQ%consumers")), {
    code: 16,
    remark: "the topic[%DLQ%consumers] pulling message is forbidden",
  });
});

test("a broker of 4.8.0 tells its version and the information that release has", async (t) => {
  const { call, send } = await broker48(t);
  await send("T");
  const { table } = (await call(getBrokerRuntimeInfo, {})).content();
  t.like(table, {
    brokerVersion: "373",
    brokerVersionDesc: "V4_8_0",
    earliestMessageTimeStamp: "-1",
  });
  for (const name of ["getTransferedTps", "putTps", "pullThreadPoolQueueSize"]) {
    t.true(name in table, name);
  }
  const later = ["brokerActive", "getTransferredTps", "ackThreadPoolQueueSize", "putLatency99"];
  t.deepEqual(
    Object.keys(table).filter((name) => later.includes(name) || /^timer/.test(name)),
    [],
  );
});

test("requests that came after 4.8.0 are not supported", async (t) => {
  const { call } = await broker48(t);
  const refusals = [
    await call(litePullMessage, pullHeader("T")),
    await call(getTopicConfig, { topic: "T" }),
    await call(recallMessage, { producerGroup: "p", topic: "T", recallHandle: "h" }),
    await call(popMessage, {
      consumerGroup: "g",
      topic: "T",
      queueId: 0,
      maxMsgNums: 1,
      invisibleTime: 60_000,
      pollTime: 0,
      initMode: 0,
    }),
  ];
  t.deepEqual(
    refusals.map(({ code, version }) => [code, version]),
    refusals.map(() => [3, Version.V4_8_0]),
  );
  t.is(refusals[0]?.remark, " request type 361 not supported");
});

test("clients are not offered what 5.x brokers can do", async (t) => {
  const { call, send } = await broker48(t);
  await send("T");
  const beat = await call(heartBeat, {}, { content: heartbeat("c", []) });
  t.deepEqual([beat.code, beat.extFields], [0, {}]);
  const { extFields } = await call(pullMessage, pullHeader("T"));
  t.deepEqual(Object.keys(extFields).sort(), [
    "maxOffset",
    "minOffset",
    "nextBeginOffset",
    "suggestWhichBrokerId",
  ]);
});

test("wrong names and queues have code 1, and figures are of the queues to write to", async (t) => {
  const { call, send } = await broker48(t);
  await call(updateAndCreateTopic, { ...newTopic("T", 1), readQueueNums: 3, order: true });
  const answers = [
    await call(updateAndCreateTopic, newTopic("a topic", 1)),
    await call(updateAndCreateTopic, newTopic("TBW102", 1)),
    await send("T", { queueId: 9 }),
    await call(pullMessage, pullHeader("T", { queueId: 9 })),
  ];
  t.deepEqual(
    answers.map(({ code }) => code),
    [1, 1, 1, 1],
  );
  t.regex(answers[2]?.remark ?? "", /topicSysFlag=0, order=false\] Producer/);
  t.is((await call(getTopicStatsInfo, { topic: "T" })).content().offsetTable.length, 1);
  t.regex((await send("T", { body: "" })).remark ?? "", /limit 128k, .* limit 32k\.$/);
  t.is((await send("OFFSET_MOVED_EVENT")).code, 0);
});

test("the topics of a broker of 4.8.0 are those of that release", async (t) => {
  const namesrv = await startNamesrv({ config: { rocketmqVersion: "4.8.0", listenPort: "0" } });
  t.teardown(() => namesrv.stop());
  const { call, broker } = await broker48(t, { namesrv });
  const { topicList } = (
    await clientOf(t, namesrv.address).call(getAllTopicListFromNameserver, {})
  ).content();
  t.deepEqual([...topicList].sort(), [
    "BenchmarkTest",
    "DefaultCluster",
    "DefaultCluster_REPLY_TOPIC",
    "OFFSET_MOVED_EVENT",
    "SCHEDULE_TOPIC_XXXX",
    "SELF_TEST_TOPIC",
    "TBW102",
    "broker-a",
  ]);
  const system = (await call(getSystemTopicListFromBroker, {})).content().topicList;
  t.false(system.some((topic) => topic.startsWith("rmq_sys_") || topic.startsWith("CHECKPOINT")));
  await broker.stop();
});

test("a reset is told to the consumers, and none of them is online here", async (t) => {
  const { call, send } = await broker48(t);
  await send("T");
  await call(updateConsumerOffset, {
    consumerGroup: "never seen",
    topic: "T",
    queueId: 0,
    commitOffset: 1,
  });
  const asked = { topic: "T", group: "never seen", timestamp: -1, isForce: true };
  const unknown = await call(invokeBrokerToResetOffset, { ...asked, group: "nobody" });
  t.like(unknown, { code: 1, remark: "THe consumer group <nobody> not exist" });
  t.is((await call(invokeBrokerToResetOffset, { ...asked, topic: "none" })).code, 1);
  for (const queueId of [1, 2, 3]) {
    await call(updateConsumerOffset, {
      consumerGroup: "never seen",
      topic: "T",
      queueId,
      commitOffset: 0,
    });
  }
  t.is((await call(invokeBrokerToResetOffset, asked)).code, 206);
});

test("a time leads to the message nearest to it, the last one when nothing is later", async (t) => {
  const { call, send } = await broker48(t);
  for (let nth = 0; nth < 3; nth++) await send("T");
  const at = async (timestamp: bigint) =>
    (await call(searchOffsetByTimestamp, { topic: "T", queueId: 0, timestamp })).header.offset;
  t.is(await at(0n), 0);
  t.is(await at(BigInt(Date.now() + 1_000_000)), 2);
  const beyond = await call(pullMessage, pullHeader("T", { queueOffset: 100 }));
  t.like(beyond, { code: 21, header: { nextBeginOffset: 0 } });
});

test("accounts are known, and refused with the codes of 4.x while none are checked", async (t) => {
  const { call } = await broker48(t);
  const { code } = await call(updateAndCreateAclConfig, {
    accessKey: "user",
    secretKey: "password",
  });
  t.is(code, 209);
});

test("the configuration shown is that of 4.8.0, and does not tell what the broker is", async (t) => {
  const storeDir = temporaryFolder(t);
  const { call } = await broker48(t, { storeDir, config: { haSlaveFallbehindMax: 5 } });
  const shown = async () => {
    const text = (await call(getBrokerConfig, {})).content();
    return new Map(text.split("\n").map((line) => line.split("=") as [string, string]));
  };
  const before = await shown();
  t.is(before.get("haSlaveFallbehindMax"), "5");
  t.is(before.get("transactionCheckInterval"), "60000");
  t.is(before.get("commercialBigCount"), "1");
  for (const later of [
    "rocketmqVersion",
    "timerWheelEnable",
    "reviveQueueNum",
    "haMaxGapNotInSync",
  ]) {
    t.false(before.has(later), later);
  }
  const content = Buffer.from("isEnableBatchPush=true\nmaxDelayTime=41\nreviveQueueNum=3\n");
  t.is((await call(updateBrokerConfig, {}, { body: content })).code, 0);
  const after = await shown();
  t.is(after.get("isEnableBatchPush"), "true");
  t.is(after.get("maxDelayTime"), "41");
  const written = realFiles.readText(join(storeDir, "config", "broker.properties")) ?? "";
  t.regex(written, /^rocketmqVersion=4\.8\.0$/m);
});

test("the release stays 5.3.3 unless another one is named, and an unknown one starts no broker", async (t) => {
  const { send } = (await brokerFor(t)).connect();
  t.is((await send("T")).version, Version.V5_3_3);
  const path = join(temporaryFolder(t), "broker.conf");
  writeFileSync(path, "rocketmqVersion=4.9.7\n");
  const error = t.throws(() => loadBrokerConfiguration({ path, files: realFiles }), {
    instanceOf: RocketmqError,
    message: 'rocketmqVersion: "4.9.7" is none of 5.3.3, 4.8.0',
  });
  t.is(error.kind, "usage");
  await t.throwsAsync(startBroker({ config: { rocketmqVersion: "5" } }), {
    message: /"5" is none/,
  });
  await t.throwsAsync(startNamesrv({ config: { rocketmqVersion: "5", listenPort: "0" } }), {
    message: /"5" is none/,
  });
});
