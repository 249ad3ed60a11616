import type { Admin } from "./admin.js";
import { clusterMasters, MASTER_ID } from "./clusters.js";
import { orderConf } from "./order-conf.js";
import { inParallel } from "./parallel.js";
import { PlainTextError } from "./plain-text-error.js";
import { checkPerm, saveTopic, type TopicSettings } from "./topic-changes.js";
import { topicRoute } from "./topics.js";

/** A broker's part of a topic whose permission was changed from `from`; equal ones were left alone. */
export interface ChangedPerm {
  broker: string;
  from: number;
  settings: TopicSettings;
}

/**
 * Changes the permission of a topic on one master or on those of a cluster. Each keeps its own queues (upstream gives
 * all of them those of the first broker) and the topic its order.
 */
export async function changePerm(
  admin: Admin,
  topic: string,
  change: { perm: number; brokerAddr: string | undefined; clusterName: string | undefined },
): Promise<ChangedPerm[]> {
  const { perm, brokerAddr, clusterName = "" } = change;
  checkPerm(perm);
  const route = await topicRoute(admin, topic);
  const wanted =
    brokerAddr === undefined
      ? new Set((await clusterMasters(admin, clusterName)).map((one) => one.address))
      : new Set([brokerAddr]);
  const order = (await orderConf(admin, topic)).conf !== undefined;
  const changes = route.brokerDatas.flatMap(({ brokerName, brokerAddrs }) => {
    const broker = brokerAddrs.get(MASTER_ID);
    const queues = route.queueDatas.find((one) => one.brokerName === brokerName);
    if (broker === undefined || queues === undefined || !wanted.has(broker)) return [];
    const { readQueueNums, writeQueueNums, topicSysFlag } = queues;
    const settings: TopicSettings = {
      topicName: topic,
      readQueueNums,
      writeQueueNums,
      perm,
      topicSysFlag,
      order,
      attributes: new Map(),
    };
    return [{ broker, from: queues.perm, settings }];
  });
  if (changes.length === 0) throw noMaster();
  await inParallel(changes, async ({ broker, from, settings }) => {
    if (from !== perm) await saveTopic(admin, broker, settings);
  });
  return changes;
}

function noMaster(): PlainTextError {
  return new PlainTextError("updateTopicPerm error broker not exit or broker is not master!.\n", {
    kind: "not-found",
    message: "no master that is asked for has the topic",
    hint: "mqadmin topicRoute shows its brokers",
  });
}
