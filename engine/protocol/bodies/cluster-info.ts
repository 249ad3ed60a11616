import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, list, table, text } from "../shape.js";
import { type BrokerData, brokerDataShape } from "./broker-data.js";

export type { BrokerData } from "./broker-data.js";

/** All brokers and clusters that a name server knows. Upstream: ClusterInfo. */
export interface ClusterInfo {
  brokerAddrTable: Map<string, BrokerData>;
  /** Cluster → broker names. */
  clusterAddrTable: Map<string, string[]>;
}

export const clusterInfo: JsonBody<ClusterInfo> = jsonBody(
  "ClusterInfo",
  bean<ClusterInfo>({
    brokerAddrTable: table(brokerDataShape),
    clusterAddrTable: table(list(text)),
  }),
);
