import test from "ava";
import { encodeBatch } from "../../../../engine/message/batch.js";
import { decodeRecords } from "../../../../engine/message/decode.js";
import { parseOffsetMessageId } from "../../../../engine/message/message-id.js";
import { pullMessage } from "../../../../engine/protocol/requests/pull-message.js";
import { sendBatchMessage } from "../../../../engine/protocol/requests/send-batch-message.js";
import { sendMessage } from "../../../../engine/protocol/requests/send-message.js";
import { updateAndCreateTopic } from "../../../../engine/protocol/requests/update-and-create-topic.js";
import { updateBrokerConfig } from "../../../../engine/protocol/requests/update-broker-config.js";
import { viewMessageById } from "../../../../engine/protocol/requests/view-message-by-id.js";
import { brokerFor, pullHeader, sendHeader } from "../harness.js";

const FAQ = "\nSee https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.";
const switches = { MSG_REGION: "DefaultRegion", TRACE_ON: "true" };

test("a send is answered with the place of the message, which holds all that was sent", async (t) => {
  const broker = await brokerFor(t);
  const client = broker.connect();
  const first = await client.send("orders", {
    properties: { KEYS: "k1", UNIQ_KEY: "ID1", WAIT: "true" },
    flag: 7,
  });
  const second = await client.call(
    sendMessage,
    { ...sendHeader("orders", {}), queueId: 0 },
    { body: Buffer.from("two") },
  );
  t.like(first, { code: 0, remark: undefined });
  t.like(first.extFields, switches);
  t.deepEqual(
    [first.header.queueId, first.header.queueOffset, first.header.transactionId],
    [0, 0, "ID1"],
  );
  t.deepEqual([second.header.queueOffset, second.header.transactionId?.length], [1, 32]);
  const place = parseOffsetMessageId(first.header.msgId);
  t.is(`${place?.storeHost.address}:${place?.storeHost.port}`, broker.address);
  const view = await client.call(viewMessageById, { offset: place?.physicalOffset ?? -1 });
  const [message] = decodeRecords(view.body ?? Buffer.alloc(0));
  t.like(message, {
    topic: "orders",
    queueId: 0,
    queueOffset: 0,
    flag: 7,
    bornTimestamp: 1_700_000_000_123,
  });
  t.is(message?.storedBody.toString(), "hello");
  t.deepEqual(Object.fromEntries(message?.properties ?? []), {
    KEYS: "k1",
    UNIQ_KEY: "ID1",
    WAIT: "true",
    MSG_REGION: "DefaultRegion",
    TRACE_ON: "true",
    CLUSTER: "DefaultCluster",
  });
});

test("a send to an unknown topic makes it, with the fewer queues of client and template", async (t) => {
  const client = (await brokerFor(t)).connect();
  t.is((await client.send("made", { queueId: 2, defaultTopicQueueNums: 3 })).code, 0);
  const beyond = await client.send("made", { queueId: 3 });
  t.is(beyond.code, 29);
  t.regex(
    beyond.remark ?? "",
    /^request queueId\[3\] is illegal, TopicConfig \[topicName=made, readQueueNums=3, writeQueueNums=3, perm=RW-, topicFilterType=SINGLE_TAG, topicSysFlag=0, order=false, attributes=\{\}\] Producer: 127\.0\.0\.1:\d+$/,
  );
  const anywhere = await client.send("made", { queueId: -1 });
  t.true(anywhere.header.queueId >= 0 && anywhere.header.queueId < 3);
});

test("sends are refused with upstream's codes and texts, and every answer tells region and trace", async (t) => {
  const client = (await brokerFor(t, { config: { autoCreateTopicEnable: false } })).connect();
  const rows: [string, number, string][] = [
    ["nothing", 17, `topic[nothing] not exist, apply first please!${FAQ}`],
    [
      "no blanks",
      29,
      "The specified topic contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$",
    ],
    ["x".repeat(128), 29, "The specified topic is longer than topic max length."],
    [" ", 29, "The specified topic is blank."],
    ["SCHEDULE_TOPIC_XXXX", 16, "Sending message to topic[SCHEDULE_TOPIC_XXXX] is forbidden."],
    ["OFFSET_MOVED_EVENT", 16, "Sending message to topic[OFFSET_MOVED_EVENT] is forbidden."],
  ];
  for (const [topic, code, remark] of rows) {
    const answer = await client.send(topic);
    t.deepEqual({ code: answer.code, remark: answer.remark }, { code, remark });
    t.like(answer.extFields, switches);
  }
});

test("bodies and properties over their limits are illegal", async (t) => {
  const client = (await brokerFor(t, { config: { maxMessageSize: 4096 } })).connect();
  const remark =
    "the message is illegal, maybe msg body or properties length not matched. msg body length limit 4096B, msg properties length limit 32KB.";
  t.is((await client.send("T", { body: Buffer.alloc(4096) })).code, 0);
  t.like(await client.send("T", { body: "" }), { code: 13, remark });
  t.like(await client.send("T", { body: Buffer.alloc(4097) }), { code: 13, remark });
  t.is((await client.send("T", { properties: { a: "x".repeat(30_000) } })).code, 0);
  t.like(await client.send("T", { properties: { a: "x".repeat(32_768) } }), { code: 13, remark });
});

