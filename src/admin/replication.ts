import { RocketmqError } from "../../engine/base/errors.js";
import type {
  EpochEntryCache,
  ReplicasInfo,
} from "../../engine/protocol/bodies/controller-bodies.js";
import type { HaRuntimeInfo } from "../../engine/protocol/bodies/ha-runtime-info.js";
import { controllerGetMetadataInfo } from "../../engine/protocol/requests/controller-get-metadata-info.js";
import { controllerGetSyncStateData } from "../../engine/protocol/requests/controller-get-sync-state-data.js";
import { getBrokerEpochCache } from "../../engine/protocol/requests/get-broker-epoch-cache.js";
import { getBrokerHaStatus } from "../../engine/protocol/requests/get-broker-ha-status.js";
import { resetMasterFlushOffset } from "../../engine/protocol/requests/reset-master-flush-offset.js";
import type { Admin } from "./admin.js";
import { change, type State } from "./change.js";

export type { ReplicasInfo };

/** Replication as a broker sees it. */
export async function haStatus(admin: Admin, address: string): Promise<HaRuntimeInfo> {
  return (await admin.broker(address, getBrokerHaStatus, {})).content();
}

/** The epochs of a broker's log; the last one ends where the log does. */
export async function brokerEpochs(admin: Admin, address: string): Promise<EpochEntryCache> {
  const cache = (await admin.broker(address, getBrokerEpochCache, {})).content();
  const last = cache.epochList.length - 1;
  return {
    ...cache,
    epochList: cache.epochList.map((entry, at) =>
      at === last ? { ...entry, endOffset: BigInt(cache.maxOffset) } : entry,
    ),
  };
}

/** EpochEntry.toString. */
export function epochText(entry: EpochEntryCache["epochList"][number]): string {
  const { epoch, startOffset, endOffset } = entry;
  return `EpochEntry{epoch=${epoch}, startOffset=${startOffset}, endOffset=${endOffset}}`;
}

/**
 * Tells a slave how far its master's log is flushed. A master would say yes and do nothing: that is an error here. A
 * broker that cannot be asked what it is gets the request.
 */
export async function resetFlushOffset(
  admin: Admin,
  address: string,
  offset: number,
): Promise<void> {
  const status = await haStatus(admin, address).catch(() => undefined);
  if (status?.master === true) {
    throw new RocketmqError(`${address} is a master, which keeps no such offset`, {
      kind: "failed",
      hint: "name a slave: mqadmin clusterList shows them with an id above 0",
    });
  }
  await change(admin, address, resetMasterFlushOffset, {
    header: { masterFlushOffset: offset },
    read: async (): Promise<State> => {
      const { haClientRuntimeInfo } = await haStatus(admin, address);
      return { masterFlushOffset: haClientRuntimeInfo.masterFlushOffset };
    },
    wanted: { masterFlushOffset: offset },
  });
}

/** Replicas of broker names, from the leader of the controllers one of which is at the address. */
export async function syncStateSets(
  admin: Admin,
  controller: string,
  brokerNames: readonly string[],
): Promise<Map<string, ReplicasInfo>> {
  const { header } = await admin.broker(controller, controllerGetMetadataInfo, {});
  const leader = header.controllerLeaderAddress;
  if (leader === undefined || leader === "") {
    throw new RocketmqError(`the controllers have no leader, says ${controller}`, {
      kind: "unreachable",
    });
  }
  const answer = await admin.broker(
    leader,
    controllerGetSyncStateData,
    {},
    {
      content: [...brokerNames],
    },
  );
  return answer.content().replicasInfoTable;
}
