import test from "ava";
import { popMessage } from "../../../../../engine/protocol/requests/pop-message.js";
import { queryConsumerOffset } from "../../../../../engine/protocol/requests/query-consumer-offset.js";
import { updateAndCreateTopic } from "../../../../../engine/protocol/requests/update-and-create-topic.js";
import { popBroker, poppedOf, texts } from "../../pop-harness.js";

test("a pop gives messages of all queues with what it takes to acknowledge them, and nothing twice", async (t) => {
  const { client, clock } = await popBroker(t);
  for (const [queueId, body] of [
    [0, "a"],
    [0, "b"],
    [2, "c"],
  ] as const)
    await client.send("T", { queueId, body });
  const answer = await client.pop();
  t.like(answer, { code: 0, remark: "FOUND" });
  t.like(answer.header, { popTime: clock.now(), invisibleTime: 10_000, reviveQid: 0, restNum: 0 });
  t.deepEqual(answer.header.startOffsetInfo?.split(";").sort(), ["0 0 0", "0 2 0"]);
  t.deepEqual(answer.header.msgOffsetInfo?.split(";").sort(), ["0 0 0,1", "0 2 0"]);
  t.is(answer.header.orderCountInfo, undefined);
  t.deepEqual(texts(poppedOf(answer.header, answer.body)), ["a", "b", "c"]);
  t.like(await client.pop(), { code: 210, remark: "NO_MESSAGE_IN_QUEUE" });
  const committed = await client.call(queryConsumerOffset, {
    consumerGroup: "g",
    topic: "T",
    queueId: 0,
  });
  t.is(committed.header.offset, 2);
});

test("a pop is refused for the first thing that is wrong with it", async (t) => {
  const { client, clock } = await popBroker(t);
  await client.send("T");
  const rows: [object, number, RegExp][] = [
    [{ bornTime: clock.now() - 20_000, pollTime: 15_000 }, 210, /pop message is timeout too much$/],
    [{ maxMsgNums: 33 }, 29, /pop message's num is greater than 32$/],
    [{ topic: "none" }, 17, /^topic\[none\] not exist, apply first please!/],
    [
      { queueId: 99 },
      29,
      /^queueId\[99\] is illegal, topic:\[T\] topicConfig.readQueueNums:\[4\] consumer:\[\/127/,
    ],
    [{ exp: "||", expType: "TAG" }, 23, /^parse the consumer's subscription failed$/],
    [{ exp: "a = ", expType: "SQL92" }, 23, /^parse the consumer's subscription failed$/],
  ];
  for (const [header, code, remark] of rows) {
    const answer = await client.pop(header);
    t.is(answer.code, code);
    t.regex(answer.remark ?? "", remark);
  }
});

test("only messages of the wanted tags or properties are popped", async (t) => {
  const { client } = await popBroker(t);
  for (const tag of ["A", "B", "C"]) {
    await client.send("T", { body: tag, properties: { TAGS: tag, n: String(tag.charCodeAt(0)) } });
  }
  t.deepEqual(texts(await client.take({ exp: "A || C", expType: "TAG" })), ["A", "C"]);
  const other = { consumerGroup: "h", expType: "SQL92", exp: "n > 65 AND TAGS = 'B'" };
  t.deepEqual(texts(await client.take(other)), ["B"]);
});

test("a new group begins at the start or at the end of a queue", async (t) => {
  const { client } = await popBroker(t, { initPopOffsetByCheckMsgInMem: false });
  for (const body of ["a", "b", "c"]) await client.send("T", { body });
  t.deepEqual(texts(await client.take({ consumerGroup: "first", initMode: 0 })), ["a", "b", "c"]);
  t.deepEqual(texts(await client.take({ consumerGroup: "last", initMode: 1 })), ["c"]);
});

test("a pop that finds nothing waits for a message, or until its time is up", async (t) => {
  const { client, clock } = await popBroker(t);
  await client.send("T", { body: "first" });
  await client.take({ invisibleTime: 60_000 });
  const waiting = client.pop({ pollTime: 15_000, invisibleTime: 60_000 });
  await client.send("T", { body: "second" });
  const answer = await waiting;
  t.deepEqual(texts(poppedOf(answer.header, answer.body)), ["second"]);
  const inVain = client.pop({ pollTime: 15_000 });
  let isAnswered = false;
  void inVain.then(() => (isAnswered = true));
  await client.send("Other", { body: "does not count" });
  t.false(isAnswered);
  await clock.advance(15_000);
  t.like(await inVain, { code: 210 });
});

test("too many pops that wait are turned away", async (t) => {
  const { client, clock } = await popBroker(t, { popPollingSize: 0 });
  await client.send("T");
  await client.take({ invisibleTime: 60_000 });
  const waiting = client.pop({ pollTime: 15_000, invisibleTime: 60_000 });
  t.like(await client.pop({ pollTime: 15_000 }), { code: 209 });
  await clock.advance(15_000);
  t.like(await waiting, { code: 210 });
});

test("pops of one queue at the same time share its messages", async (t) => {
  const { client, broker, clock } = await popBroker(t);
  for (let i = 0; i < 60; i++) await client.send("T", { queueId: i % 4, body: String(i) });
  const header = client.popHeader({ maxMsgNums: 7, pollTime: 5000 });
  const clients = [broker.connect(), broker.connect(), broker.connect()];
  const got: string[] = [];
  for (let round = 0; round < 20 && got.length < 60; round++) {
    const answers = clients.map((one) => one.call(popMessage, header));
    const last = Promise.race([Promise.all(answers), clock.advance(6000).then(() => undefined)]);
    await last;
    for (const answer of await Promise.all(answers)) {
      got.push(...texts(poppedOf(answer.header, answer.body)));
    }
    header.bornTime = clock.now();
  }
  t.is(got.length, 60);
  t.is(new Set(got).size, 60);
});

test("a topic that is not readable is not popped", async (t) => {
  const { client } = await popBroker(t);
  await client.call(updateAndCreateTopic, {
    topic: "W",
    defaultTopic: "TBW102",
    readQueueNums: 1,
    writeQueueNums: 1,
    perm: 2,
    topicFilterType: "SINGLE_TAG",
    topicSysFlag: 0,
    order: false,
  });
  t.like(await client.pop({ topic: "W" }), {
    code: 16,
    remark: "the topic[W] peeking message is forbidden",
  });
});
