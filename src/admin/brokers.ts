import { formatProperties, parseProperties } from "../../engine/base/properties.js";
import type { BrokerStatsData } from "../../engine/protocol/bodies/broker-stats-data.js";
import { getBrokerConfig } from "../../engine/protocol/requests/get-broker-config.js";
import { getBrokerRuntimeInfo } from "../../engine/protocol/requests/get-broker-runtime-info.js";
import { updateBrokerConfig } from "../../engine/protocol/requests/update-broker-config.js";
import { viewBrokerStatsData } from "../../engine/protocol/requests/view-broker-stats-data.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import { RocketmqError } from "../../engine/base/errors.js";
import type { Admin } from "./admin.js";
import { change } from "./change.js";
import { CodeError } from "./explain.js";

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

/** Throws a usage error for a value that no broker should be given. Upstream checks the permission only. */
export function checkBrokerValue(key: string, value: string): void {
  if (key !== "brokerPermission") return;
  if (!/^[+-]?\d{1,9}$/.test(value)) {
    throw new RocketmqError(`${key} takes a number. For input string: "${value}"`, {
      kind: "usage",
    });
  }
  if (Number(value) >= 0 && Number(value) <= 7) return;
  throw new CodeError(ResponseCode.NO_PERMISSION, `brokerPermission value: ${value} is invalid.`, {
    kind: "usage",
    hint: "2 is writable, 4 readable, 6 both",
  });
}

/**
 * Changes one key of a broker, at once and in its file, and reads it back: brokers say yes to keys that they do not
 * have, and to values that they cannot read.
 */
export async function setBrokerConfig(
  admin: Admin,
  address: string,
  { key, value }: { key: string; value: string },
): Promise<void> {
  const read = async (): Promise<Record<string, string>> => {
    const found = (await brokerConfig(admin, address)).get(key);
    if (found === undefined) return {};
    return { [key]: isSameValue(found, value) ? value : found };
  };
  await change(admin, address, updateBrokerConfig, {
    header: {},
    options: { content: formatProperties([[key, value]]) },
    // secrets are never shown
    ...(/password/i.test(key) ? {} : { read }),
    wanted: { [key]: value },
  });
}

/** Brokers show `TRUE` as `true` and `007` as `7`. */
export function isSameValue(found: string, wanted: string): boolean {
  if (found.trim() === wanted.trim()) return true;
  if (/^(true|false)$/i.test(wanted)) return found.toLowerCase() === wanted.toLowerCase();
  return /^[+-]?\d+(\.\d+)?$/.test(wanted) && Number(found) === Number(wanted);
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
