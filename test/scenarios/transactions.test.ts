import test from "ava";
import { createClient, PullConsumer, TransactionProducer } from "../../engine/index.js";
import { killableBroker } from "./killed-broker.js";

const OPEN = 20;

test("after kill -9 committed messages are there once, open ones are asked about, rolled back ones stay away", async (t) => {
  const { namesrv, startBroker } = await killableBroker(t, [
    "transactionCheckInterval=300",
    "transactionTimeOut=100",
  ]);
  const asked = new Set<string>();
  /** Until the broker is gone every transaction stays open that is not ended at once. */
  let isBack = false;
  const transact = async (run: (producer: TransactionProducer) => Promise<void>): Promise<void> => {
    const client = createClient({ namesrv });
    await client.start();
    const producer = new TransactionProducer(client, {
      group: "TG",
      check: (message) => {
        if (!isBack) return "unknown";
        const text = message.body.toString();
        asked.add(text);
        return text.startsWith("gone") ? "rollback" : "commit";
      },
    });
    producer.start();
    await run(producer);
    await producer.stop();
    await client.stop();
  };
  const visible = async (): Promise<string[]> => {
    const client = createClient({ namesrv });
    await client.start();
    const consumer = new PullConsumer(client, { group: "readers", register: false });
    const found: string[] = [];
    for (const queue of await consumer.queues("T")) {
      for (let offset = 0; ;) {
        const { messages, nextBeginOffset } = await consumer.pull(queue, offset, { maxCount: 32 });
        if (messages.length === 0) break;
        found.push(...messages.map((one) => one.body.toString()));
        offset = nextBeginOffset;
      }
    }
    await client.stop();
    return found.sort();
  };
  const message = (text: string) => ({ topic: "T", body: Buffer.from(text) });
  const names = (kind: string): string[] =>
    Array.from({ length: OPEN }, (_, nth) => `${kind}${String(nth).padStart(2, "0")}`);

  const first = await startBroker();
  await transact(async (producer) => {
    for (const name of names("open"))
      await producer.sendInTransaction(message(name), () => "unknown");
    // Long enough for copies of those.
    await new Promise((resolve) => setTimeout(resolve, 700));
    for (const name of names("kept")) {
      await producer.sendInTransaction(message(name), () => "commit");
    }
    for (const name of names("gone")) {
      await producer.sendInTransaction(message(name), () => "rollback");
    }
    while ((await visible()).length < OPEN) await new Promise((resolve) => setTimeout(resolve, 20));
    first.child.kill("SIGKILL");
    await first.ended;
  });
  isBack = true;
  const second = await startBroker();
  await transact(async () => {
    const { length } = names("open");
    const deadline = Date.now() + 20_000;
    while ((await visible()).length < 2 * length && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
  t.deepEqual(await visible(), [...names("kept"), ...names("open")]);
  t.deepEqual(
    [...asked].filter((name) => name.startsWith("kept")),
    [],
  );
  second.child.kill("SIGTERM");
  await second.ended;
});
