import test, { type ExecutionContext } from "ava";
import { systemClock } from "../../../engine/base/clock.js";
import { realFiles } from "../../../engine/base/files.js";
import { silentLogger } from "../../../engine/base/log.js";
import { newTopic } from "../../../engine/broker/boot-topics.js";
import { loadBrokerConfiguration } from "../../../engine/broker/config/broker-config.js";
import { BrokerRegistration } from "../../../engine/broker/namesrv-registration.js";
import type { TopicConfig } from "../../../engine/protocol/bodies/topic-config.js";
import { registerBroker } from "../../../engine/protocol/requests/register-broker.js";
import { unregisterBroker } from "../../../engine/protocol/requests/unregister-broker.js";
import { createRemotingClient } from "../../../engine/remoting/client.js";
import { createDispatcher } from "../../../engine/remoting/dispatcher.js";
import { createServer } from "../../../engine/remoting/server.js";

/** A name server that notes what it is told. */
async function nameServer(t: ExecutionContext, answer: () => { code?: number } = () => ({})) {
  const told: { version: number; topics: string[] }[] = [];
  const left: string[] = [];
  const dispatcher = createDispatcher({ logger: silentLogger });
  dispatcher.register(registerBroker, (exchange) => {
    const { topicConfigSerializeWrapper: wrapper } = exchange.content();
    told.push({
      version: wrapper.dataVersion.counter,
      topics: [...wrapper.topicConfigTable.keys()],
    });
    return answer();
  });
  dispatcher.register(unregisterBroker, ({ header }) => {
    left.push(header.brokerAddr);
    return {};
  });
  const server = createServer({ host: "127.0.0.1", port: 0, dispatcher });
  await server.start();
  t.teardown(() => server.stop());
  return { address: `127.0.0.1:${server.port}`, told, left };
}

function registration(t: ExecutionContext, namesrvAddr: string) {
  const table = new Map([newTopic("a"), newTopic("b")].map((topic) => [topic.topicName, topic]));
  const dataVersion = { counter: 1, stateVersion: 0, timestamp: 1 };
  const remoting = createRemotingClient({ connectTimeoutMs: 1000 });
  t.teardown(() => remoting.stop());
  const { values: config } = loadBrokerConfiguration({
    properties: { namesrvAddr, brokerName: "b", storePathRootDir: "/nowhere" },
    files: realFiles,
  });
  const service = new BrokerRegistration({
    config,
    clock: systemClock(),
    logger: silentLogger,
    remoting,
    brokerAddress: () => "10.0.0.1:10911",
    haServerAddress: () => "10.0.0.1:10912",
    topics: {
      dataVersion,
      all: () => table,
      get: (name) => table.get(name),
      markOrdered: () => undefined,
    },
  });
  const change = (topic: TopicConfig): void => {
    table.set(topic.topicName, topic);
    dataVersion.counter++;
    service.registerTopics([topic]);
  };
  return { service, change };
}

test("all name servers are told everything at the start, though one of them is down", async (t) => {
  const first = await nameServer(t);
  const second = await nameServer(t);
  const { service } = registration(t, `${first.address};127.0.0.1:1;${second.address}`);
  await service.start();
  t.deepEqual(first.told, [{ version: 1, topics: ["a", "b"] }]);
  t.deepEqual(second.told, first.told);
  await service.stop();
  t.deepEqual([first.left, second.left], [["10.0.0.1:10911"], ["10.0.0.1:10911"]]);
});

test("changes are told in order, never two different ones under one data version", async (t) => {
  const namesrv = await nameServer(t);
  const { service, change } = registration(t, namesrv.address);
  await service.start();
  change(newTopic("c"));
  change(newTopic("d"));
  await new Promise((resolve) => setImmediate(resolve));
  change(newTopic("e"));
  await service.registerAll();
  const versions = namesrv.told.map(({ version }) => version);
  t.deepEqual(
    versions,
    [...versions].sort((x, y) => x - y),
  );
  const increments = namesrv.told.slice(1, -1);
  t.deepEqual(new Set(increments.map(({ version }) => version)).size, increments.length);
  t.deepEqual(namesrv.told.at(-1), { version: 4, topics: ["a", "b", "c", "d", "e"] });
  t.true(namesrv.told.some(({ topics }) => topics.join() === "c,d"));
  await service.stop();
});

test("a name server that refused a change is told everything next", async (t) => {
  let isDown = false;
  const namesrv = await nameServer(t, () => (isDown ? { code: 1 } : {}));
  const { service, change } = registration(t, namesrv.address);
  await service.start();
  isDown = true;
  change(newTopic("c"));
  await service.registerAll();
  isDown = false;
  await service.registerAll();
  t.deepEqual(namesrv.told.at(-1)?.topics, ["a", "b", "c"]);
  await service.stop();
});
