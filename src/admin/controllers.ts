/** The controllers, which choose the masters of brokers. Upstream: ControllerManager. */
import { RocketmqError } from "../../engine/base/errors.js";
import { cleanBrokerData } from "../../engine/protocol/requests/clean-broker-data.js";
import { controllerElectMaster } from "../../engine/protocol/requests/controller-elect-master.js";
import { controllerGetMetadataInfo } from "../../engine/protocol/requests/controller-get-metadata-info.js";
import type { Admin } from "./admin.js";
import { change, type State } from "./change.js";
import { syncStateSets } from "./replication.js";

/** A group of controllers as one of them sees it. */
export interface ControllerGroup {
  readonly group: string | null;
  readonly leaderId: string | null;
  readonly leaderAddress: string | null;
  /** Whether the one that was asked leads. */
  readonly isLeader: boolean | null;
  /** `n0:127.0.0.1:9878`, or without a name. */
  readonly peers: readonly string[];
}

/** Replicas of one broker name, from a controller's point of view. */
export interface BrokerPlace {
  readonly clusterName: string | undefined;
  readonly brokerName: string;
}

export interface Election {
  readonly clusterName: string;
  readonly brokerName: string;
  readonly masterBrokerId: number | null;
  readonly masterAddress: string | null;
  readonly masterEpoch: number | null;
  readonly syncStateSetEpoch: number | null;
  /** By broker id. */
  readonly brokers: ReadonlyMap<number, string>;
}

export async function controllerGroup(admin: Admin, address: string): Promise<ControllerGroup> {
  const { header } = await admin.broker(address, controllerGetMetadataInfo, {});
  return {
    group: header.group ?? null,
    leaderId: header.controllerLeaderId ?? null,
    leaderAddress: header.controllerLeaderAddress ?? null,
    isLeader: header.isLeader ?? null,
    peers: (header.peers ?? "").split(";").filter((peer) => peer !== ""),
  };
}

/** The address of the leader of the group that the controller belongs to. */
export async function controllerLeader(admin: Admin, address: string): Promise<string> {
  const { leaderAddress } = await controllerGroup(admin, address);
  if (leaderAddress !== null && leaderAddress !== "") return leaderAddress;
  throw new RocketmqError(`the controllers have no leader, says ${address}`, {
    kind: "unreachable",
    hint: "a group of controllers needs more than half of its members",
  });
}

/** Makes one replica the master. Throws when the controllers know no such broker, or will not have it. */
export async function electMaster(
  admin: Admin,
  address: string,
  { brokerId, ...place }: BrokerPlace & { readonly clusterName: string; readonly brokerId: number },
): Promise<Election> {
  const leader = await controllerLeader(admin, address);
  const answer = await change(admin, leader, controllerElectMaster, {
    header: { ...place, brokerId, designateElect: true, invokeTime: Date.now() },
    read: () => masterOf(admin, leader, place.brokerName),
    wanted: { masterBrokerId: brokerId },
    assumed: { content: { syncStateSet: [] } },
  });
  const { header } = answer;
  return {
    ...place,
    masterBrokerId: header.masterBrokerId ?? null,
    masterAddress: header.masterAddress ?? null,
    masterEpoch: header.masterEpoch ?? null,
    syncStateSetEpoch: header.syncStateSetEpoch ?? null,
    brokers: bodyOf(answer)?.brokerMemberGroup?.brokerAddrs ?? new Map<number, string>(),
  };
}

/** Lets the controllers forget replicas: those named, `1;2`, or all. Living ones only when that is asked for. */
export async function cleanBrokerMetadata(
  admin: Admin,
  address: string,
  what: BrokerPlace & { readonly brokerIds: readonly number[]; readonly isLivingToo: boolean },
): Promise<void> {
  const { clusterName, brokerName, brokerIds, isLivingToo } = what;
  const leader = await controllerLeader(admin, address);
  await change(admin, leader, cleanBrokerData, {
    header: {
      ...(clusterName !== undefined && { clusterName }),
      brokerName,
      ...(brokerIds.length > 0 && { brokerControllerIdsToClean: brokerIds.join(";") }),
      isCleanLivingBroker: isLivingToo,
      invokeTime: Date.now(),
    },
    read: () => replicasLeft(admin, leader, { brokerName, brokerIds }),
    wanted: null,
  });
}

async function masterOf(admin: Admin, leader: string, brokerName: string): Promise<State> {
  const replicas = (await syncStateSets(admin, leader, [brokerName])).get(brokerName);
  return replicas === undefined ? null : { masterBrokerId: replicas.masterBrokerId };
}

/** Those of the replicas that the controllers still know. */
async function replicasLeft(
  admin: Admin,
  leader: string,
  { brokerName, brokerIds }: { brokerName: string; brokerIds: readonly number[] },
): Promise<State> {
  const replicas = (await syncStateSets(admin, leader, [brokerName])).get(brokerName);
  const known = [...(replicas?.inSyncReplicas ?? []), ...(replicas?.notInSyncReplicas ?? [])]
    .map(({ brokerId }) => brokerId)
    .filter((id) => brokerIds.length === 0 || brokerIds.includes(id))
    .sort((a, b) => a - b);
  return known.length === 0 ? null : { replicas: known };
}

function bodyOf<B>(answer: { body: Buffer | undefined; content: () => B }): B | undefined {
  return answer.body === undefined || answer.body.length === 0 ? undefined : answer.content();
}
