import test from "ava";
import { decodeRecords } from "../../../../engine/message/decode.js";
import { heartBeat } from "../../../../engine/protocol/requests/heart-beat.js";
import { litePullMessage } from "../../../../engine/protocol/requests/lite-pull-message.js";
import { pullMessage } from "../../../../engine/protocol/requests/pull-message.js";
import { queryConsumerOffset } from "../../../../engine/protocol/requests/query-consumer-offset.js";
import { updateAndCreateSubscriptiongroup } from "../../../../engine/protocol/requests/update-and-create-subscriptiongroup.js";
import { updateAndCreateTopic } from "../../../../engine/protocol/requests/update-and-create-topic.js";
import { updateAndGetGroupForbidden } from "../../../../engine/protocol/requests/update-and-get-group-forbidden.js";
import { updateConsumerOffset } from "../../../../engine/protocol/requests/update-consumer-offset.js";
import { defaultSubscriptionGroup } from "../../../../engine/protocol/bodies/subscription-group-config.js";
import { brokerFor, heartbeat, pullHeader, subscription } from "../harness.js";

const FAQ = "\nSee https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.";
const SUSPEND = 2;
const WITH_TEXT = 4;
const bodies = (body: Buffer | undefined) =>
  decodeRecords(body ?? Buffer.alloc(0)).map(({ storedBody }) => storedBody.toString());

test("a pull gives messages and where to go on", async (t) => {
  const client = (await brokerFor(t)).connect();
  for (const body of ["a", "b", "c"]) await client.send("T", { body });
  const pulled = await client.call(pullMessage, pullHeader("T", { queueOffset: 1, maxMsgNums: 1 }));
  t.like(pulled, { code: 0, remark: "FOUND" });
  t.like(pulled.header, {
    nextBeginOffset: 2,
    minOffset: 0,
    maxOffset: 3,
    suggestWhichBrokerId: 0,
  });
  t.deepEqual(bodies(pulled.body), ["b"]);
  const lite = await client.call(litePullMessage, pullHeader("T"));
  t.deepEqual(bodies(lite.body), ["a", "b", "c"]);
});

test("a pull outside of the queue is told where the queue is", async (t) => {
  const client = (await brokerFor(t)).connect();
  for (const body of ["a", "b"]) await client.send("T", { body });
  const rows: [object, number, string, number][] = [
    [{ queueOffset: 2 }, 19, "OFFSET_OVERFLOW_ONE", 2],
    [{ queueOffset: 9 }, 21, "OFFSET_OVERFLOW_BADLY", 2],
    [{ queueOffset: -1 }, 21, "OFFSET_TOO_SMALL", 0],
    [{ queueId: 1, queueOffset: 0 }, 19, "NO_MESSAGE_IN_QUEUE", 0],
    [{ queueId: 1, queueOffset: 3 }, 21, "NO_MESSAGE_IN_QUEUE", 0],
  ];
  for (const [header, code, remark, next] of rows) {
    const answer = await client.call(pullMessage, pullHeader("T", header));
    t.deepEqual([answer.code, answer.remark, answer.header.nextBeginOffset], [code, remark, next]);
  }
});

test("only messages of the wanted tags are given", async (t) => {
  const client = (await brokerFor(t)).connect();
  for (const tag of ["A", "B", "C"])
    await client.send("T", { body: tag, properties: { TAGS: tag } });
  await client.send("T", { body: "none" });
  const pull = (subscription: string, queueOffset = 0) =>
    client.call(pullMessage, pullHeader("T", { subscription, queueOffset }));
  t.deepEqual(bodies((await pull("A || C")).body), ["A", "C"]);
  t.deepEqual(bodies((await pull("*")).body), ["A", "B", "C", "none"]);
  t.like(await pull("D"), { code: 20, remark: "NO_MATCHED_MESSAGE" });
});

test("a pull that may wait is answered as soon as a message of its queue and tags arrives", async (t) => {
  const broker = await brokerFor(t);
  const consumer = broker.connect();
  const producer = broker.connect();
  await producer.send("T", { body: "old" });
  let isAnswered = false;
  const waiting = consumer
    .call(
      pullMessage,
      pullHeader("T", { queueOffset: 1, sysFlag: SUSPEND | WITH_TEXT, subscription: "B" }),
    )
    .finally(() => (isAnswered = true));
  await producer.send("T", { body: "other queue", queueId: 1, properties: { TAGS: "B" } });
  await producer.send("T", { body: "other tag", properties: { TAGS: "A" } });
  t.false(isAnswered);
  await producer.send("T", { body: "wanted", properties: { TAGS: "B" } });
  const answer = await waiting;
  t.deepEqual(bodies(answer.body), ["wanted"]);
  t.is(answer.header.nextBeginOffset, 3);
});

