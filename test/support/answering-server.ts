import { silentLogger } from "../../engine/base/log.js";
import type { ClusterInfo } from "../../engine/protocol/bodies/cluster-info.js";
import { getBrokerClusterInfo } from "../../engine/protocol/requests/get-broker-cluster-info.js";
import { createDispatcher, type RequestDispatcher } from "../../engine/remoting/dispatcher.js";
import { createServer } from "../../engine/remoting/server.js";

/** A server that answers what a test tells it to, in place of a part that is not there. */
export interface AnsweringServer {
  address: string;
  stop(): Promise<void>;
}

export async function startAnswering(
  register: (dispatcher: RequestDispatcher) => void,
): Promise<AnsweringServer> {
  const dispatcher = createDispatcher({ logger: silentLogger });
  register(dispatcher);
  const server = createServer({ host: "127.0.0.1", port: 0, dispatcher });
  await server.start();
  return { address: `127.0.0.1:${server.port}`, stop: async () => server.stop() };
}

/** A name server that knows one cluster, `DefaultCluster`: broker names with their addresses by id. */
export function startListing(
  brokers: Readonly<Record<string, Readonly<Record<number, string>>>>,
): Promise<AnsweringServer> {
  const cluster = "DefaultCluster";
  const info: ClusterInfo = {
    brokerAddrTable: new Map(
      Object.entries(brokers).map(([brokerName, addresses]) => [
        brokerName,
        {
          cluster,
          brokerName,
          brokerAddrs: new Map(
            Object.entries(addresses).map(([id, address]) => [Number(id), address]),
          ),
          enableActingMaster: false,
        },
      ]),
    ),
    clusterAddrTable: new Map([[cluster, Object.keys(brokers)]]),
  };
  return startAnswering((dispatcher) =>
    dispatcher.register(getBrokerClusterInfo, () => ({ content: info })),
  );
}
