/** A name server on a free port and the requests that brokers send to it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import {
  type Namesrv,
  type NamesrvOptions,
  startNamesrv,
} from "../../../engine/namesrv/namesrv.js";
import type { DataVersion } from "../../../engine/protocol/bodies/data-version.js";
import type { RegisterBrokerBody } from "../../../engine/protocol/bodies/register-broker-body.js";
import type { TopicConfig } from "../../../engine/protocol/bodies/topic-config.js";
import type { TopicRouteData } from "../../../engine/protocol/bodies/topic-route-data.js";
import { getAllTopicListFromNameserver } from "../../../engine/protocol/requests/get-all-topic-list-from-nameserver.js";
import { getRouteinfoByTopic } from "../../../engine/protocol/requests/get-routeinfo-by-topic.js";
import { registerBroker } from "../../../engine/protocol/requests/register-broker.js";
import type { CallResult, RemotingClient } from "../../../engine/remoting/api.js";
import { createRemotingClient } from "../../../engine/remoting/client.js";

export interface Stage {
  namesrv: Namesrv;
  address: string;
  dataDir: string;
  /** The connection of an operator. */
  admin: RemotingClient;
  /** A connection of its own, as each broker has one. */
  client(): RemotingClient;
  topics(): Promise<string[]>;
  /** Undefined when the topic has no route. */
  route(topic: string): Promise<TopicRouteData | undefined>;
}

export function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), "namesrv-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function startStage(
  t: ExecutionContext,
  options: NamesrvOptions = {},
): Promise<Stage> {
  const dataDir = options.dataDir ?? temporaryFolder(t);
  const namesrv = await startNamesrv({ host: "127.0.0.1", port: 0, dataDir, ...options });
  t.teardown(() => namesrv.stop());
  const client = (): RemotingClient => {
    const made = createRemotingClient({ timeoutMs: 10_000 });
    t.teardown(() => made.stop());
    return made;
  };
  const admin = client();
  const { address } = namesrv;
  return {
    namesrv,
    address,
    dataDir,
    admin,
    client,
    async topics() {
      const answer = await admin.call(address, getAllTopicListFromNameserver, {});
      return answer.content().topicList.sort();
    },
    async route(topic) {
      const answer = await admin.call(address, getRouteinfoByTopic, { topic }, { accept: [17] });
      return answer.code === 17 ? undefined : answer.content();
    },
  };
}

export function topicConfig(topicName: string, fields: Partial<TopicConfig> = {}): TopicConfig {
  return {
    topicName,
    attributes: {},
    order: false,
    perm: 6,
    readQueueNums: 4,
    writeQueueNums: 4,
    topicFilterType: "SINGLE_TAG",
    topicSysFlag: 0,
    ...fields,
  };
}

export interface BrokerFields {
  brokerName?: string;
  brokerId?: number;
  brokerAddr?: string;
  clusterName?: string;
  topics?: readonly (string | TopicConfig)[];
  dataVersion?: DataVersion;
  heartbeatTimeoutMillis?: number;
  enableActingMaster?: boolean;
  zoneName?: string;
}

export const version = (counter: number, stateVersion = 0): DataVersion => ({
  counter,
  stateVersion,
  timestamp: 1,
});

export function registerBody(fields: BrokerFields): RegisterBrokerBody {
  const { topics = ["TopicA", "TopicB"], dataVersion = version(1) } = fields;
  const configs = topics.map((topic) => (typeof topic === "string" ? topicConfig(topic) : topic));
  const topicConfigTable = new Map(configs.map((config) => [config.topicName, config]));
  return { filterServerList: [], topicConfigSerializeWrapper: { dataVersion, topicConfigTable } };
}

export function registerHeader(
  fields: BrokerFields,
): Parameters<typeof registerBroker.request.encode>[0] {
  const { brokerName = "broker-a", brokerId = 0, clusterName = "Cluster" } = fields;
  return {
    brokerName,
    brokerId,
    clusterName,
    brokerAddr: fields.brokerAddr ?? `10.0.0.${brokerId + 1}:10911`,
    haServerAddr: `10.0.0.${brokerId + 1}:10912`,
    heartbeatTimeoutMillis: fields.heartbeatTimeoutMillis,
    enableActingMaster: fields.enableActingMaster,
    zoneName: fields.zoneName,
  };
}

type RegisterAnswer = CallResult<
  ReturnType<typeof registerBroker.response.decode>,
  { table: Record<string, string> }
>;

/** Registers as a broker does; the client is the broker's connection. */
export function register(
  stage: Stage,
  client: RemotingClient,
  fields: BrokerFields = {},
): Promise<RegisterAnswer> {
  return client.call(stage.address, registerBroker, registerHeader(fields), {
    content: registerBody(fields),
  });
}

/** Waits until something that happens on another socket is seen. */
export async function eventually(
  t: ExecutionContext,
  check: () => Promise<boolean>,
): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  t.fail("it did not happen");
}
