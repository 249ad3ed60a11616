import test from "ava";
import { type Client, createClient } from "../../../../engine/client/client.js";
import { Producer } from "../../../../engine/client/producer.js";
import { PullConsumer } from "../../../../engine/client/pull-consumer.js";
import { PushConsumer } from "../../../../engine/client/push-consumer.js";
import { TransactionProducer } from "../../../../engine/client/transaction-producer.js";
import { encodeTraceRecord } from "../../../../engine/client/trace/trace-record.js";
import { startBroker, startNamesrv } from "../../../../engine/index.js";

const TOPIC = "RMQ_SYS_TRACE_TOPIC";

const SMALL = { mappedFileSizeCommitLog: 1 << 20, maxIndexNum: 100, maxHashSlotNum: 10 };

/** Fields of all trace records; `seen` is told of the keys of each trace message. */
async function tracesIn(client: Client, seen?: (keys: string[]) => void): Promise<string[][]> {
  const reader = new PullConsumer(client, { group: "readers", register: false });
  const queues = await reader.queues(TOPIC);
  const pages = await Promise.all(queues.map((queue) => reader.pull(queue, 0, {})));
  const found = pages.flatMap(({ messages }) => messages);
  for (const { keyList } of found) seen?.(keyList);
  return found
    .flatMap(({ body }) => body.toString().split("\u0002").slice(0, -1))
    .map((record) => record.split("\u0001"));
}

test("records are written as Java 5.3.3 writes them", (t) => {
  const base = { timestamp: 17, group: "g", msgId: "ID", keys: undefined };
  t.is(
    encodeTraceRecord({
      ...base,
      ...{ type: "Pub", regionId: "R", topic: "T", tags: undefined, storeHost: "h:1" },
      ...{ bodyLength: 5, costMs: 3, messageType: 0, offsetMsgId: "OFF", isSuccess: true },
    }),
    "Pub 17 R g T ID null null h:1 5 3 0 OFF true".replaceAll(" ", "\u0001") + "\u0002",
  );
  t.is(
    encodeTraceRecord({
      ...{ ...base, keys: "k1 k2" },
      ...{ type: "EndTransaction", regionId: "R", topic: "T", tags: "A", storeHost: "h:1" },
      ...{ transactionId: undefined, state: "ROLLBACK_MESSAGE", isFromCheck: false },
    }),
    "EndTransaction 17 R g T ID A k1+k2 h:1 2 null ROLLBACK_MESSAGE false"
      .replaceAll(" ", "\u0001")
      .replace("+", " ") + "\u0002",
  );
});

test("a transactional producer traces its half messages and their ends", async (t) => {
  const namesrv = await startNamesrv();
  t.teardown(() => namesrv.stop());
  const broker = await startBroker({ namesrv, config: { traceTopicEnable: true, ...SMALL } });
  t.teardown(() => broker.stop());
  const client = createClient({ namesrv: namesrv.address });
  await client.start();
  t.teardown(() => client.stop());
  const producer = new TransactionProducer(client, {
    ...{ group: "makers", traceTopic: TOPIC, check: () => "unknown" },
  });
  producer.start();
  const message = { topic: "traced", tags: "A", keys: "k", body: Buffer.from("x") };
  const { msgId } = await producer.sendInTransaction(message, () => "commit");
  await producer.stop();
  const records = await tracesIn(client);
  t.like(
    records.find(([type]) => type === "Pub"),
    { 4: "traced", 5: msgId, 11: "1" },
  );
  t.like(
    records.find(([type]) => type === "EndTransaction"),
    {
      ...{ 3: "makers", 4: "traced", 5: msgId, 6: "A", 7: "k", 8: broker.address },
      ...{ 9: "2", 11: "COMMIT_MESSAGE", 12: "false", length: 13 },
    },
  );
});

test("a producer and a consumer trace their messages before they have stopped", async (t) => {
  const namesrv = await startNamesrv();
  t.teardown(() => namesrv.stop());
  const broker = await startBroker({
    namesrv,
    config: { traceTopicEnable: true, ...SMALL },
  });
  t.teardown(() => broker.stop());
  const client = createClient({ namesrv: namesrv.address });
  await client.start();
  t.teardown(() => client.stop());

  const producer = new Producer(client, { group: "makers", traceTopic: TOPIC });
  producer.start();
  const { msgId, offsetMsgId } = await producer.send({
    ...{ topic: "traced", tags: "A", keys: ["k1", "k2"], body: Buffer.from("hello") },
  });
  await producer.stop();
  await new Promise<void>((resolve, reject) => {
    const consumer = new PushConsumer(client, {
      group: "takers",
      traceTopic: TOPIC,
      consumeFromWhere: "CONSUME_FROM_FIRST_OFFSET",
      listener: () => {
        setImmediate(() => void consumer.stop().then(resolve, reject));
        throw new Error("no");
      },
    });
    consumer.subscribe("traced");
    consumer.start().catch(reject);
  });

  const records = await tracesIn(client, (keys) => {
    t.true(keys.includes(msgId) && keys.includes("k2"));
  });
  const [pub] = records.filter(([type]) => type === "Pub");
  t.like(pub, {
    ...{ 2: "DefaultRegion", 3: "makers", 4: "traced", 5: msgId, 6: "A", 7: "k1 k2" },
    ...{ 8: broker.address, 9: "5", 11: "0", 12: offsetMsgId, 13: "true", length: 14 },
  });
  const [before] = records.filter(([type]) => type === "SubBefore");
  t.like(before, { 3: "takers", 5: msgId, 6: "0", 7: "k1 k2", length: 8 });
  const [after] = records.filter(([type]) => type === "SubAfter");
  t.like(after, {
    1: before?.[4],
    2: msgId,
    4: "false",
    5: "k1 k2",
    6: "2",
    8: "takers",
    length: 9,
  });
});
