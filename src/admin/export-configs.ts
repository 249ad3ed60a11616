/** Settings of a cluster's brokers as a file. Upstream: ExportConfigsCommand. */
import type { Admin } from "./admin.js";
import { brokerConfig } from "./brokers.js";
import { clusterReplicas, MASTER_ID, type Replica } from "./clusters.js";
import type { ExportHow } from "./export-how.js";
import { inParallel } from "./parallel.js";
import { writeWhole } from "./whole-file.js";

const KEPT = [
  "brokerClusterName",
  "brokerId",
  "brokerName",
  "brokerRole",
  "fileReservedTime",
  "filterServerNums",
  "flushDiskType",
  "maxMessageSize",
  "messageDelayLevel",
  "msgTraceTopicName",
  "slaveReadEnable",
  "traceOn",
  "traceTopicEnable",
  "useTLS",
  "autoCreateTopicEnable",
  "autoCreateSubscriptionGroup",
] as const;

export interface ExportedConfigs {
  readonly file: string;
  readonly masters: number;
  readonly slaves: number;
  readonly namesrvs: number;
}

/** Writes `configs.json`; `note` is told which brokers have no master, and so are not in it. */
export async function exportConfigs(
  admin: Admin,
  cluster: string,
  how: ExportHow,
): Promise<ExportedConfigs> {
  const replicas = await clusterReplicas(admin, cluster);
  const masters = mastersOrNote(replicas, how.note);
  const configs = await inParallel(masters, async ({ address, brokerName }) => {
    const config = await brokerConfig(admin, address);
    const kept = KEPT.flatMap((key) => {
      const value = config.get(key);
      return value === undefined ? [] : [[key, value] as const];
    });
    return [config.get("brokerName") ?? brokerName, new Map(kept)] as const;
  });
  const scale = {
    namesrvs: admin.options.namesrv().length,
    masters: masters.length,
    slaves: replicas.filter(({ brokerId }) => brokerId !== MASTER_ID).length,
  };
  const file = `${how.folder}/configs.json`;
  const clusterScale = new Map([
    ["namesrvSize", scale.namesrvs],
    ["slaveBrokerSize", scale.slaves],
    ["masterBrokerSize", scale.masters],
  ]);
  const content = new Map<string, unknown>([
    ["clusterScale", clusterScale],
    ["brokerConfigs", new Map(configs)],
  ]);
  await writeWhole(file, how.pretty(content));
  return { file, ...scale };
}

/** The masters. Upstream stops at a broker without one. */
export function mastersOrNote(
  replicas: readonly Replica[],
  note: (line: string) => void,
): Replica[] {
  const masters = replicas.filter(({ brokerId }) => brokerId === MASTER_ID);
  const names = new Set(masters.map(({ brokerName }) => brokerName));
  const orphans = new Set(
    replicas.map(({ brokerName }) => brokerName).filter((name) => !names.has(name)),
  );
  if (orphans.size > 0) note(`without a master, and left out: ${[...orphans].join(", ")}`);
  return masters;
}
