import test, { type ExecutionContext } from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { type Client, createClient } from "../../../engine/client/client.js";
import { PushConsumer, type PushConsumerOptions } from "../../../engine/client/push-consumer.js";
import type { MessageListener } from "../../../engine/client/consume-service.js";
import { recordBytes } from "../../../engine/message/encode.js";
import { decodeProperties, encodeProperties } from "../../../engine/message/properties.js";
import { consumeMessageDirectly } from "../../../engine/protocol/requests/consume-message-directly.js";
import { consumerSendMsgBack } from "../../../engine/protocol/requests/consumer-send-msg-back.js";
import { getConsumerListByGroup } from "../../../engine/protocol/requests/get-consumer-list-by-group.js";
import { getConsumerRunningInfo } from "../../../engine/protocol/requests/get-consumer-running-info.js";
import { getConsumerStatusFromClient } from "../../../engine/protocol/requests/get-consumer-status-from-client.js";
import { lockBatchMq } from "../../../engine/protocol/requests/lock-batch-mq.js";
import { notifyConsumerIdsChanged } from "../../../engine/protocol/requests/notify-consumer-ids-changed.js";
import { pullMessage } from "../../../engine/protocol/requests/pull-message.js";
import { queryConsumerOffset } from "../../../engine/protocol/requests/query-consumer-offset.js";
import { resetConsumerClientOffset } from "../../../engine/protocol/requests/reset-consumer-client-offset.js";
import { sendMessageV2 } from "../../../engine/protocol/requests/send-message-v2.js";
import { updateConsumerOffset } from "../../../engine/protocol/requests/update-consumer-offset.js";
import { type Connection, held } from "../../../engine/remoting/api.js";
import { type FakeBroker, type FakeCluster, fakeCluster, routeOf } from "./fake-cluster.js";

/** One queue of topic T with messages m0, m1, … and what the group did with it. */
interface Scene {
  cluster: FakeCluster;
  broker: FakeBroker;
  client: Client;
  /** Committed queue offsets, in order. */
  commits: number[];
  /** Queue offsets pulled from. */
  pulls: number[];
  /** How long each pull may be held, milliseconds. */
  suspends: number[];
  /** Connections that pulled. */
  connections: Set<Connection>;
  clientIds: string[];
  /** Codes to answer the next pulls with instead. */
  refusals: { code: number; nextBeginOffset?: number }[];
}

const HOST = { address: "127.0.0.1", port: 10911 };

function record(queueOffset: number, tags?: string): Buffer {
  return recordBytes(
    {
      topic: "T",
      queueId: 0,
      flag: 0,
      sysFlag: 0,
      bornTimestamp: 1,
      bornHost: HOST,
      storeHost: HOST,
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      body: Buffer.from(`m${queueOffset}`),
      properties: encodeProperties(tags === undefined ? [] : [["TAGS", tags]]),
    },
    { queueOffset, physicalOffset: queueOffset * 1000, storeTimestamp: 2 },
  );
}

async function scene(
  t: ExecutionContext,
  messages: number,
  tag = (_: number): string | undefined => undefined,
): Promise<Scene> {
  const cluster = await fakeCluster(t, ["a"]);
  cluster.routes.set("T", routeOf(cluster.brokers, 1));
  const broker = cluster.brokers[0] as FakeBroker;
  const client = await cluster.client();
  const scene: Scene = {
    cluster,
    broker,
    client,
    commits: [],
    pulls: [],
    suspends: [],
    connections: new Set(),
    clientIds: [client.id],
    refusals: [],
  };
  const { dispatcher } = broker;
  dispatcher.register(getConsumerListByGroup, () => ({
    content: { consumerIdList: scene.clientIds },
  }));
  dispatcher.register(queryConsumerOffset, () =>
    scene.commits.length > 0 ? { header: { offset: scene.commits.at(-1) ?? 0 } } : { code: 22 },
  );
  dispatcher.register(updateConsumerOffset, ({ header }) => {
    scene.commits.push(header.commitOffset);
    return {};
  });
  dispatcher.register(pullMessage, ({ header, connection }) => {
    scene.connections.add(connection);
    scene.pulls.push(header.queueOffset);
    scene.suspends.push(header.suspendTimeoutMillis ?? 0);
    const end = Math.min(messages, header.queueOffset + header.maxMsgNums);
    const answer = {
      suggestWhichBrokerId: 0,
      minOffset: 0,
      maxOffset: messages,
      nextBeginOffset: end,
    };
    const refusal = scene.refusals.shift();
    if (refusal !== undefined) {
      return {
        code: refusal.code,
        header: { ...answer, nextBeginOffset: refusal.nextBeginOffset ?? end },
      };
    }
    if (header.queueOffset >= messages) return held;
    const records = [];
    for (let i = header.queueOffset; i < end; i++) records.push(record(i, tag(i)));
    return { header: answer, body: records };
  });
  return scene;
}

