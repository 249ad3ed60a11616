/** What a route means for producers and consumers. Upstream: MQClientInstance.topicRouteData2TopicPublishInfo, -SubscribeInfo. */
import type { TopicRouteData } from "../protocol/bodies/topic-route-data.js";
import { compareText, type MessageQueue } from "./message-queue.js";

const PERM_WRITE = 2;
const PERM_READ = 4;
const MASTER_ID = 0;

/** Address of one replica of a broker; the master's by default. */
export function addressOf(
  route: TopicRouteData,
  brokerName: string,
  brokerId = MASTER_ID,
): string | undefined {
  const broker = route.brokerDatas.find((one) => one.brokerName === brokerName);
  return broker?.brokerAddrs.get(brokerId);
}

/**
 * Queues that can be sent to: those of the order configuration (`broker:count;…`) when there is one, else the writable
 * ones of brokers that have a master.
 */
export function publishQueues(topic: string, route: TopicRouteData): MessageQueue[] {
  if (route.orderTopicConf !== undefined && route.orderTopicConf !== "") {
    return orderedQueues(topic, route.orderTopicConf);
  }
  return [...route.queueDatas]
    .sort((a, b) => compareText(a.brokerName, b.brokerName))
    .filter((one) => (one.perm & PERM_WRITE) !== 0)
    .filter((one) => addressOf(route, one.brokerName) !== undefined)
    .flatMap(({ brokerName, writeQueueNums }) => queuesOf(topic, brokerName, writeQueueNums));
}

/** Queues that can be consumed. */
export function subscribeQueues(topic: string, route: TopicRouteData): MessageQueue[] {
  return route.queueDatas
    .filter((one) => (one.perm & PERM_READ) !== 0)
    .flatMap(({ brokerName, readQueueNums }) => queuesOf(topic, brokerName, readQueueNums));
}

/**
 * The template topic's route as that of a topic still to be created: as many queues as the broker is going to make.
 * Upstream: updateTopicRouteInfoFromNameServer with isDefault.
 */
export function templateRoute(template: TopicRouteData, defaultQueueCount: number): TopicRouteData {
  return {
    ...template,
    queueDatas: template.queueDatas.map((one) => {
      const count = Math.min(defaultQueueCount, one.readQueueNums);
      return { ...one, readQueueNums: count, writeQueueNums: count };
    }),
  };
}

/** Order of brokers and queues in an answer says nothing: compares what matters to a client. */
export function sameRoute(a: TopicRouteData, b: TopicRouteData): boolean {
  return fingerprint(a) === fingerprint(b);
}

function fingerprint(route: TopicRouteData): string {
  const brokers = route.brokerDatas
    .map((one) => `${one.brokerName}=${[...one.brokerAddrs].sort(([x], [y]) => x - y).join(",")}`)
    .sort(compareText);
  const queues = route.queueDatas
    .map((one) => `${one.brokerName}/${one.readQueueNums}/${one.writeQueueNums}/${one.perm}`)
    .sort(compareText);
  return JSON.stringify([brokers, queues, route.orderTopicConf ?? ""]);
}

function orderedQueues(topic: string, conf: string): MessageQueue[] {
  return conf.split(";").flatMap((part) => {
    const [brokerName = "", count = "0"] = part.split(":");
    return queuesOf(topic, brokerName, Number.parseInt(count, 10) || 0);
  });
}

function queuesOf(topic: string, brokerName: string, count: number): MessageQueue[] {
  return Array.from({ length: count }, (_, queueId) => ({ topic, brokerName, queueId }));
}
