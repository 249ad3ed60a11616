import { parseProperties } from "../../engine/base/properties.js";
import type { BrokerStatsData } from "../../engine/protocol/bodies/broker-stats-data.js";
import { getBrokerConfig } from "../../engine/protocol/requests/get-broker-config.js";
import { getBrokerRuntimeInfo } from "../../engine/protocol/requests/get-broker-runtime-info.js";
import { viewBrokerStatsData } from "../../engine/protocol/requests/view-broker-stats-data.js";
import type { Admin } from "./admin.js";

/** Counters and state of a broker by name, all texts; sorted by name. */
export async function runtimeInfo(admin: Admin, address: string): Promise<Map<string, string>> {
  const { table } = (await admin.broker(address, getBrokerRuntimeInfo, {})).content();
  return new Map(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Configuration of a broker by key, all texts; sorted by key. */
export async function brokerConfig(admin: Admin, address: string): Promise<Map<string, string>> {
  const answer = await admin.broker(address, getBrokerConfig, {});
  const entries = parseProperties(answer.body?.toString("utf8") ?? "");
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One statistic of a broker; RefusedError when it does not count that. */
export async function brokerStats(
  admin: Admin,
  address: string,
  stat: { name: string; key: string },
): Promise<BrokerStatsData> {
  const header = { statsName: stat.name, statsKey: stat.key };
  return (await admin.broker(address, viewBrokerStatsData, header)).content();
}