async function consume(
  t: ExecutionContext,
  { client }: Scene,
  options: Partial<PushConsumerOptions> & { listener: MessageListener; expression?: string },
): Promise<PushConsumer> {
  const { expression = "*", ...rest } = options;
  const consumer = new PushConsumer(client, {
    group: "G",
    consumeFromWhere: "CONSUME_FROM_FIRST_OFFSET",
    ...rest,
  });
  consumer.subscribe("T", expression);
  await consumer.start();
  t.teardown(() => consumer.stop());
  return consumer;
}

/** Collects bodies; `seen(n)` resolves when n have come. */
function collector(): {
  bodies: string[];
  listener: MessageListener;
  seen: (count: number) => Promise<void>;
} {
  const bodies: string[] = [];
  let check = (): void => undefined;
  return {
    bodies,
    listener: (messages) => {
      bodies.push(...messages.map((message) => message.body.toString()));
      check();
    },
    seen: (count) =>
      new Promise((resolve) => {
        check = () => {
          if (bodies.length >= count) resolve();
        };
        check();
      }),
  };
}

test("every message is delivered once and the offset behind the last is committed at the stop", async (t) => {
  const s = await scene(t, 100);
  const got = collector();
  const consumer = await consume(t, s, got);
  await got.seen(100);
  await consumer.stop();
  t.is(new Set(got.bodies).size, 100);
  t.is(s.commits.at(-1), 100);
  t.deepEqual(s.broker.farewells, ["G"]);
});

