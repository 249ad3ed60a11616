import type { Admin } from "./admin.js";
import { onEach } from "./change.js";
import { clusterMasters, MASTER_ID } from "./clusters.js";
import { orderConf } from "./order-conf.js";
import { PlainTextError } from "./plain-text-error.js";
import { checkPerm, saveTopic, type TopicSettings } from "./topic-changes.js";
import { findTopicConfig } from "./topic-config.js";
import { topicRoute } from "./topics.js";

/** A broker's part of a topic whose permission was changed from `from`; equal ones were left alone. */
export interface ChangedPerm {
  broker: string;
  from: number;
  settings: TopicSettings;
}

/**
 * Changes the permission of a topic on one master or on those of a cluster. All else stays as each of them has it;
 * upstream gives all of them the queues of the first one, and takes away the order.
 */
export async function changePerm(
  admin: Admin,
  topic: string,
  wanted: {
    perm: number;
    brokerAddr: string | undefined;
    clusterName: string | undefined;
    /** Hears that some brokers did not do it. */
    fail: (thrown: unknown) => void;
  },
): Promise<ChangedPerm[]> {
  const { perm, brokerAddr, clusterName = "", fail } = wanted;
  checkPerm(perm);
  const route = await topicRoute(admin, topic);
  const addresses =
    brokerAddr === undefined
      ? new Set((await clusterMasters(admin, clusterName)).map((one) => one.address))
      : new Set([brokerAddr]);
  const order = (await orderConf(admin, topic)).conf !== undefined;
  const masters = route.brokerDatas.flatMap(({ brokerName, brokerAddrs }) => {
    const broker = brokerAddrs.get(MASTER_ID);
    const queues = route.queueDatas.find((one) => one.brokerName === brokerName);
    if (broker === undefined || queues === undefined || !addresses.has(broker)) return [];
    return [{ broker, queues: { ...queues, order } }];
  });
  if (masters.length === 0) throw noMaster();
  const changeAt = async ({ broker, queues }: (typeof masters)[number]): Promise<ChangedPerm> => {
    // the route may be older than what the broker has
    const own = (await findTopicConfig(admin, broker, topic)) ?? queues;
    const { readQueueNums, writeQueueNums, topicSysFlag } = own;
    const settings: TopicSettings = {
      topicName: topic,
      readQueueNums,
      writeQueueNums,
      perm,
      topicSysFlag,
      order: own.order,
      attributes: new Map(),
    };
    if (own.perm !== perm) await saveTopic(admin, broker, settings);
    return { broker, from: own.perm, settings };
  };
  return onEach(masters, changeAt, { nameOf: ({ broker }) => broker, fail });
}

function noMaster(): PlainTextError {
  return new PlainTextError("updateTopicPerm error broker not exit or broker is not master!.\n", {
    kind: "not-found",
    message: "no master that is asked for has the topic",
    hint: "mqadmin topicRoute shows its brokers",
  });
}
