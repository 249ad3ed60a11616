import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, flag, int, list, long, optional, text } from "../shape.js";

/** Upstream: HARuntimeInfo.HAClientRuntimeInfo; times in milliseconds. */
export interface HaClientRuntimeInfo {
  lastReadTimestamp: number;
  lastWriteTimestamp: number;
  masterAddr?: string | undefined;
  masterFlushOffset: number;
  maxOffset: number;
  transferredByteInSecond: number;
}

/** Upstream: HARuntimeInfo.HAConnectionRuntimeInfo. */
export interface HaConnectionRuntimeInfo {
  addr: string;
  diff: number;
  inSync: boolean;
  slaveAckOffset: number;
  transferFromWhere: number;
  transferredByteInSecond: number;
}

/** State of replication. Upstream: HARuntimeInfo. */
export interface HaRuntimeInfo {
  haClientRuntimeInfo: HaClientRuntimeInfo;
  haConnectionInfo: HaConnectionRuntimeInfo[];
  inSyncSlaveNums: number;
  master: boolean;
  masterCommitLogMaxOffset: number;
}

const client = bean<HaClientRuntimeInfo>({
  lastReadTimestamp: long,
  lastWriteTimestamp: long,
  masterAddr: optional(text),
  masterFlushOffset: long,
  maxOffset: long,
  transferredByteInSecond: long,
});

const connection = bean<HaConnectionRuntimeInfo>({
  addr: text,
  diff: long,
  inSync: flag,
  slaveAckOffset: long,
  transferFromWhere: long,
  transferredByteInSecond: long,
});

export const haRuntimeInfo: JsonBody<HaRuntimeInfo> = jsonBody(
  "HaRuntimeInfo",
  bean<HaRuntimeInfo>({
    haClientRuntimeInfo: client,
    haConnectionInfo: list(connection),
    inSyncSlaveNums: int,
    master: flag,
    masterCommitLogMaxOffset: long,
  }),
);
