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
import { queueIds, queueRange } from "./queue-range.js";

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
  const result: ConsumeStats = { consumeTps: 0, offsetTable: [] };
  for (const name of new Set(names)) {
    const topic = context.topics.get(name);
    if (topic === undefined) continue;
    result.offsetTable.push(
      ...queuesOf(context, { group, topic: name, queues: topic.readQueueNums, isPullShown: true }),
    );
    result.consumeTps += context.stats.groupGetTps(group, name);
  }
  return result;
}

interface Asked {
  group: string;
  topic: string;
  queues: number;
  /** Only the statistics of one group tell how far was pulled. */
  isPullShown: boolean;
}

function queuesOf(context: BrokerContext, asked: Asked): ConsumeStats["offsetTable"] {
  const { topic } = asked;
  return queueIds(asked.queues).map((queueId) => ({
    queue: { topic, brokerName: context.config.brokerName, queueId },
    value: progress(context, asked, queueId),
  }));
}

function progress(context: BrokerContext, asked: Asked, queueId: number): OffsetWrapper {
  const { group, topic } = asked;
  const { offsets, store } = context;
  const consumerOffset = Math.max(0, offsets.get(group, topic, queueId));
  return {
    brokerOffset: queueRange(store, topic, queueId).max,
    consumerOffset,
    lastTimestamp:
      consumerOffset > 0 ? Math.max(0, store.storeTimeAt(topic, queueId, consumerOffset - 1)) : 0,
    pullOffset: asked.isPullShown
      ? Math.max(consumerOffset, offsets.pullOffset(group, topic, queueId))
      : 0,
  };
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
          offsetTable: queuesOf(context, asked),
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
