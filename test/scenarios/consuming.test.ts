import test from "ava";
import { ManualClock } from "../../engine/base/clock.js";
import { PushConsumer, type PushConsumerOptions } from "../../engine/client/push-consumer.js";
import { MOVABLE } from "../engine/broker/schedule/waiting.js";
import { startServers, until } from "./servers.js";

type Servers = Awaited<ReturnType<typeof startServers>>;

/** A consumer of topic T and the bodies it was given. */
async function consumerOf(servers: Servers, options: Partial<PushConsumerOptions> = {}) {
  const bodies: string[] = [];
  const consumer = new PushConsumer(await servers.client(), {
    group: "G",
    consumeFromWhere: "CONSUME_FROM_FIRST_OFFSET",
    // a held pull keeps the subscription it came with
    brokerSuspendMs: 100,
    ...options,
    listener: (messages) => void bodies.push(...messages.map((one) => one.body.toString())),
  });
  return { consumer, bodies };
}

test("a running consumer that subscribes anew gets what its new expression selects", async (t) => {
  const servers = await startServers(t, { config: { enablePropertyFilter: true } });
  const { send, producer, queue } = servers;
  const { consumer, bodies } = await consumerOf(servers);
  consumer.subscribe("T", "a || b");
  await consumer.start();
  t.teardown(() => consumer.stop());
  for (const tag of ["a", "b", "c"]) await send(tag, tag);
  await until(() => bodies.length === 2);
  t.deepEqual(bodies.splice(0).sort(), ["a", "b"]);
  consumer.subscribe("T", "c");
  // until brokers and pulls have heard of it, what comes is still selected by the old one
  await until(async () => {
    await send("c", "c");
    return bodies.length > 0;
  });
  for (const tag of ["a", "b"]) await send(tag, tag);
  await send("last", "c");
  await until(() => bodies.includes("last"));
  t.deepEqual([...new Set(bodies.splice(0))].sort(), ["c", "last"]);
  consumer.subscribe("T", "n > 5", "SQL92");
  const sendNumber = (n: number) =>
    producer.send({ topic: "T", body: Buffer.from(`n${n}`), properties: { n: `${n}` } }, { queue });
  await until(async () => {
    await sendNumber(6);
    return bodies.length > 0;
  });
  for (const n of [5, 7]) await sendNumber(n);
  await until(() => bodies.includes("n7"));
  t.deepEqual([...new Set(bodies)].sort(), ["n6", "n7"]);
});

test("a new group begins at the first message, at the last, or at a time", async (t) => {
  const clock = new ManualClock(1_800_000_000_000);
  const servers = await startServers(t, {
    clock,
    // no queue counts as young, of which a new group always gets all
    config: { ...MOVABLE, accessMessageInMemoryMaxRatio: 0 },
  });
  const { send } = servers;
  await send("old");
  await clock.advance(3_600_000);
  await send("young");
  const begin = async (
    where: "FIRST_OFFSET" | "LAST_OFFSET" | "TIMESTAMP",
    consumeTimestamp?: number,
  ): Promise<string[]> => {
    const { consumer, bodies } = await consumerOf(servers, {
      group: `G-${where}`,
      consumeFromWhere: `CONSUME_FROM_${where}`,
      ...(consumeTimestamp !== undefined && { consumeTimestamp }),
    });
    consumer.subscribe("T");
    await consumer.start();
    // what comes before a new group has asked for the last offset is not for it
    await until(async () => {
      await send(`for ${where}`);
      return bodies.includes(`for ${where}`);
    });
    await consumer.stop();
    return bodies.filter((body) => body !== "first" && !body.startsWith("for ")).sort();
  };
  t.deepEqual(await begin("FIRST_OFFSET"), ["old", "young"]);
  t.deepEqual(await begin("TIMESTAMP", clock.now() - 1000), ["young"]);
  t.deepEqual(await begin("LAST_OFFSET"), []);
});