test("a pull that waits is answered at its deadline, and at the stop of the broker", async (t) => {
  const broker = await brokerFor(t);
  const client = broker.connect();
  await client.send("T");
  const pull = (suspendTimeoutMillis: number) =>
    client.call(
      pullMessage,
      pullHeader("T", { queueOffset: 1, sysFlag: SUSPEND | WITH_TEXT, suspendTimeoutMillis }),
    );
  t.like(await pull(1), { code: 19, remark: "OFFSET_OVERFLOW_ONE" });
  const waiting = pull(60_000);
  await client.send("T", { queueId: 1 });
  void broker.stop();
  t.is((await waiting).code, 19);
});

test("the offset that comes with a pull is committed", async (t) => {
  const client = (await brokerFor(t)).connect();
  await client.send("T");
  await client.call(pullMessage, pullHeader("T", { sysFlag: 1 | WITH_TEXT, commitOffset: 1 }));
  const { header } = await client.call(queryConsumerOffset, {
    consumerGroup: "consumers",
    topic: "T",
    queueId: 0,
  });
  t.is(header.offset, 1);
});

test("without a text the subscription of the heartbeat counts", async (t) => {
  const client = (await brokerFor(t)).connect();
  for (const tag of ["A", "B"]) await client.send("T", { body: tag, properties: { TAGS: tag } });
  const pull = (other: object = {}) =>
    client.call(pullMessage, pullHeader("T", { sysFlag: 0, subVersion: 5, ...other }));
  t.like(await pull(), { code: 24, remark: `the consumer's group info not exist${FAQ}` });
  const beat = (subVersion: number, topic = "T") =>
    client.call(
      heartBeat,
      {},
      {
        content: heartbeat("c1", [
          {
            subscriptionDataSet: [
              subscription(topic, { subString: "B", tagsSet: ["B"], codeSet: [66], subVersion }),
            ],
          },
        ]),
      },
    );
  await beat(4, "U");
  t.like(await pull(), { code: 24, remark: `the consumer's subscription not exist${FAQ}` });
  await beat(4);
  t.like(await pull(), { code: 25, remark: "the consumer's subscription not latest" });
  await beat(5);
  t.deepEqual(bodies((await pull()).body), ["B"]);
});

test("pulls are refused with upstream's codes and texts", async (t) => {
  const broker = await brokerFor(t, { config: { litePullMessageEnable: false } });
  const client = broker.connect();
  const topic = {
    defaultTopic: "TBW102",
    readQueueNums: 2,
    writeQueueNums: 2,
    topicFilterType: "SINGLE_TAG",
    order: false,
  };
  await client.call(updateAndCreateTopic, { ...topic, topic: "T", perm: 6 });
  await client.call(updateAndCreateTopic, { ...topic, topic: "W", perm: 2 });
  await client.call(
    updateAndCreateSubscriptiongroup,
    {},
    {
      content: { ...defaultSubscriptionGroup("off"), consumeEnable: false },
    },
  );
  const rows: [object, number, string | RegExp][] = [
    [{ topic: "nothing" }, 17, `topic[nothing] not exist, apply first please! ${FAQ}`],
    [{ topic: "W" }, 16, "the topic[W] pulling message is forbidden"],
    [{ consumerGroup: "off" }, 16, "subscription group no permission, off"],
    [{ consumerGroup: "no blanks" }, 26, `subscription group [no blanks] does not exist, ${FAQ}`],
    [
      { queueId: 2 },
      29,
      /^queueId\[2\] is illegal, topic:\[T\] topicConfig.readQueueNums:\[2\] consumer:\[\/127\.0\.0\.1:\d+\]$/,
    ],
    [{ subscription: "||" }, 23, "parse the consumer's subscription failed"],
    [{ queueId: -1 }, 29, /^queueId\[-1\] is illegal/],
    [
      { expressionType: "SQL92", subscription: "a > 1" },
      1,
      "The broker does not support consumer to filter message by SQL92",
    ],
  ];
  for (const [header, code, remark] of rows) {
    const answer = await client.call(pullMessage, pullHeader("T", header));
    t.is(answer.code, code);
    if (typeof remark === "string") t.is(answer.remark, remark);
    else t.regex(answer.remark ?? "", remark);
  }
  t.like(await client.call(litePullMessage, pullHeader("T")), {
    code: 16,
    remark: "the broker[127.0.0.1] for lite pull consumer is forbidden",
    extFields: { forbiddenType: "1" },
  });
});

