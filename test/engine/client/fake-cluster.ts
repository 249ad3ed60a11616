import type { ExecutionContext } from "ava";
import { silentLogger } from "../../../engine/base/log.js";
import { type Client, createClient } from "../../../engine/client/client.js";
import type { TopicRouteData } from "../../../engine/protocol/bodies/topic-route-data.js";
import { getRouteinfoByTopic } from "../../../engine/protocol/requests/get-routeinfo-by-topic.js";
import { heartBeat } from "../../../engine/protocol/requests/heart-beat.js";
import { unregisterClient } from "../../../engine/protocol/requests/unregister-client.js";
import type { HeartbeatData } from "../../../engine/protocol/bodies/heartbeat-data.js";
import type { Dispatcher, RemotingServer } from "../../../engine/remoting/api.js";
import { createDispatcher } from "../../../engine/remoting/dispatcher.js";
import { createServer } from "../../../engine/remoting/server.js";

/** A server with the answers that a test gives it; heartbeats and farewells are answered and noted. */
export interface FakeBroker {
  name: string;
  address: string;
  dispatcher: Dispatcher;
  server: RemotingServer;
  heartbeats: HeartbeatData[];
  farewells: string[];
}

export interface FakeCluster {
  brokers: FakeBroker[];
  namesrvAddress: string;
  /** Topic → route; a topic without one is answered with code 17. */
  routes: Map<string, TopicRouteData>;
  /** A started client that the end of the test stops. */
  client(): Promise<Client>;
}

export async function fakeCluster(
  t: ExecutionContext,
  brokerNames: readonly string[],
): Promise<FakeCluster> {
  const routes = new Map<string, TopicRouteData>();
  const namesrv = createDispatcher({ logger: silentLogger });
  namesrv.register(getRouteinfoByTopic, ({ header }) => {
    const content = routes.get(header.topic);
    return content === undefined ? { code: 17, remark: "No topic route info" } : { content };
  });
  const server = await listen(t, namesrv);
  const brokers = await Promise.all(brokerNames.map((name) => fakeBroker(t, name)));
  const namesrvAddress = `127.0.0.1:${server.port}`;
  return {
    brokers,
    namesrvAddress,
    routes,
    async client() {
      const client = createClient({ namesrv: namesrvAddress });
      await client.start();
      t.teardown(() => client.stop());
      return client;
    },
  };
}

/** A route with the same queues on each of these brokers. */
export function routeOf(brokers: readonly FakeBroker[], queueCount = 2, perm = 6): TopicRouteData {
  return {
    brokerDatas: brokers.map(({ name, address }) => ({
      brokerName: name,
      cluster: "C",
      brokerAddrs: new Map([[0, address]]),
      enableActingMaster: false,
    })),
    queueDatas: brokers.map(({ name }) => ({
      brokerName: name,
      perm,
      readQueueNums: queueCount,
      writeQueueNums: queueCount,
      topicSysFlag: 0,
    })),
    filterServerTable: new Map(),
  };
}

async function fakeBroker(t: ExecutionContext, name: string): Promise<FakeBroker> {
  const dispatcher = createDispatcher({ logger: silentLogger });
  const server = await listen(t, dispatcher);
  const address = `127.0.0.1:${server.port}`;
  const broker: FakeBroker = { name, address, dispatcher, server, heartbeats: [], farewells: [] };
  dispatcher.register(heartBeat, (exchange) => {
    broker.heartbeats.push(exchange.content());
    return {};
  });
  dispatcher.register(unregisterClient, ({ header }) => {
    broker.farewells.push(header.producerGroup ?? header.consumerGroup ?? "");
    return {};
  });
  return broker;
}

async function listen(t: ExecutionContext, dispatcher: Dispatcher): Promise<RemotingServer> {
  const server = createServer({ host: "127.0.0.1", port: 0, dispatcher });
  await server.start();
  t.teardown(() => server.stop());
  return server;
}
