/** Bodies of controller mode. Upstream: SyncStateSet, ElectMasterResponseBody, BrokerReplicasInfo, EpochEntryCache. */
import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, bigLong, flag, int, list, long, optional, table, text } from "../shape.js";
import { type BrokerMemberGroup, brokerMemberGroupShape } from "./broker-member-group.js";

/** Upstream: SyncStateSet. */
export interface SyncStateSet {
  /** Broker ids. */
  syncStateSet: number[];
  syncStateSetEpoch: number;
}

export const syncStateSet: JsonBody<SyncStateSet> = jsonBody(
  "SyncStateSet",
  bean<SyncStateSet>({ syncStateSet: list(long), syncStateSetEpoch: int }),
);

/** Upstream: ElectMasterResponseBody. */
export interface ElectMasterBody {
  brokerMemberGroup?: BrokerMemberGroup | undefined;
  syncStateSet: number[];
}

export const electMasterBody: JsonBody<ElectMasterBody> = jsonBody(
  "ElectMasterBody",
  bean<ElectMasterBody>({
    brokerMemberGroup: optional(brokerMemberGroupShape),
    syncStateSet: list(long),
  }),
);

/** Upstream: BrokerReplicasInfo.ReplicaIdentity. */
export interface ReplicaIdentity {
  alive: boolean;
  brokerAddress: string;
  brokerId: number;
  brokerName: string;
}

/** Upstream: BrokerReplicasInfo.ReplicasInfo. */
export interface ReplicasInfo {
  inSyncReplicas: ReplicaIdentity[];
  masterAddress?: string | undefined;
  masterBrokerId: number;
  masterEpoch: number;
  notInSyncReplicas: ReplicaIdentity[];
  syncStateSetEpoch: number;
}

/** Broker name → replicas. Upstream: BrokerReplicasInfo. */
export interface BrokerReplicasInfo {
  replicasInfoTable: Map<string, ReplicasInfo>;
}

const replicas = list(
  bean<ReplicaIdentity>({ alive: flag, brokerAddress: text, brokerId: long, brokerName: text }),
);

export const brokerReplicasInfo: JsonBody<BrokerReplicasInfo> = jsonBody(
  "BrokerReplicasInfo",
  bean<BrokerReplicasInfo>({
    replicasInfoTable: table(
      bean<ReplicasInfo>({
        inSyncReplicas: replicas,
        masterAddress: optional(text),
        masterBrokerId: long,
        masterEpoch: int,
        notInSyncReplicas: replicas,
        syncStateSetEpoch: int,
      }),
    ),
  }),
);

/** A plain array of broker names. */
export const brokerNames: JsonBody<string[]> = jsonBody("BrokerNames", list(text));

/** Upstream: EpochEntry. */
export interface EpochEntry {
  /** Long.MAX_VALUE while the epoch lasts. */
  endOffset: bigint;
  epoch: number;
  startOffset: number;
}

/** Upstream: EpochEntryCache. */
export interface EpochEntryCache {
  brokerId: number;
  brokerName: string;
  clusterName: string;
  epochList: EpochEntry[];
  maxOffset: number;
}

export const epochEntryCache: JsonBody<EpochEntryCache> = jsonBody(
  "EpochEntryCache",
  bean<EpochEntryCache>({
    brokerId: long,
    brokerName: text,
    clusterName: text,
    epochList: list(bean<EpochEntry>({ endOffset: bigLong, epoch: int, startOffset: long })),
    maxOffset: long,
  }),
);