test("a broker without read permission refuses pulls", async (t) => {
  const client = (await brokerFor(t, { config: { brokerPermission: 2 } })).connect();
  await client.send("T");
  t.like(await client.call(pullMessage, pullHeader("T")), {
    code: 16,
    remark: "the broker[127.0.0.1] pulling message is forbidden",
    extFields: { forbiddenType: "1" },
  });
});

test("a group that may not broadcast, or not read the topic, gets nothing", async (t) => {
  const client = (await brokerFor(t)).connect();
  await client.send("T");
  const pull = () => client.call(pullMessage, pullHeader("T", { sysFlag: 0, subVersion: 1 }));
  const beat = (consumer: object) =>
    client.call(heartBeat, {}, { content: heartbeat("c", [consumer]) });
  const group = { ...defaultSubscriptionGroup("consumers"), consumeBroadcastEnable: false };
  await client.call(updateAndCreateSubscriptiongroup, {}, { content: group });
  await beat({ messageModel: "BROADCASTING" });
  t.like(await pull(), {
    code: 16,
    remark: "the consumer group[consumers] can not consume by broadcast way",
    extFields: { forbiddenType: "4" },
  });
  await beat({});
  t.is((await pull()).code, 0);
  const forbidden = { group: "consumers", topic: "T" };
  await client.call(updateAndGetGroupForbidden, { ...forbidden, readable: false });
  t.like(await pull(), {
    code: 16,
    remark: "the consumer group[consumers] is forbidden for topic[T]",
    extFields: { forbiddenType: "5" },
  });
  await client.call(updateAndGetGroupForbidden, { ...forbidden, readable: true });
  t.is((await pull()).code, 0);
});

test("a subscription of a filter class is the client's business", async (t) => {
  const client = (await brokerFor(t)).connect();
  for (const tag of ["A", "B"]) await client.send("T", { body: tag, properties: { TAGS: tag } });
  const subscriptionDataSet = [
    subscription("T", { classFilterMode: true, subString: "Filter", codeSet: [66] }),
  ];
  await client.call(heartBeat, {}, { content: heartbeat("c", [{ subscriptionDataSet }]) });
  const answer = await client.call(pullMessage, pullHeader("T", { sysFlag: 8, subVersion: 1 }));
  t.deepEqual(bodies(answer.body), ["A", "B"]);
});

test("pulls of strangers are refused when members only may pull", async (t) => {
  const broker = await brokerFor(t, { config: { rejectPullConsumerEnable: true } });
  const client = broker.connect();
  await client.send("T");
  const pull = (one: typeof client, other: object = {}) =>
    one.call(pullMessage, pullHeader("T", other));
  const refused = {
    code: 24,
    remark: `the consumer's group info not exist, or the pull consumer is rejected by server.${FAQ}`,
  };
  t.like(await pull(client), refused);
  t.is((await pull(client, { consumerGroup: "CID_RMQ_SYS_x" })).code, 0);
  const content = heartbeat("c", [{ consumeType: "CONSUME_ACTIVELY" }]);
  await client.call(heartBeat, {}, { content });
  t.is((await pull(client)).code, 0);
  t.like(await pull(broker.connect()), refused);
});

test("only the first pass of a pull that waits commits its offset", async (t) => {
  const client = (await brokerFor(t)).connect();
  await client.send("T");
  const offset = async () => {
    const header = { consumerGroup: "consumers", topic: "T", queueId: 0 };
    return (await client.call(queryConsumerOffset, header)).header.offset;
  };
  const waiting = client.call(
    pullMessage,
    pullHeader("T", { sysFlag: 7, queueOffset: 1, commitOffset: 1 }),
  );
  while ((await offset()) !== 1) await new Promise((resolve) => setTimeout(resolve, 5));
  await client.call(updateConsumerOffset, {
    consumerGroup: "consumers",
    topic: "T",
    queueId: 0,
    commitOffset: 0,
  });
  await client.send("T");
  t.is((await waiting).code, 0);
  t.is(await offset(), 0);
});
