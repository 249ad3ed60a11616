import test from "ava";
import { createClient, Producer, PullConsumer } from "../../engine/index.js";
import { killableBroker } from "./killed-broker.js";

const EACH = 40;

test("messages that wait survive kill -9 again and again, and come once each, none too early", async (t) => {
  const { namesrv, startBroker } = await killableBroker(t, [
    "mappedFileSizeTimerLog=1048576",
    "messageDelayLevel=1s 2s 3s",
  ]);
  let broker = await startBroker();
  const sender = createClient({ namesrv });
  await sender.start();
  const producer = new Producer(sender, { group: "senders" });
  producer.start();
  for (let nth = 0; nth < EACH; nth++) {
    const body = Buffer.from(String(nth));
    await producer.send({ topic: "T", body, delayLevel: 1 + (nth % 3) });
    const properties = { TIMER_DELAY_MS: String(1500 + (nth % 3) * 1000) };
    await producer.send({ topic: "T", body, properties });
  }
  await producer.stop();
  await sender.stop();
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    broker.child.kill("SIGKILL");
    await broker.ended;
    broker = await startBroker();
  }
  const client = createClient({ namesrv });
  await client.start();
  const consumer = new PullConsumer(client, { group: "readers", register: false });
  const deadline = Date.now() + 20_000;
  const keys: string[] = [];
  const offsets = new Map<string, number>();
  while (Date.now() < deadline && keys.length < 2 * EACH) {
    for (const queue of await consumer.queues("T")) {
      const name = String(queue.queueId);
      const from = offsets.get(name) ?? 0;
      const { messages, nextBeginOffset } = await consumer.pull(queue, from, { maxCount: 32 });
      if (messages.length > 0) offsets.set(name, nextBeginOffset);
      for (const one of messages) {
        keys.push(one.uniqKey ?? "");
        const level = Number(one.properties.get("DELAY") ?? 0);
        const wait = Number(one.properties.get("TIMER_DELAY_MS") ?? level * 1000);
        t.true(one.storeTimestamp - one.bornTimestamp >= wait - 100);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  t.is(keys.length, 2 * EACH);
  t.is(new Set(keys).size, 2 * EACH);
  await client.stop();
  broker.child.kill("SIGTERM");
  await broker.ended;
});
