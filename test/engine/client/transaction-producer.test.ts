import test, { type ExecutionContext } from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import {
  createClient,
  PullConsumer,
  startBroker,
  startNamesrv,
  type TransactionCheck,
  TransactionProducer,
} from "../../../engine/index.js";

const INTERVAL_MS = 5_000;

async function start(t: ExecutionContext) {
  const clock = new ManualClock(Date.now());
  const namesrv = await startNamesrv({ host: "127.0.0.1", port: 0 });
  t.teardown(() => namesrv.stop());
  const config = {
    transactionCheckInterval: INTERVAL_MS,
    transactionTimeOut: 1_000,
    serverChannelMaxIdleTimeSeconds: 1_000_000,
  };
  const broker = await startBroker({ namesrv, clock, config });
  t.teardown(() => broker.stop());
  const client = createClient({ namesrv: namesrv.address });
  await client.start();
  t.teardown(() => client.stop());
  const producerOf = (check: TransactionCheck, group = "TG"): TransactionProducer => {
    const producer = new TransactionProducer(client, { group, check });
    producer.start();
    t.teardown(() => producer.stop());
    return producer;
  };
  const consumer = new PullConsumer(client, { group: "CG" });
  consumer.start();
  t.teardown(() => consumer.stop());
  const visible = async (): Promise<string[]> => {
    const found: string[] = [];
    for (let queueId = 0; queueId < 4; queueId++) {
      const queue = { topic: "T", brokerName: "broker-a", queueId };
      const { messages } = await consumer.pull(queue, 0, { maxCount: 32 });
      found.push(...messages.map((one) => one.body.toString()));
    }
    return found.sort();
  };
  const round = async (): Promise<void> => {
    // Milliseconds of the machine's clock stand in what the client sends.
    await clock.advance(INTERVAL_MS);
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  return { client, producerOf, visible, round };
}

const message = (text: string) => ({ topic: "T", body: Buffer.from(text) });

test("a message is visible when its transaction was committed, and never when it was rolled back", async (t) => {
  const { producerOf, visible, round } = await start(t);
  const asked: string[] = [];
  const producer = producerOf((one) => {
    asked.push(one.body.toString());
    return "unknown";
  });
  const seen: string[][] = [];
  const done = await producer.sendInTransaction(message("kept"), async () => {
    seen.push(await visible());
    return "commit" as const;
  });
  t.is(done.state, "commit");
  t.is(done.status, "SEND_OK");
  const undone = await producer.sendInTransaction(message("dropped"), () => "rollback");
  t.is(undone.state, "rollback");
  await round();
  await round();
  t.deepEqual(seen, [[]]);
  t.deepEqual(await visible(), ["kept"]);
  t.deepEqual(asked, []);
});

test("the broker asks about what is unknown or threw; the answer is what counts", async (t) => {
  const { producerOf, visible, round } = await start(t);
  const asked: string[] = [];
  const producer = producerOf((one) => {
    const text = one.body.toString();
    asked.push(`${one.topic} ${text}`);
    if (text === "bad" && asked.filter((each) => each === "T bad").length < 2) {
      throw new Error("not reachable");
    }
    return text === "third" ? "rollback" : "commit";
  });
  const first = await producer.sendInTransaction(message("first"), () => "unknown");
  const bad = await producer.sendInTransaction(message("bad"), () => {
    throw new Error("broken");
  });
  await producer.sendInTransaction(message("third"), () => "unknown");
  t.deepEqual([first.state, bad.state], ["unknown", "unknown"]);
  t.deepEqual(await visible(), []);
  await round();
  t.deepEqual(await visible(), ["first"]);
  await round();
  await round();
  t.deepEqual(await visible(), ["bad", "first"]);
  t.deepEqual(asked.sort(), ["T bad", "T bad", "T first", "T third"]);
});

test("a client has one transaction producer of a group", async (t) => {
  const { producerOf, client } = await start(t);
  const producer = producerOf(() => "commit");
  const second = new TransactionProducer(client, { group: "TG", check: () => "commit" });
  t.throws(() => second.start(), { message: /has a transaction producer of the group TG already/ });
  await producer.stop();
  second.start();
  await second.stop();
});
