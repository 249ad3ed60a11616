import { javaHashCode } from "../../engine/base/java-hash.js";
import { formatProperties } from "../../engine/base/properties.js";
import { parseFastjson, prettyFastjson } from "../../engine/protocol/fastjson.js";
import { getColdDataFlowCtrInfo } from "../../engine/protocol/requests/get-cold-data-flow-ctr-info.js";
import { removeColdDataFlowCtrConfig } from "../../engine/protocol/requests/remove-cold-data-flow-ctr-config.js";
import { setCommitlogReadMode } from "../../engine/protocol/requests/set-commitlog-read-mode.js";
import { updateColdDataFlowCtrConfig } from "../../engine/protocol/requests/update-cold-data-flow-ctr-config.js";
import type { Admin } from "./admin.js";
import { brokerConfig } from "./brokers.js";
import { change, type State } from "./change.js";
import { hashOrder } from "./java-order.js";
import { secondsText } from "./java-text.js";

type Count = number | bigint;

/** How a broker limits readers of messages that are not in memory any more. Upstream: ColdDataCgCtrService. */
export interface ColdDataControl {
  /** Bytes read cold in the current period, over all groups. */
  globalAcc: Count;
  globalColdReadThreshold: Count;
  /** Bytes per period that a group may read, where it has no limit of its own. */
  cgColdReadThreshold: Count;
  /** Limits of groups, in bytes per period. */
  configTable: Readonly<Record<string, Count>>;
  runtimeTable: Readonly<Record<string, ColdReader>>;
}

/** A group that reads cold. Times in milliseconds. */
export interface ColdReader {
  coldAcc: Count;
  createTimeMills: Count;
  lastColdReadTimeMills: Count;
}

/** Undefined when the broker keeps no such state. */
export async function coldDataControl(
  admin: Admin,
  address: string,
): Promise<ColdDataControl | undefined> {
  const { body } = await admin.broker(address, getColdDataFlowCtrInfo, {});
  if (body === undefined || body.length === 0) return undefined;
  return parseFastjson(body.toString("utf8")) as unknown as ColdDataControl;
}

/** Limits what one group may read cold from one broker: bytes per period. */
export async function limitColdReads(
  admin: Admin,
  address: string,
  { group, threshold }: { group: string; threshold: bigint },
): Promise<void> {
  await change(admin, address, updateColdDataFlowCtrConfig, {
    header: {},
    options: { content: formatProperties([[group, String(threshold)]]) },
    read: () => limitOf(admin, address, group),
    wanted: { [group]: String(threshold) },
  });
}

/** Takes a group's own limit away. */
export async function unlimitColdReads(
  admin: Admin,
  address: string,
  group: string,
): Promise<void> {
  await change(admin, address, removeColdDataFlowCtrConfig, {
    header: {},
    options: { content: group },
    read: () => limitOf(admin, address, group),
    wanted: null,
  });
}

/** `0` lets the system read ahead, `1` tells it that reads are random. Gives the broker's own words. */
export async function setReadAhead(
  admin: Admin,
  address: string,
  mode: "0" | "1",
): Promise<string | undefined> {
  const wanted = { dataReadAheadEnable: String(mode === "0") };
  const answer = await change(admin, address, setCommitlogReadMode, {
    header: { readAheadMode: mode },
    read: async (): Promise<State> => {
      const found = (await brokerConfig(admin, address)).get("dataReadAheadEnable");
      if (found === undefined) throw new Error("the broker does not show how it reads ahead");
      return { dataReadAheadEnable: found };
    },
    wanted,
  });
  return answer.remark;
}

async function limitOf(admin: Admin, address: string, group: string): Promise<State> {
  const limit = (await coldDataControl(admin, address))?.configTable[group];
  return limit === undefined ? null : { [group]: String(limit) };
}

/**
 * Upstream's JSON: the moments of a group's reads as texts. Releases before 5.4.0 keep objects in hash tables, so
 * their members come in that order; later ones as they were received, what was replaced at the end.
 */
export function coldDataText(
  control: ColdDataControl,
  { inHashOrder }: { inHashOrder: boolean },
): string {
  const ordered = <T>(members: Iterable<readonly [string, T]>): Map<string, T> =>
    new Map(inHashOrder ? hashOrder(members, { hash: ([key]) => javaHashCode(key) }) : members);
  const readers = Object.entries(control.runtimeTable).map(([group, reader]) => {
    const { lastColdReadTimeMills, createTimeMills, ...rest } = reader;
    const shown = ordered<unknown>([
      ...Object.entries(rest),
      ["lastColdReadTimeFormat", secondsText(Number(lastColdReadTimeMills))],
      ["createTimeFormat", secondsText(Number(createTimeMills))],
    ]);
    return [group, shown] as const;
  });
  const tables: Record<string, unknown> = {
    configTable: ordered(Object.entries(control.configTable)),
    runtimeTable: ordered(readers),
  };
  return prettyFastjson(
    ordered(Object.entries(control).map(([key, value]) => [key, tables[key] ?? value] as const)),
  );
}
