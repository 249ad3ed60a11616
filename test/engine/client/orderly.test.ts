import test, { type ExecutionContext } from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { type Client, createClient } from "../../../engine/client/client.js";
import type { MessageListener } from "../../../engine/client/consume-service.js";
import { ProcessQueue } from "../../../engine/client/process-queue.js";
import { Producer } from "../../../engine/client/producer.js";
import { PullConsumer } from "../../../engine/client/pull-consumer.js";
import { PushConsumer, type PushConsumerOptions } from "../../../engine/client/push-consumer.js";
import { LOCK_TRUSTED_MS, QueueLocks } from "../../../engine/client/queue-locks.js";
import { committedOffset, maxOffset } from "../../../engine/client/queue-offsets.js";
import { startBroker, startNamesrv } from "../../../engine/index.js";
import { lockBatchMq } from "../../../engine/protocol/requests/lock-batch-mq.js";
import { fakeCluster, routeOf } from "./fake-cluster.js";

async function cluster(t: ExecutionContext) {
  const namesrv = await startNamesrv({ host: "127.0.0.1", port: 0 });
  t.teardown(() => namesrv.stop());
  const config = { defaultTopicQueueNums: 2, enablePropertyFilter: true };
  const broker = await startBroker({ namesrv, config });
  t.teardown(() => broker.stop());
  const client = async (): Promise<Client> => {
    const one = createClient({ namesrv: namesrv.address });
    await one.start();
    t.teardown(() => one.stop());
    return one;
  };
  const producer = new Producer(await client(), { group: "PG" });
  await Promise.resolve(producer.start());
  const topics = new Set<string>();
  /** To two queues in turn; the body tells queue and number. */
  const send = async (count: number, from = 0) => {
    for (let i = from; i < from + count; i++) {
      for (const queueId of [0, 1]) {
        const queue = { topic: "T", brokerName: "broker-a", queueId };
        if (!topics.has("T")) await producer.send({ topic: "T", body: Buffer.from("first") });
        topics.add("T");
        await producer.send({ topic: "T", body: Buffer.from(`${queueId}:${i}`) }, { queue });
      }
    }
  };
  return { client, send, producer };
}

function consumerOf(
  t: ExecutionContext,
  client: Client,
  options: Partial<PushConsumerOptions> & { listener: MessageListener },
): PushConsumer {
  const consumer = new PushConsumer(client, {
    group: "G",
    orderly: true,
    suspendMs: 10,
    consumeFromWhere: "CONSUME_FROM_FIRST_OFFSET",
    ...options,
  });
  consumer.subscribe("T");
  t.teardown(() => consumer.stop());
  return consumer;
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
};

const queue = (queueId: number, topic = "T") => ({ topic, brokerName: "broker-a", queueId });

test("a message that failed comes again before the next of its queue, while other queues go on", async (t) => {
  const { client, send } = await cluster(t);
  await send(5);
  const seen: string[] = [];
  const consumer = consumerOf(t, await client(), {
    listener: ([message], context) => {
      const text = message?.body.toString() ?? "";
      seen.push(`${text} ${message?.reconsumeTimes}`);
      if (text !== "0:2" || message?.reconsumeTimes === 2) return "SUCCESS";
      context.suspendMs = 20;
      return "LATER";
    },
  });
  await consumer.start();
  await until(() => seen.length >= 13);
  const of = (queueId: number) => seen.filter((one) => one.startsWith(`${queueId}:`));
  t.deepEqual(of(0), ["0:0 0", "0:1 0", "0:2 0", "0:2 1", "0:2 2", "0:3 0", "0:4 0"]);
  t.deepEqual(of(1), ["1:0 0", "1:1 0", "1:2 0", "1:3 0", "1:4 0"]);
});

test("what failed too often goes to the dead letters, and the queue goes on behind it", async (t) => {
  const { client, send } = await cluster(t);
  await send(2);
  const seen: string[] = [];
  const own = await client();
  const consumer = consumerOf(t, own, {
    maxReconsumeTimes: 1,
    listener: ([message]) => {
      seen.push(message?.body.toString() ?? "");
      if (message?.body.toString() === "1:0") throw new Error("no");
    },
  });
  await consumer.start();
  await until(() => seen.includes("1:1"));
  t.deepEqual(
    seen.filter((one) => one.startsWith("1:")),
    ["1:0", "1:0", "1:1"],
  );
  await consumer.stop();
  t.true((await maxOffset(own, queue(0, "%DLQ%G"))) === 1);
});

