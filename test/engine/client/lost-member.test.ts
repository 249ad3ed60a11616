import test, { type ExecutionContext } from "ava";
import { type Client, createClient } from "../../../engine/client/client.js";
import type { MessageListener } from "../../../engine/client/consume-service.js";
import { Producer } from "../../../engine/client/producer.js";
import { PushConsumer } from "../../../engine/client/push-consumer.js";
import { startBroker, startNamesrv } from "../../../engine/index.js";

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
};

async function start(t: ExecutionContext): Promise<() => Promise<Client>> {
  const namesrv = await startNamesrv({ host: "127.0.0.1", port: 0 });
  t.teardown(() => namesrv.stop());
  const broker = await startBroker({ namesrv });
  t.teardown(() => broker.stop());
  return async () => {
    const client = createClient({ namesrv: namesrv.address });
    await client.start();
    t.teardown(() => client.stop());
    return client;
  };
}

test("what a member had in hand when it was lost goes to the others", async (t) => {
  const connect = await start(t);
  const producer = new Producer(await connect(), { group: "PG" });
  await Promise.resolve(producer.start());
  await producer.send({ topic: "T", body: Buffer.from("first") });
  const consume = async (client: Client, listener: MessageListener): Promise<PushConsumer> => {
    const consumer = new PushConsumer(client, { group: "G", listener, stopWithinMs: 10 });
    consumer.subscribe("T");
    await consumer.start();
    t.teardown(() => consumer.stop());
    return consumer;
  };
  const seen: string[] = [];
  const stays = await consume(await connect(), (messages) => {
    seen.push(...messages.map((message) => message.body.toString()));
  });
  const inHand: string[] = [];
  const doomed = await connect();
  const lost = await consume(doomed, (messages) => {
    inHand.push(...messages.map((message) => message.body.toString()));
    return new Promise(() => undefined);
  });
  const queuesOf = (one: PushConsumer) => one.queues.filter(({ topic }) => topic === "T").length;
  await until(() => queuesOf(lost) === 2 && queuesOf(stays) === 2);
  const sent = Array.from({ length: 16 }, (_, i) => `m${i}`);
  for (const body of sent) await producer.send({ topic: "T", body: Buffer.from(body) });
  await until(() => inHand.length >= 8);
  // the process dies: connections break, nothing is said
  await doomed.stop();
  await until(() => sent.every((body) => seen.includes(body)));
  t.is(queuesOf(stays), 4);
});