test("a broker that does not serve yet says when it will, a slave that it takes nothing", async (t) => {
  const acceptFrom = new Date(2100, 0, 2, 3, 4, 5, 678).getTime();
  const config = { startAcceptSendRequestTimeStamp: acceptFrom };
  const early = (await brokerFor(t, { config })).connect();
  t.like(await early.send("T"), {
    code: 1,
    remark: "broker unable to service, until 2100-01-02 03:04:05,678",
  });
  const slave = (await brokerFor(t, { config: { brokerRole: "SLAVE", brokerId: 1 } })).connect();
  t.like(await slave.send("T"), {
    code: 2,
    remark: "[REJECTREQUEST]system busy, start flow control for a while",
  });
});

test("a message that is sent oneway is stored like any other, and a refused one is dropped", async (t) => {
  const broker = await brokerFor(t);
  const { remoting, send, call } = broker.connect();
  for (const [topic, body] of [
    ["T", "first"],
    ["T", ""],
    ["T", "second"],
  ] as const) {
    await remoting.callOneway(broker.address, sendMessage, sendHeader(topic, {}), {
      body: Buffer.from(body),
    });
  }
  t.is((await send("T", { body: "third" })).header.queueOffset, 2);
  const pulled = await call(pullMessage, pullHeader("T"));
  t.deepEqual(
    decodeRecords(pulled.body ?? Buffer.alloc(0)).map(({ storedBody }) => storedBody.toString()),
    ["first", "second", "third"],
  );
});

test("a batch over the limit in all is an error of its own", async (t) => {
  const client = (await brokerFor(t, { config: { maxMessageSize: 4096 } })).connect();
  const item = { flag: 0, body: Buffer.alloc(3000), properties: "" };
  const body = encodeBatch([item, item]);
  t.like(await client.call(sendBatchMessage, { ...sendHeader("T", {}), batch: true }, { body }), {
    code: 1,
    remark: "java.lang.RuntimeException: message size exceeded",
  });
});

test("transaction messages are refused where the configuration says so", async (t) => {
  const rejecting = (await brokerFor(t, { config: { rejectTransactionMessage: true } })).connect();
  t.like(await rejecting.send("T", { properties: { TRAN_MSG: "true" } }), {
    code: 16,
    remark: "the broker[127.0.0.1] sending transaction message is forbidden",
  });
});

test("a broker without write permission refuses ordered topics only", async (t) => {
  const client = (await brokerFor(t)).connect();
  const topic = {
    defaultTopic: "TBW102",
    readQueueNums: 1,
    writeQueueNums: 1,
    perm: 6,
    topicFilterType: "SINGLE_TAG",
  };
  await client.call(updateAndCreateTopic, { ...topic, topic: "ordered", order: true });
  await client.call(updateAndCreateTopic, { ...topic, topic: "plain", order: false });
  t.is(
    (await client.call(updateBrokerConfig, {}, { body: Buffer.from("brokerPermission=4") })).code,
    0,
  );
  t.like(await client.send("ordered"), {
    code: 16,
    remark: "the broker[127.0.0.1] sending message is forbidden",
  });
  t.is((await client.send("plain")).code, 0);
});

test("a batch takes places in a row and is answered with all its ids", async (t) => {
  const client = (await brokerFor(t)).connect();
  await client.send("T");
  const body = encodeBatch(
    [1, 2, 3].map((n) => ({
      flag: n,
      body: Buffer.from(`m${n}`),
      properties: `KEYS\u0001k${n}\u0002`,
    })),
  );
  const answer = await client.call(
    sendBatchMessage,
    { ...sendHeader("T", {}), batch: true },
    { body },
  );
  t.is(answer.code, 0);
  t.is(answer.header.queueOffset, 1);
  t.is(answer.header.msgId.split(",").length, 3);
  const pulled = await client.call(pullMessage, pullHeader("T", { queueOffset: 1 }));
  const messages = decodeRecords(pulled.body ?? Buffer.alloc(0));
  t.deepEqual(
    messages.map(({ queueOffset, storedBody, keys }) => [queueOffset, storedBody.toString(), keys]),
    [
      [1, "m1", "k1"],
      [2, "m2", "k2"],
      [3, "m3", "k3"],
    ],
  );
  t.like(
    await client.call(sendBatchMessage, { ...sendHeader("%RETRY%g", {}), batch: true }, { body }),
    {
      code: 13,
      remark: "batch request does not support retry group %RETRY%g",
    },
  );
});

test("a client's own retry goes to the dead letters when it was tried too often", async (t) => {
  const client = (await brokerFor(t)).connect();
  t.is((await client.send("%RETRY%g", { reconsumeTimes: 16 })).code, 0);
  t.is((await client.send("%RETRY%g", { reconsumeTimes: 17, properties: { DELAY: "3" } })).code, 0);
  const pulled = await client.call(pullMessage, pullHeader("%DLQ%g"));
  const [message] = decodeRecords(pulled.body ?? Buffer.alloc(0));
  t.is(message?.properties.get("DELAY"), "-1");
  t.is(message?.reconsumeTimes, 17);
});