test("members share the queues, and no queue is with two of them at a time or out of order", async (t) => {
  const { client, send } = await cluster(t);
  await send(20);
  const seen: string[] = [];
  const busy = new Set<number>();
  const listener = (name: string): MessageListener => {
    return async ([message], { queue: { queueId } }) => {
      t.false(busy.has(queueId));
      busy.add(queueId);
      await new Promise((resolve) => setTimeout(resolve, 5));
      busy.delete(queueId);
      seen.push(`${message?.body.toString()} ${name}`);
    };
  };
  const first = consumerOf(t, await client(), { listener: listener("a") });
  await first.start();
  await until(() => seen.length > 6);
  const second = consumerOf(t, await client(), { listener: listener("b") });
  await second.start();
  const queuesOf = (one: PushConsumer) => one.queues.filter(({ topic }) => topic === "T").length;
  await until(() => queuesOf(first) === 1 && queuesOf(second) === 1);
  await send(5, 20);
  await until(() => seen.length >= 51);
  for (const queueId of [0, 1]) {
    const bodies = seen.flatMap((one) => (one.startsWith(`${queueId}:`) ? one.split(" ")[0] : []));
    t.deepEqual(
      bodies,
      Array.from({ length: 25 }, (_, i) => `${queueId}:${i}`),
    );
  }
  t.true(seen.some((one) => one.endsWith("b")));
  await second.stop();
  await until(() => queuesOf(first) === 2);
});

test("a queue whose lock is refused is not taken", async (t) => {
  const fake = await fakeCluster(t, ["a"]);
  const [broker] = fake.brokers;
  fake.routes.set("T", routeOf(fake.brokers, 2));
  const clock = new ManualClock(0);
  const client = createClient({ namesrv: fake.namesrvAddress, clock });
  await client.start();
  t.teardown(() => client.stop());
  await client.routes.refresh("T");
  const queues = [0, 1].map((queueId) => ({ topic: "T", brokerName: "a", queueId }));
  let asked: unknown;
  broker!.dispatcher.register(lockBatchMq, (exchange) => {
    asked = exchange.content();
    return { content: { lockOKMQSet: [queues[1]!] } };
  });
  const locks = new QueueLocks(client, "G");
  const processes = queues.map((one) => new ProcessQueue(one, 0));
  await locks.lock(processes);
  const content = { consumerGroup: "G", clientId: client.id, mqSet: queues, onlyThisBroker: false };
  t.deepEqual(asked, content);
  t.deepEqual(
    processes.map((one) => locks.isHeld(one)),
    [false, true],
  );
  await clock.advance(LOCK_TRUSTED_MS);
  t.true(locks.isHeld(processes[1]!));
  await clock.advance(1);
  t.false(locks.isHeld(processes[1]!));
});

test("subscriptions by SQL get what matches, the offset goes past the rest, and wrong ones are refused", async (t) => {
  const { client, producer } = await cluster(t);
  const sent = { queue: queue(0) };
  await producer.send({ topic: "T", body: Buffer.from("first") });
  const before = await maxOffset(await client(), queue(0));
  for (const a of ["1", "2", "3"])
    await producer.send({ topic: "T", body: Buffer.from(a), properties: { a } }, sent);
  const own = await client();
  const seen: string[] = [];
  const consumer = new PushConsumer(own, {
    group: "SQL",
    listener: (messages) => void seen.push(...messages.map((one) => one.body.toString())),
  });
  consumer.subscribe("T", "a BETWEEN 2 AND 2 OR a = 4", "SQL92");
  await consumer.start();
  await until(() => seen.length >= 1);
  await producer.send({ topic: "T", body: Buffer.from("4"), properties: { a: "4" } }, sent);
  await until(() => seen.length >= 2);
  await consumer.stop();
  t.deepEqual(seen, ["2", "4"]);
  t.is(await committedOffset(own, "SQL", queue(0)), before + 4);
  const puller = new PullConsumer(own, { group: "PULL" });
  puller.start();
  t.teardown(() => puller.stop());
  const pulled = await puller.pull(queue(0), 0, { expression: "a > 2", expressionType: "SQL92" });
  t.deepEqual(
    pulled.messages.map((one) => one.body.toString()),
    ["3", "4"],
  );
  const wrong = new PushConsumer(own, { group: "wrong", listener: () => undefined });
  wrong.subscribe("T", "a ==", "SQL92");
  await t.throwsAsync(wrong.start(), { message: /Invalid MessageSelector/ });
});
