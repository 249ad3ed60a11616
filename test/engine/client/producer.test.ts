import test, { type ExecutionContext } from "ava";
import { RocketmqError, UnreachableError } from "../../../engine/base/errors.js";
import { Producer, type ProducerOptions } from "../../../engine/client/producer.js";
import { sendBatchMessage } from "../../../engine/protocol/requests/send-batch-message.js";
import { sendMessageV2 } from "../../../engine/protocol/requests/send-message-v2.js";
import { held } from "../../../engine/remoting/api.js";
import { ResponseError } from "../../../engine/remoting/response-error.js";
import { type FakeBroker, type FakeCluster, fakeCluster, routeOf } from "./fake-cluster.js";

const body = Buffer.from("hello");
type SendHeader = ReturnType<typeof sendMessageV2.request.decode>;

/** Lets a broker answer sends with these codes in turn, the last one for ever; returns the headers it got. */
function answerSends(broker: FakeBroker, ...codes: number[]): SendHeader[] {
  const headers: SendHeader[] = [];
  broker.dispatcher.register(sendMessageV2, ({ header }) => {
    const code = codes[Math.min(headers.length, codes.length - 1)] ?? 0;
    headers.push(header);
    const answer = { msgId: "OFFSETID", queueId: header.queueId, queueOffset: 7 };
    return {
      code,
      remark: `code ${code}`,
      header: answer,
      extFields: { MSG_REGION: "R", TRACE_ON: "false" },
    };
  });
  return headers;
}

async function producerOf(
  t: ExecutionContext,
  cluster: FakeCluster,
  options: Partial<ProducerOptions> = {},
): Promise<Producer> {
  const producer = new Producer(await cluster.client(), { group: "PG", ...options });
  producer.start();
  return producer;
}

test("a sent message comes back with the ids, the queue and what the broker said", async (t) => {
  const cluster = await fakeCluster(t, ["a"]);
  cluster.routes.set("T", routeOf(cluster.brokers));
  const headers = answerSends(cluster.brokers[0] as FakeBroker, 0);
  const producer = await producerOf(t, cluster);
  const result = await producer.send({ topic: "T", body, tags: "x" });
  t.is(result.status, "SEND_OK");
  t.is(result.offsetMsgId, "OFFSETID");
  t.regex(result.msgId, /^[0-9A-F]{32}$/);
  t.deepEqual(result.queue, {
    topic: "T",
    brokerName: "a",
    queueId: headers[0]?.queueId as number,
  });
  t.is(result.queueOffset, 7);
  t.is(result.regionId, "R");
  t.false(result.traceOn);
  t.is(headers[0]?.producerGroup, "PG");
  t.is(headers[0]?.defaultTopic, "TBW102");
  t.is(headers[0]?.brokerName, "a");
});

const triesAnother = test.macro({
  async exec(t, code: number) {
    const cluster = await fakeCluster(t, ["a", "b"]);
    cluster.routes.set("T", routeOf(cluster.brokers));
    const [a, b] = cluster.brokers as [FakeBroker, FakeBroker];
    const attempts = [answerSends(a, code), answerSends(b, code)];
    const producer = await producerOf(t, cluster);
    const error = await t.throwsAsync(producer.send({ topic: "T", body }), {
      instanceOf: RocketmqError,
    });
    t.regex(error.message, /sent 3 times/);
    const counts = attempts.map((one) => one.length).sort();
    t.deepEqual(counts, [1, 2], "each attempt went to another broker than the one before");
  },
  title: (_, code: number) =>
    `a send that is answered with ${code} is tried twice more, on another broker each time`,
});
for (const code of [1, 2, 14, 16, 17, 204, 205, 1500]) test(triesAnother, code);

const surfaces = test.macro({
  async exec(t, code: number) {
    const cluster = await fakeCluster(t, ["a", "b"]);
    cluster.routes.set("T", routeOf(cluster.brokers));
    const attempts = cluster.brokers.map((broker) => answerSends(broker, code));
    const producer = await producerOf(t, cluster);
    const error = await t.throwsAsync(producer.send({ topic: "T", body }), {
      instanceOf: ResponseError,
    });
    t.is(error.code, code);
    t.is(attempts.flat().length, 1);
  },
  title: (_, code: number) => `a send that is answered with ${code} fails at once`,
});
for (const code of [13, 26, 29]) test(surfaces, code);

test("a message that is stored but not flushed is a result, and another attempt only on request", async (t) => {
  const cluster = await fakeCluster(t, ["a", "b"]);
  cluster.routes.set("T", routeOf(cluster.brokers));
  const attempts = cluster.brokers.map((broker) => answerSends(broker, 10));
  const plain = await producerOf(t, cluster);
  t.is((await plain.send({ topic: "T", body })).status, "FLUSH_DISK_TIMEOUT");
  t.is(attempts.flat().length, 1);
  const strict = await producerOf(t, cluster, { retryWhenNotStoredOk: true });
  t.is((await strict.send({ topic: "T", body })).status, "FLUSH_DISK_TIMEOUT");
  t.is(attempts.flat().length, 4);
});

test("a broker that does not answer is given up for another within the deadline of the send", async (t) => {
  const cluster = await fakeCluster(t, ["a", "b"]);
  cluster.routes.set("T", routeOf(cluster.brokers));
  const [a, b] = cluster.brokers as [FakeBroker, FakeBroker];
  await a.server.stop();
  const headers = answerSends(b, 0);
  const producer = await producerOf(t, cluster);
  for (let i = 0; i < 4; i++)
    t.is((await producer.send({ topic: "T", body })).queue.brokerName, "b");
  t.is(headers.length, 4);
});

