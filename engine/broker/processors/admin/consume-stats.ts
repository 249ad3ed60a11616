/** How far groups are. Upstream: AdminBrokerProcessor.getConsumeStats, fetchAllConsumeStatsInBroker. */
import type {
  ConsumeStats,
  ConsumeStatsList,
  OffsetWrapper,
} from "../../../protocol/bodies/consume-stats.js";
import { getBrokerConsumeStats } from "../../../protocol/requests/get-broker-consume-stats.js";
import { getConsumeStats } from "../../../protocol/requests/get-consume-stats.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import { queueCount } from "./queue-range.js";

export function registerConsumeStats(dispatcher: Dispatcher, context: BrokerContext): void {
  dispatcher.register(getConsumeStats, ({ header }) => {
    const listed = (header.topicList ?? "").split(";").filter((topic) => topic !== "");
    const topics =
      listed.length > 0 ? listed : topicsOf(context, header.consumerGroup, header.topic);
    return { content: statsOfGroup(context, header.consumerGroup, topics) };
  });
  dispatcher.register(getBrokerConsumeStats, ({ header }) => ({
    content: statsOfBroker(context, header.isOrder),
  }));
}

/** The topics asked for, or those the group has offsets of; while it is online only those it subscribes to. */
function topicsOf(context: BrokerContext, group: string, topic?: string): readonly string[] {
  const asked =
    topic === undefined || topic.trim() === "" ? context.offsets.topicsOfGroup(group) : [topic];
  const subscriptions = context.clients.consumerGroup(group)?.subscriptions;
  if (subscriptions === undefined || subscriptions.size === 0) return asked;
  return asked.filter((each) => subscriptions.has(each));
}

function statsOfGroup(
  context: BrokerContext,
  group: string,
  names: readonly string[],
): ConsumeStats {
  const offsetTable: ConsumeStats["offsetTable"] = [];
  let consumeTps = 0;
  for (const name of new Set(names)) {
    const topic = context.topics.get(name);
    if (topic === undefined) continue;
    const asked = { group, topic: name, queues: topic.readQueueNums, isPullShown: true };
    addQueues(context, asked, offsetTable);
    consumeTps += context.stats.groupGetTps(group, name);
  }
  return { consumeTps, offsetTable };
}

interface Asked {
  group: string;
  topic: string;
  queues: number;
  /** Only the statistics of one group tell how far was pulled. */
  isPullShown: boolean;
}

/** Offsets are looked up once for all queues of a topic: a group may consume thousands. */
function addQueues(
  context: BrokerContext,
  asked: Asked,
  table: ConsumeStats["offsetTable"],
): ConsumeStats["offsetTable"] {
  const { group, topic, isPullShown } = asked;
  const { brokerName } = context.config;
  const committed = context.offsets.ofGroup(group, topic);
  const pulled = isPullShown ? context.offsets.pulledOfGroup(group, topic) : undefined;
  const count = queueCount(asked.queues);
  for (let queueId = 0; queueId < count; queueId++) {
    const consumerOffset = Math.max(0, committed.get(queueId) ?? -1);
    const value: OffsetWrapper = {
      brokerOffset: Math.max(0, context.store.maxOffset(topic, queueId)),
      consumerOffset,
      lastTimestamp: lastTimestamp(context, asked, { queueId, consumerOffset }),
      pullOffset: pulled === undefined ? 0 : Math.max(consumerOffset, pulled.get(queueId) ?? -1),
    };
    table.push({ queue: { topic, brokerName, queueId }, value });
  }
  return table;
}

/** When the last message that the group consumed of a queue was stored; 0 when that is not known. */
function lastTimestamp(
  { store }: BrokerContext,
  { topic }: Asked,
  { queueId, consumerOffset }: { queueId: number; consumerOffset: number },
): number {
  return consumerOffset > 0
    ? Math.max(0, store.storeTimeAt(topic, queueId, consumerOffset - 1))
    : 0;
}

function statsOfBroker(context: BrokerContext, isOrder: boolean): ConsumeStatsList {
  const result: ConsumeStatsList = {
    brokerAddr: context.brokerAddress,
    consumeStatsList: [],
    totalDiff: 0,
    totalInflightDiff: 0,
  };
  for (const group of context.groups.all().keys()) {
    const stats = topicsOf(context, group).flatMap((name): ConsumeStats[] => {
      const topic = context.topics.get(name);
      if (topic === undefined || (isOrder && !topic.order)) return [];
      const asked = { group, topic: name, queues: topic.writeQueueNums, isPullShown: false };
      return [
        {
          consumeTps: context.stats.groupGetTps(group, name),
          offsetTable: addQueues(context, asked, []),
        },
      ];
    });
    result.consumeStatsList.push(new Map([[group, stats]]));
    for (const { value } of stats.flatMap(({ offsetTable }) => offsetTable)) {
      result.totalDiff += value.brokerOffset - value.consumerOffset;
      result.totalInflightDiff += value.pullOffset - value.consumerOffset;
    }
  }
  return result;
}
