import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { createClient } from "../../../engine/client/client.js";
import { Producer } from "../../../engine/client/producer.js";
import { sendMessageV2 } from "../../../engine/protocol/requests/send-message-v2.js";
import { fakeCluster, routeOf } from "./fake-cluster.js";

const settle = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

test("routes in use are looked up every 30 seconds, and heartbeats go to the brokers they name", async (t) => {
  const cluster = await fakeCluster(t, ["a", "b"]);
  const [a, b] = cluster.brokers;
  if (a === undefined || b === undefined) return t.fail();
  cluster.routes.set("T", routeOf([a]));
  for (const { dispatcher } of cluster.brokers) {
    dispatcher.register(sendMessageV2, ({ header }) => ({
      header: { msgId: "X", queueId: header.queueId, queueOffset: 0 },
    }));
  }
  const clock = new ManualClock(1_700_000_000_000);
  const client = createClient({ namesrv: cluster.namesrvAddress, clock });
  await client.start();
  t.teardown(() => client.stop());
  const producer = new Producer(client, { group: "PG" });
  producer.start();
  t.is((await producer.send({ topic: "T", body: Buffer.from("x") })).queue.brokerName, "a");
  await settle(() => a.heartbeats.length === 1);
  cluster.routes.set("T", routeOf([b]));
  await clock.advance(30_000);
  await settle(() => b.heartbeats.length === 1);
  t.is((await producer.send({ topic: "T", body: Buffer.from("x") })).queue.brokerName, "b");
  await clock.advance(30_000);
  await settle(() => b.heartbeats.length === 2);
  await producer.stop();
  t.deepEqual(b.farewells, ["PG"]);
});

test("many who want the same route at once make one request", async (t) => {
  const cluster = await fakeCluster(t, ["a"]);
  cluster.routes.set("T", routeOf(cluster.brokers));
  const client = await cluster.client();
  const [one, other] = [client.routes.refresh("T"), client.routes.refresh("T")];
  t.is(one, other);
  t.is((await one)?.queueDatas.length, 1);
});

test("a replica that is not there is stood in for by the master, else by any", async (t) => {
  const cluster = await fakeCluster(t, []);
  const route = routeOf([]);
  const broker = { cluster: "C", enableActingMaster: false };
  route.brokerDatas = [
    {
      ...broker,
      brokerName: "a",
      brokerAddrs: new Map([
        [0, "m:1"],
        [1, "s:1"],
      ]),
    },
    { ...broker, brokerName: "b", brokerAddrs: new Map([[2, "s:2"]]) },
  ];
  cluster.routes.set("T", route);
  const client = await cluster.client();
  await client.routes.refresh("T");
  t.deepEqual(client.routes.replicaAddress("a", 1), { address: "s:1", brokerId: 1 });
  t.deepEqual(client.routes.replicaAddress("a", 3), { address: "m:1", brokerId: 0 });
  t.deepEqual(client.routes.replicaAddress("b", 0), { address: "s:2", brokerId: 2 });
  t.is(client.routes.replicaAddress("c"), undefined);
  t.is(client.routes.masterAddress("b"), undefined);
});

test("a topic without a route is told apart from a name server that is not there", async (t) => {
  const cluster = await fakeCluster(t, []);
  const client = await cluster.client();
  t.is(await client.routes.find("T"), undefined);
  const missing = await t.throwsAsync(client.routes.route("T"), {
    message: /No route info of this topic: T/,
  });
  t.like(missing, { kind: "not-found" });
  client.namesrv.setAddresses("127.0.0.1:1");
  t.like(await t.throwsAsync(client.routes.find("T")), { kind: "unreachable" });
});
