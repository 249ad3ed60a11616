import test, { type ExecutionContext } from "ava";
import {
  createClient,
  Producer,
  PushConsumer,
  reply,
  replyMessage,
  Requester,
  startBroker,
  startNamesrv,
} from "../../../engine/index.js";

async function start(t: ExecutionContext) {
  const namesrv = await startNamesrv({ host: "127.0.0.1", port: 0 });
  t.teardown(() => namesrv.stop());
  const broker = await startBroker({ namesrv });
  t.teardown(() => broker.stop());
  const clientFor = async () => {
    const client = createClient({ namesrv: namesrv.address });
    await client.start();
    t.teardown(() => client.stop());
    return client;
  };
  const requester = new Requester(await clientFor(), { group: "RG" });
  requester.start();
  t.teardown(() => requester.stop());
  return { requester, clientFor };
}

const question = (text: string, topic = "Q") => ({ topic, body: Buffer.from(text) });

test("each request gets its own reply, large ones too", async (t) => {
  const { requester, clientFor } = await start(t);
  const client = await clientFor();
  const producer = new Producer(client, { group: "PG" });
  producer.start();
  t.teardown(() => producer.stop());
  // Makes the topic, so that the consumer has its queues from the start.
  await producer.send(question("first"));
  const sent: string[] = [];
  const consumer = new PushConsumer(client, {
    group: "CG",
    listener: async (messages) => {
      for (const message of messages) {
        if (!message.properties.has("CORRELATION_ID")) continue;
        const body = Buffer.from(`${message.body.toString()}!`.repeat(2000));
        sent.push((await reply(producer, message, { body, properties: { a: "b" } })).status);
      }
    },
  });
  consumer.subscribe("Q");
  await consumer.start();
  t.teardown(() => consumer.stop());
  const texts = ["one", "two", "three"];
  const replies = await Promise.all(
    texts.map((text) => requester.request(question(text), { timeoutMs: 15_000 })),
  );
  t.deepEqual(
    replies.map((one) => one.body.toString()),
    texts.map((text) => `${text}!`.repeat(2000)),
  );
  const [first] = replies;
  t.is(first?.topic, "DefaultCluster_REPLY_TOPIC");
  t.is(first?.properties.get("a"), "b");
  t.is(first?.properties.get("MSG_TYPE"), "reply");
  t.true(first?.properties.has("ARRIVE_TIME"));
  // The broker answers the reply when it has handed it over and stored it.
  while (sent.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  t.deepEqual(sent, ["SEND_OK", "SEND_OK", "SEND_OK"]);
});

test("a request that nobody replies to ends with its deadline, one of a stopped producer at once", async (t) => {
  const { requester } = await start(t);
  await t.throwsAsync(requester.request(question("?"), { timeoutMs: 50 }), {
    message: "no reply to the request on Q within 50 ms",
  });
  const waiting = t.throwsAsync(requester.request(question("?"), { timeoutMs: 60_000 }), {
    message: "the producer was stopped",
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await requester.stop();
  await waiting;
});

test("a request that cannot be sent fails with the reason; what is no request cannot be replied to", async (t) => {
  const { requester, clientFor } = await start(t);
  const sent = requester.request(question("?", "SCHEDULE_TOPIC_XXXX"), { timeoutMs: 5_000 });
  await t.throwsAsync(sent, { message: /SCHEDULE_TOPIC_XXXX/ });
  const plain = { properties: new Map([["CLUSTER", "c"]]), brokerName: "broker-a" };
  t.throws(() => replyMessage(plain, { body: Buffer.from("x") }), {
    message: /property\[CORRELATION_ID\] is null/,
  });
  const producer = new Producer(await clientFor(), { group: "PG" });
  producer.start();
  t.teardown(() => producer.stop());
  const properties = new Map([
    ["CLUSTER", "DefaultCluster"],
    ["CORRELATION_ID", "1"],
    ["REPLY_TO_CLIENT", "gone"],
  ]);
  const answer = { body: Buffer.from("x") };
  await t.throwsAsync(reply(producer, { properties, brokerName: "broker-a" }, answer), {
    message: /channel of <gone> not found/,
  });
});
