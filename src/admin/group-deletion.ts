import { deleteSubscriptiongroup } from "../../engine/protocol/requests/delete-subscriptiongroup.js";
import { deleteTopicInBroker } from "../../engine/protocol/requests/delete-topic-in-broker.js";
import { deleteTopicInNamesrv } from "../../engine/protocol/requests/delete-topic-in-namesrv.js";
import { getRouteinfoByTopic } from "../../engine/protocol/requests/get-routeinfo-by-topic.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { change, changeEveryNamesrv, onEach, type State } from "./change.js";
import { clusterInfo, MASTER_ID, type Replica, replicasOf, unknownCluster } from "./clusters.js";
import { codeOf } from "./explain.js";
import { groupState } from "./groups.js";
import { deleteOrderConf } from "./order-conf.js";
import { topicState } from "./topic-config.js";
import { DLQ_PREFIX, RETRY_PREFIX } from "./topics.js";

interface Deletion {
  group: string;
  removeOffset: boolean;
}

/** Deletes a group from one broker; a group that is not there is no error. */
export async function deleteGroup(
  admin: Admin,
  address: string,
  deletion: Deletion,
): Promise<void> {
  const { group, removeOffset } = deletion;
  await change(admin, address, deleteSubscriptiongroup, {
    header: { groupName: group, cleanOffset: removeOffset },
    read: () => groupState(admin, address, group),
    wanted: null,
  });
}

/** What the deletion of a group in a cluster did. */
export interface DeletedGroup {
  /** Addresses of the masters that deleted it. */
  brokers: string[];
  /** Retry and dead-letter topics that are gone from all brokers and name servers. */
  topics: string[];
}

/**
 * Deletes a group from the masters of a cluster, and its retry and dead-letter topics from every broker of it and from
 * the name servers. A topic that stays on some broker stays at the name servers too: they would only be told again.
 */
export async function deleteGroupInCluster(
  admin: Admin,
  { cluster, fail, ...deletion }: Deletion & { cluster: string; fail: (thrown: unknown) => void },
): Promise<DeletedGroup> {
  const replicas = await replicasToAsk(admin, cluster);
  const masters = replicas.filter((one) => one.brokerId === MASTER_ID);
  const brokers = await onEach(
    masters,
    ({ address }) => deleteGroup(admin, address, deletion).then(() => address),
    { nameOf, fail },
  );
  const topics: string[] = [];
  for (const topic of [RETRY_PREFIX + deletion.group, DLQ_PREFIX + deletion.group]) {
    try {
      if (await deleteTopicOf(admin, replicas, { topic, fail })) topics.push(topic);
    } catch (thrown) {
      fail(thrown);
    }
  }
  return { brokers, topics };
}

/** Upstream says of an unknown cluster for the group and for each topic that it is not known. */
async function replicasToAsk(admin: Admin, cluster: string): Promise<Replica[]> {
  const info = await clusterInfo(admin);
  if (info.clusterAddrTable.has(cluster)) return replicasOf(info, cluster);
  throw unknownCluster(cluster, unknownCluster(cluster).plainText.repeat(2));
}

/** Whether the topic is gone everywhere. */
async function deleteTopicOf(
  admin: Admin,
  replicas: readonly Replica[],
  { topic, fail }: { topic: string; fail: (thrown: unknown) => void },
): Promise<boolean> {
  const deleteAt = async ({ address }: Replica): Promise<void> => {
    await change(admin, address, deleteTopicInBroker, {
      header: { topic },
      read: () => topicState(admin, address, { topic }),
      wanted: null,
    });
  };
  const done = await onEach(replicas, deleteAt, { nameOf, fail });
  if (done.length < replicas.length) return false;
  await changeEveryNamesrv(admin, deleteTopicInNamesrv, {
    header: { topic },
    read: (address) => routeState(admin, address, topic),
    wanted: null,
  });
  await deleteOrderConf(admin, topic);
  return true;
}

async function routeState(admin: Admin, address: string, topic: string): Promise<State> {
  try {
    const header = { topic, acceptStandardJsonOnly: true };
    const route = (await admin.broker(address, getRouteinfoByTopic, header)).content();
    return { brokers: route.brokerDatas.map((broker) => broker.brokerName).sort() };
  } catch (thrown) {
    if (codeOf(thrown) === ResponseCode.TOPIC_NOT_EXIST) return null;
    throw thrown;
  }
}

function nameOf({ brokerName, address }: Replica): string {
  return `${brokerName} (${address})`;
}
