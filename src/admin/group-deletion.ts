import { deleteKvConfig } from "../../engine/protocol/requests/delete-kv-config.js";
import { deleteSubscriptiongroup } from "../../engine/protocol/requests/delete-subscriptiongroup.js";
import { deleteTopicInBroker } from "../../engine/protocol/requests/delete-topic-in-broker.js";
import { deleteTopicInNamesrv } from "../../engine/protocol/requests/delete-topic-in-namesrv.js";
import type { Admin } from "./admin.js";
import { clusterReplicas, MASTER_ID } from "./clusters.js";
import { ORDER_NAMESPACE } from "./order-conf.js";
import { inParallel } from "./parallel.js";
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
  await admin.broker(address, deleteSubscriptiongroup, {
    groupName: group,
    cleanOffset: removeOffset,
  });
}

/**
 * Deletes a group from the masters of a cluster, and its retry and dead-letter topics from every broker of it and from
 * the name servers; the masters' addresses.
 */
export async function deleteGroupInCluster(
  admin: Admin,
  cluster: string,
  deletion: Deletion,
): Promise<string[]> {
  const replicas = await clusterReplicas(admin, cluster);
  const masters = replicas.filter((one) => one.brokerId === MASTER_ID);
  await inParallel(masters, ({ address }) => deleteGroup(admin, address, deletion));
  for (const topic of [RETRY_PREFIX + deletion.group, DLQ_PREFIX + deletion.group]) {
    await inParallel(replicas, ({ address }) =>
      admin.broker(address, deleteTopicInBroker, { topic }),
    );
    await admin.everyNamesrv(deleteTopicInNamesrv, { topic });
    await admin.everyNamesrv(deleteKvConfig, { namespace: ORDER_NAMESPACE, key: topic });
  }
  return masters.map((one) => one.address);
}
