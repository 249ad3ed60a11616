import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { silentLogger } from "../../../engine/base/log.js";
import { ConnectedClients } from "../../../engine/broker/client-registry.js";
import type { ConsumerData } from "../../../engine/protocol/bodies/heartbeat-data.js";
import type { Connection } from "../../../engine/remoting/api.js";
import { heartbeat, subscription } from "./harness.js";

class FakeConnection {
  isOpen = true;
  readonly remoteAddress: string;
  private readonly runs: (() => void)[] = [];
  constructor(remoteAddress: string) {
    this.remoteAddress = remoteAddress;
  }
  onClose(run: () => void): void {
    this.runs.push(run);
  }
  close(): void {
    this.isOpen = false;
    for (const run of this.runs.splice(0)) run();
  }
}

function setUp({ isNotifiedAtOnce = true } = {}) {
  const clock = new ManualClock(1_000_000);
  const told: string[] = [];
  const clients = new ConnectedClients({
    clock,
    logger: silentLogger,
    isNotifyEnabled: () => true,
    isNotifiedAtOnce: () => isNotifiedAtOnce,
    onGroupGone: (group) => told.push(`${group} is gone`),
    notify: (connection, group) => told.push(`${connection.remoteAddress} ${group}`),
  });
  clients.start();
  const connect = (name: string) => new FakeConnection(name) as unknown as Connection;
  const consume = (connection: Connection, data: Partial<ConsumerData> = {}) =>
    clients.registerConsumer(consumerData(data), connection, {
      client: { clientId: connection.remoteAddress, language: "JAVA", version: 479 },
      withSubscriptions: true,
      isNotified: true,
    });
  const produce = (connection: Connection, group = "p") =>
    clients.registerProducer(group, connection, {
      clientId: connection.remoteAddress,
      language: "JAVA",
      version: 479,
    });
  return { clock, told, clients, connect, consume, produce };
}

function consumerData(data: Partial<ConsumerData>): ConsumerData {
  return { ...heartbeat("c", [{}]).consumerDataSet[0]!, groupName: "g", ...data };
}

test("a client that is silent for 120 s is closed and its group told", async (t) => {
  const { clock, told, clients, connect, consume, produce } = setUp();
  const [a, b] = [connect("a"), connect("b")];
  consume(a);
  consume(b);
  produce(b);
  told.length = 0;
  for (let i = 0; i < 13; i++) {
    await clock.advance(10_000);
    consume(a);
  }
  t.deepEqual([a.isOpen, b.isOpen], [true, false]);
  t.deepEqual([...(clients.consumerGroup("g")?.channels.keys() ?? [])], [a]);
  t.is(clients.producerGroups().size, 0);
  t.deepEqual(told, ["a g"]);
});

test("subscriptions follow the heartbeats: new and missing topics are changes, newer versions are not", (t) => {
  const { told, clients, connect, consume } = setUp();
  const a = connect("a");
  const beat = (topics: Record<string, number>) =>
    consume(a, {
      subscriptionDataSet: Object.entries(topics).map(([topic, subVersion]) =>
        subscription(topic, { subVersion }),
      ),
    });
  const versions = () =>
    Object.fromEntries(
      [...(clients.consumerGroup("g")?.subscriptions ?? [])].map(([topic, { subVersion }]) => [
        topic,
        subVersion,
      ]),
    );
  t.true(beat({ T: 1 }));
  t.false(beat({ T: 2 }));
  t.deepEqual(versions(), { T: 2 });
  t.false(beat({ T: 1 }));
  t.deepEqual(versions(), { T: 2 });
  t.true(beat({ T: 2, U: 1 }));
  t.true(beat({ U: 1 }));
  t.deepEqual(versions(), { U: 1 });
  t.is(told.length, 3);
  t.deepEqual(clients.groupsSubscribedTo("U"), ["g"]);
});

test("producers of a group take turns, and lost ones are left out", (t) => {
  const { clients, connect, produce } = setUp();
  const [a, b] = [connect("a"), connect("b")];
  produce(a);
  produce(b);
  const turns = () => [1, 2].map(() => clients.availableProducer("p")?.clientId).sort();
  t.deepEqual(turns(), ["a", "b"]);
  a.close();
  t.deepEqual(turns(), ["b", "b"]);
  t.is(clients.producerById("b")?.connection, b);
  clients.unregisterProducer("p", b);
  t.is(clients.availableProducer("p"), undefined);
});

test("a heartbeat that reuses a connection under another client id replaces the client", (t) => {
  const { clients, connect, consume } = setUp();
  const a = connect("a");
  consume(a);
  const isChanged = clients.registerConsumer(consumerData({}), a, {
    client: { clientId: "other", language: "GO", version: 317 },
    withSubscriptions: true,
    isNotified: true,
  });
  t.false(isChanged);
  t.is(clients.consumerChannel("g", "a"), undefined);
  t.like(clients.consumerChannel("g", "other"), { language: "GO", version: 317 });
});

test("changes are told together when they need not be told at once", async (t) => {
  const { clock, told, clients, connect, consume } = setUp({ isNotifiedAtOnce: false });
  consume(connect("a"));
  consume(connect("b"));
  t.deepEqual(told, []);
  await clock.advance(10_000);
  t.deepEqual(told, ["a g", "b g"]);
  await clock.advance(10_000);
  t.is(told.length, 2);
  clients.stop();
});

test("a group without members is gone", (t) => {
  const { told, clients, connect, consume } = setUp();
  const connection = connect("a");
  consume(connection);
  clients.unregisterConsumer("g", connection, true);
  t.deepEqual(told, ["a g", "g is gone"]);
  clients.stop();
});