test("offsets are committed every 5 seconds, first after 10, and at the stop", async (t) => {
  const s = await scene(t, 3);
  const clock = new ManualClock(1_000_000_000);
  const client = createClient({ namesrv: s.cluster.namesrvAddress, clock });
  await client.start();
  t.teardown(() => client.stop());
  s.clientIds = [client.id];
  const done: (() => void)[] = [];
  const listener: MessageListener = () => new Promise((resolve) => done.push(() => resolve()));
  const consumer = await consume(t, { ...s, client }, { listener });
  while (done.length < 3) await new Promise((resolve) => setImmediate(resolve));
  const finishOne = async (): Promise<void> => {
    done.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const committed = async (count: number): Promise<void> => {
    while (s.commits.length < count) await new Promise((resolve) => setImmediate(resolve));
  };
  await finishOne();
  await clock.advance(10_000);
  await committed(1);
  await clock.advance(4_999);
  await finishOne();
  await clock.advance(1);
  await committed(2);
  await clock.advance(4_999);
  await finishOne();
  await consumer.stop();
  t.deepEqual(s.commits, [1, 2, 3]);
});

test("how long an orderly queue pauses is not how long a broker may hold its pulls", async (t) => {
  const s = await scene(t, 0);
  const queue = { topic: "T", brokerName: "a", queueId: 0 };
  s.broker.dispatcher.register(lockBatchMq, () => ({ content: { lockOKMQSet: [queue] } }));
  await consume(t, s, { orderly: true, suspendMs: 10, listener: () => undefined });
  while (s.suspends.length === 0) await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(s.suspends, [15_000]);
});

test("the heartbeat tells the subscriptions with the retry topic", async (t) => {
  const s = await scene(t, 0);
  await consume(t, s, { ...collector(), expression: "x || y" });
  const data = s.broker.heartbeats.at(-1)?.consumerDataSet[0];
  t.is(data?.groupName, "G");
  t.is(data?.consumeType, "CONSUME_PASSIVELY");
  t.is(data?.consumeFromWhere, "CONSUME_FROM_FIRST_OFFSET");
  t.deepEqual(data?.subscriptionDataSet.map((one) => `${one.topic} ${one.subString}`).sort(), [
    "%RETRY%G *",
    "T x || y",
  ]);
});

test("messages whose tag only shares a hash code are passed over", async (t) => {
  const s = await scene(t, 4, (i) => (i % 2 === 0 ? "Aa" : "BB"));
  const got = collector();
  await consume(t, s, { ...got, expression: "Aa" });
  await got.seen(2);
  t.deepEqual(got.bodies, ["m0", "m2"]);
});

test("what the broker filtered out behind the last message is committed as done", async (t) => {
  const s = await scene(t, 3);
  const got = collector();
  const consumer = await consume(t, s, got);
  await got.seen(3);
  s.refusals.push({ code: 20, nextBeginOffset: 8 }, { code: 19, nextBeginOffset: 9 });
  await consumer.callbacks.resetOffsets([
    { queue: { topic: "T", brokerName: "a", queueId: 0 }, value: 3 },
  ]);
  while (!s.pulls.includes(9)) await new Promise((resolve) => setTimeout(resolve, 10));
  await consumer.stop();
  t.is(s.commits.at(-1), 9);
});

test("no more than the limit is in hand while the listener is slow", async (t) => {
  const s = await scene(t, 100);
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const got = collector();
  const consumer = await consume(t, s, {
    pullBatchSize: 10,
    maxCachedMessages: 20,
    listener: async (messages, context) => {
      await gate;
      return got.listener(messages, context);
    },
  });
  while ((consumer.processQueues[0]?.count ?? 0) < 30)
    await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(
    s.pulls,
    [0, 10, 20],
    "it pulled up to the first answer beyond the limit and no further",
  );
  release();
  await got.seen(100);
  t.pass();
});

test("an offset that the broker corrects is gone on from at once and committed", async (t) => {
  const s = await scene(t, 10);
  s.refusals.push({ code: 21, nextBeginOffset: 6 });
  const got = collector();
  await consume(t, s, got);
  await got.seen(4);
  t.deepEqual(got.bodies, ["m6", "m7", "m8", "m9"]);
  t.is(s.commits[0], 6);
});

test("a broker that forgot the consumer gets a heartbeat before the next pull", async (t) => {
  const s = await scene(t, 3);
  s.refusals.push({ code: 24 });
  const got = collector();
  await consume(t, s, got);
  const before = s.broker.heartbeats.length;
  await got.seen(3);
  t.true(s.broker.heartbeats.length >= before);
  t.true(s.broker.heartbeats.length >= 2);
});

test("a failed message is given back to the broker and then counts as done", async (t) => {
  const s = await scene(t, 3);
  const back: unknown[] = [];
  s.broker.dispatcher.register(consumerSendMsgBack, ({ header }) => {
    back.push([
      header.offset,
      header.group,
      header.delayLevel,
      header.originTopic,
      header.maxReconsumeTimes,
    ]);
    return {};
  });
  const got = collector();
  const consumer = await consume(t, s, {
    listener: (messages, context) => {
      void got.listener(messages, context);
      if (messages[0]?.queueOffset === 1) throw new Error("no");
    },
  });
  await got.seen(3);
  await consumer.stop();
  t.deepEqual(back, [[1000, "G", 0, "T", 16]]);
  t.is(s.commits.at(-1), 3);
});

test("a message that the broker does not take back is sent to the retry topic as a copy", async (t) => {
  const s = await scene(t, 1);
  s.cluster.routes.set("%RETRY%G", routeOf(s.cluster.brokers, 1));
  s.broker.dispatcher.register(consumerSendMsgBack, () => ({ code: 1, remark: "not found" }));
  const copies: Record<string, unknown>[] = [];
  const copied = new Promise<void>((resolve) => {
    s.broker.dispatcher.register(sendMessageV2, ({ header }) => {
      copies.push({
        topic: header.topic,
        reconsumeTimes: header.reconsumeTimes,
        properties: header.properties,
      });
      resolve();
      return { header: { msgId: "X", queueId: 0, queueOffset: 0 } };
    });
  });
  await consume(t, s, {
    concurrency: 1,
    listener: ([message]) => (message?.topic === "T" ? "LATER" : "SUCCESS"),
  });
  await copied;
  t.is(copies[0]?.["topic"], "%RETRY%G");
  t.is(copies[0]?.["reconsumeTimes"], 1);
  const properties = decodeProperties(String(copies[0]?.["properties"]));
  t.is(properties.get("RETRY_TOPIC"), "T");
  t.is(properties.get("DELAY"), "3");
});

test("what was left undone is not committed", async (t) => {
  const s = await scene(t, 5);
  const got = collector();
  const consumer = await consume(t, s, {
    concurrency: 1,
    listener: (messages, context) => {
      void got.listener(messages, context);
      return messages[0]?.queueOffset === 2 ? "LEAVE" : "SUCCESS";
    },
  });
  await got.seen(5);
  await consumer.stop();
  t.is(s.commits.at(-1), 2);
});

test("a second consumer of the same group in one client is refused", async (t) => {
  const s = await scene(t, 0);
  await consume(t, s, collector());
  const second = new PushConsumer(s.client, { group: "G", listener: () => undefined });
  await t.throwsAsync(second.start(), { message: /has been created before/ });
});

test("the broker may ask for running info, offsets and the consumption of one message", async (t) => {
  const s = await scene(t, 2);
  const got = collector();
  await consume(t, s, { ...got, concurrency: 3 });
  await got.seen(2);
  const [connection] = s.connections as Set<Connection> & Iterable<Connection>;
  if (connection === undefined) return t.fail();
  const header = { consumerGroup: "G", clientId: s.client.id };
  const info = (await connection.call(getConsumerRunningInfo, header)).content();
  t.is(info.properties["PROP_THREADPOOL_CORE_SIZE"], "3");
  t.is(info.properties["PROP_NAMESERVER_ADDR"], s.cluster.namesrvAddress);
  t.deepEqual(
    info.subscriptionSet.map((one) => one.topic),
    ["%RETRY%G", "T"],
  );
  t.deepEqual(
    info.mqTable.map((one) => [one.queue.topic, one.value.commitOffset]),
    [["T", 2]],
  );
  const status = (
    await connection.call(getConsumerStatusFromClient, { topic: "T", group: "G" })
  ).content();
  t.deepEqual(
    status.messageQueueTable.map((one) => one.value),
    [2],
  );
  const direct = await connection.call(
    consumeMessageDirectly,
    { ...header, brokerName: "a" },
    { body: record(7) },
  );
  t.is(direct.content().consumeResult, "CR_SUCCESS");
  t.is(got.bodies.at(-1), "m7");
  const unknown = connection.call(getConsumerRunningInfo, { ...header, consumerGroup: "X" });
  await t.throwsAsync(unknown, { message: /<X> not exist/ });
});

test("told to reset, a consumer commits the new offset and goes on there", async (t) => {
  const s = await scene(t, 4);
  const got = collector();
  await consume(t, s, got);
  await got.seen(4);
  const [connection] = s.connections as Set<Connection> & Iterable<Connection>;
  const queue = { topic: "T", brokerName: "a", queueId: 0 };
  connection?.callOneway(
    resetConsumerClientOffset,
    { topic: "T", group: "G", timestamp: 0, isForce: true },
    { content: { offsetTable: [{ queue, value: 1 }] } },
  );
  await got.seen(7);
  t.deepEqual(got.bodies.slice(4).sort(), ["m1", "m2", "m3"]);
  t.true(s.commits.includes(1));
});

test("a member that is told of another gives its queue up, committed", async (t) => {
  const s = await scene(t, 4);
  const got = collector();
  const consumer = await consume(t, s, got);
  await got.seen(4);
  s.clientIds = ["0-comes-first", s.client.id];
  const [connection] = s.connections as Set<Connection> & Iterable<Connection>;
  connection?.callOneway(notifyConsumerIdsChanged, { consumerGroup: "G" });
  while (consumer.queues.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  t.is(s.commits.at(-1), 4);
});

test("a change that is told of while queues are being shared out is not forgotten", async (t) => {
  const s = await scene(t, 0);
  const consumer = await consume(t, s, collector());
  const [connection] = s.connections as Set<Connection> & Iterable<Connection>;
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    s.broker.dispatcher.register(getConsumerListByGroup, (exchange) => {
      answer = () => exchange.respond({ content: { consumerIdList: [s.client.id] } });
      resolve();
      return held;
    });
  });
  connection?.callOneway(notifyConsumerIdsChanged, { consumerGroup: "G" });
  await asked;
  s.broker.dispatcher.register(getConsumerListByGroup, () => ({
    content: { consumerIdList: ["0", s.client.id] },
  }));
  await connection?.call(getConsumerStatusFromClient, { topic: "T", group: "G" });
  connection?.callOneway(notifyConsumerIdsChanged, { consumerGroup: "G" });
  await connection?.call(getConsumerStatusFromClient, { topic: "T", group: "G" });
  answer();
  while (consumer.queues.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  t.pass();
});

test("a consumer that is full, with a listener that never comes back, stops all the same", async (t) => {
  const s = await scene(t, 100);
  const consumer = await consume(t, s, {
    pullBatchSize: 10,
    maxCachedMessages: 20,
    concurrency: 1,
    stopWithinMs: 20,
    listener: () => new Promise(() => undefined),
  });
  while ((consumer.processQueues[0]?.count ?? 0) < 30) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  await consumer.stop();
  t.deepEqual(s.broker.farewells, ["G"]);
  t.deepEqual(s.commits, []);
});

test("what was refused at the start takes no leave of the brokers when it is stopped", async (t) => {
  const s = await scene(t, 0);
  await consume(t, s, collector());
  const second = new PushConsumer(s.client, { group: "G", listener: () => undefined });
  await t.throwsAsync(second.start());
  await second.stop();
  t.deepEqual(s.broker.farewells, []);
});