test("all attempts together take no longer than the send may", async (t) => {
  const cluster = await fakeCluster(t, ["a"]);
  cluster.routes.set("T", routeOf(cluster.brokers));
  cluster.brokers[0]?.dispatcher.register(sendMessageV2, () => held);
  const producer = await producerOf(t, cluster);
  const error = await t.throwsAsync(producer.send({ topic: "T", body }, { timeoutMs: 50 }));
  t.true(error instanceof RocketmqError && error.kind === "unreachable");
});

test("a topic that does not exist is sent to by the template's route, with at most four queues", async (t) => {
  const cluster = await fakeCluster(t, ["a"]);
  cluster.routes.set("TBW102", routeOf(cluster.brokers, 8, 7));
  const headers = answerSends(cluster.brokers[0] as FakeBroker, 0);
  const producer = await producerOf(t, cluster);
  for (let i = 0; i < 8; i++) await producer.send({ topic: "New", body });
  t.deepEqual([...new Set(headers.map((one) => one.queueId))].sort(), [0, 1, 2, 3]);
  t.is(headers[0]?.defaultTopicQueueNums, 4);
});

test("a topic without a route and without a template is not found", async (t) => {
  const cluster = await fakeCluster(t, ["a"]);
  const producer = await producerOf(t, cluster);
  const error = await t.throwsAsync(producer.send({ topic: "New", body }), { message: /New/ });
  t.true(error instanceof RocketmqError && error.kind === "not-found");
});

test("a topic whose queues are all read-only cannot be sent to", async (t) => {
  const cluster = await fakeCluster(t, ["a"]);
  cluster.routes.set("T", routeOf(cluster.brokers, 2, 4));
  const producer = await producerOf(t, cluster);
  await t.throwsAsync(producer.send({ topic: "T", body }), {
    message: /no queue that can be written/,
  });
});

test("the caller may name the queue or choose it", async (t) => {
  const cluster = await fakeCluster(t, ["a", "b"]);
  cluster.routes.set("T", routeOf(cluster.brokers, 4));
  const [a, b] = cluster.brokers as [FakeBroker, FakeBroker];
  answerSends(a, 1);
  const headers = answerSends(b, 0);
  const producer = await producerOf(t, cluster);
  const queue = { topic: "T", brokerName: "b", queueId: 3 };
  t.deepEqual((await producer.send({ topic: "T", body }, { queue })).queue, queue);
  await producer.send({ topic: "T", body }, { select: (queues) => queues.at(-1) ?? queue });
  t.deepEqual(
    headers.map((one) => one.queueId),
    [3, 3],
  );
  const refused = producer.send({ topic: "T", body }, { queue: { ...queue, brokerName: "a" } });
  t.is((await t.throwsAsync(refused, { instanceOf: ResponseError })).kind, "failed");
});

test("a batch is one request with the ids of all its messages, and no longer than a message may be", async (t) => {
  const cluster = await fakeCluster(t, ["a"]);
  cluster.routes.set("T", routeOf(cluster.brokers));
  let bodies = 0;
  cluster.brokers[0]?.dispatcher.register(sendBatchMessage, ({ header }) => {
    bodies++;
    t.true(header.batch);
    return { header: { msgId: "X,Y", queueId: header.queueId, queueOffset: 1 } };
  });
  const producer = await producerOf(t, cluster, { maxMessageSize: 300 });
  const result = await producer.sendBatch([
    { topic: "T", body },
    { topic: "T", body },
  ]);
  t.is(result.msgId.split(",").length, 2);
  t.is(result.offsetMsgId, "X,Y");
  const many = Array.from({ length: 9 }, () => ({ topic: "T", body }));
  await t.throwsAsync(producer.sendBatch(many), { message: /MAX: 300/ });
  t.is(bodies, 1);
});

test("a oneway send expects no answer", async (t) => {
  const cluster = await fakeCluster(t, ["a"]);
  cluster.routes.set("T", routeOf(cluster.brokers));
  const arrived = new Promise<boolean>((resolve) => {
    cluster.brokers[0]?.dispatcher.register(sendMessageV2, ({ isOneway }) => {
      resolve(isOneway);
      return {};
    });
  });
  const producer = await producerOf(t, cluster);
  await producer.sendOneway({ topic: "T", body });
  t.true(await arrived);
});

test("brokers learn of a producer with the first route and of its end at the stop", async (t) => {
  const cluster = await fakeCluster(t, ["a", "b"]);
  cluster.routes.set("T", routeOf(cluster.brokers));
  for (const broker of cluster.brokers) answerSends(broker, 0);
  const producer = await producerOf(t, cluster);
  for (let i = 0; i < 20; i++) await producer.send({ topic: "T", body });
  for (const { heartbeats } of cluster.brokers) {
    t.deepEqual(heartbeats[0]?.producerDataSet, [{ groupName: "PG" }]);
    t.is(heartbeats.length, 1);
  }
  await producer.stop();
  for (const { farewells } of cluster.brokers) t.deepEqual(farewells, ["PG"]);
});

test("a name server that is not there makes a send unreachable", async (t) => {
  const cluster = await fakeCluster(t, []);
  const client = await cluster.client();
  client.namesrv.setAddresses("127.0.0.1:1");
  const producer = new Producer(client, { group: "PG" });
  producer.start();
  await t.throwsAsync(producer.send({ topic: "T", body }), { instanceOf: UnreachableError });
});
