import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { type Client, createClient } from "../../engine/client/client.js";
import { Producer } from "../../engine/client/producer.js";
import { PushConsumer } from "../../engine/client/push-consumer.js";
import { startBroker, startNamesrv } from "../../engine/index.js";

/** Sends bodies to a topic and resolves with what a consumer group got, in any order. */
async function sendAndReceive(
  t: ExecutionContext,
  client: Client,
  bodies: readonly string[],
): Promise<string[]> {
  const producer = new Producer(client, { group: "library_producer" });
  producer.start();
  for (const body of bodies) {
    const sent = await producer.send({ topic: "library", body: Buffer.from(body) });
    t.is(sent.status, "SEND_OK");
  }
  const received: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const consumer = new PushConsumer(client, {
      group: "library_consumer",
      consumeFromWhere: "CONSUME_FROM_FIRST_OFFSET",
      listener: (messages) => {
        received.push(...messages.map(({ body }) => body.toString()));
        if (received.length === bodies.length)
          setImmediate(() => void consumer.stop().then(resolve));
      },
    });
    consumer.subscribe("library");
    consumer.start().catch(reject);
  });
  await producer.stop();
  return received.sort();
}

test("a test of one's own starts a name server and a broker, sends and receives", async (t) => {
  const namesrv = await startNamesrv();
  const broker = await startBroker({ namesrv });
  const client = createClient({ namesrv: namesrv.address });
  await client.start();
  t.deepEqual(await sendAndReceive(t, client, ["one", "three", "two"]), ["one", "three", "two"]);
  await client.stop();
  await broker.stop();
  await namesrv.stop();
});

test("several at once do not know of each other", async (t) => {
  const clusters = await Promise.all(
    [1, 2, 3].map(async (number) => {
      const namesrv = await startNamesrv();
      const broker = await startBroker({ namesrv: namesrv.address });
      const client = createClient({ namesrv: namesrv.address });
      await client.start();
      return { number, namesrv, broker, client };
    }),
  );
  t.is(new Set(clusters.map(({ broker }) => broker.address)).size, 3);
  await Promise.all(
    clusters.map(async ({ number, client }) => {
      const bodies = [`${String(number)}a`, `${String(number)}b`];
      t.deepEqual(await sendAndReceive(t, client, bodies), bodies);
    }),
  );
  for (const { client, broker, namesrv } of clusters) {
    await client.stop();
    await broker.stop();
    await namesrv.stop();
  }
});

test("a store folder that is named stays, with its messages", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "library-"));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const storeDir = join(folder, "store");
  for (const queueOffset of [0, 1]) {
    const namesrv = await startNamesrv();
    const broker = await startBroker({ namesrv, storeDir, config: { defaultTopicQueueNums: 1 } });
    const client = createClient({ namesrv: namesrv.address });
    await client.start();
    const producer = new Producer(client, { group: "library_producer" });
    producer.start();
    const sent = await producer.send({ topic: "kept", body: Buffer.from("x") });
    t.is(sent.queueOffset, queueOffset);
    await producer.stop();
    await client.stop();
    await broker.stop();
    await namesrv.stop();
  }
  t.false(existsSync(join(storeDir, "abort")));
});

test("a port in use is an error that leaves nothing behind", async (t) => {
  const broker = await startBroker();
  const folder = mkdtempSync(join(tmpdir(), "library-"));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const storeDir = join(folder, "store");
  await t.throwsAsync(startBroker({ port: broker.port, storeDir }), {
    message: /the port is in use/,
  });
  t.false(existsSync(join(storeDir, "abort")));
  await broker.stop();
  const after = await startBroker({ port: broker.port, storeDir });
  await after.stop();
});

test("after the stop the process ends by itself and the temporary folder is gone", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "library-"));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const engine = new URL("../../engine/index.js", import.meta.url).href;
  const client = new URL("../../engine/client/client.js", import.meta.url).href;
  const producer = new URL("../../engine/client/producer.js", import.meta.url).href;
  const script = join(folder, "user.mjs");
  writeFileSync(
    script,
    `import { startBroker, startNamesrv } from ${JSON.stringify(engine)};
     import { createClient } from ${JSON.stringify(client)};
     import { Producer } from ${JSON.stringify(producer)};
     const namesrv = await startNamesrv();
     const broker = await startBroker({ namesrv });
     const client = createClient({ namesrv: namesrv.address });
     await client.start();
     const producer = new Producer(client, { group: "g" });
     producer.start();
     await producer.send({ topic: "t", body: Buffer.from("x") });
     await producer.stop();
     await client.stop();
     await broker.stop();
     await namesrv.stop();
     console.log("stopped");
    `,
  );
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  const { stdout } = await promisify(execFile)(process.execPath, [script], {
    env: { ...process.env, TMPDIR: temporary, HOME: folder },
    timeout: 60_000,
  });
  t.is(stdout.trim(), "stopped");
  t.deepEqual(readdirSync(temporary), []);
});
