/** What topics there are and how far their queues reach. Upstream: AdminBrokerProcessor.getAllTopicConfig, getTopicConfig, getTopicStatsInfo, getSystemTopicListFromBroker. */
import type { TopicConfig } from "../../../protocol/bodies/topic-config.js";
import type { TopicStatsTable } from "../../../protocol/bodies/topic-stats-table.js";
import { getAllTopicConfig } from "../../../protocol/requests/get-all-topic-config.js";
import { getSystemTopicListFromBroker } from "../../../protocol/requests/get-system-topic-list-from-broker.js";
import { getTopicConfig } from "../../../protocol/requests/get-topic-config.js";
import { getTopicStatsInfo } from "../../../protocol/requests/get-topic-stats-info.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import { queueIds, queueRange } from "./queue-range.js";

export function registerTopicQueries(dispatcher: Dispatcher, context: BrokerContext): void {
  const { topics } = context;
  const { TOPIC_NOT_EXIST } = ResponseCode;
  // Static topics are not kept here: their mapping is empty and never changes.
  const mappingDataVersion = { counter: 0, stateVersion: 0, timestamp: context.bootTime };
  dispatcher.register(getAllTopicConfig, () => ({
    content: {
      dataVersion: topics.dataVersion,
      mappingDataVersion,
      topicConfigTable: new Map(topics.all()),
      topicQueueMappingDetailMap: new Map(),
      topicQueueMappingInfoMap: new Map(),
    },
  }));
  dispatcher.register(getTopicConfig, ({ header }) => {
    const content = topics.get(header.topic);
    if (content !== undefined) return { content };
    return { code: TOPIC_NOT_EXIST, remark: `No topic in this broker. topic: ${header.topic}` };
  });
  dispatcher.register(getTopicStatsInfo, ({ header }) => {
    const topic = topics.get(header.topic);
    if (topic !== undefined) return { content: statsOf(context, topic) };
    return { code: TOPIC_NOT_EXIST, remark: `topic[${header.topic}] not exist` };
  });
  dispatcher.register(getSystemTopicListFromBroker, () => ({
    content: { topicList: [...topics.systemTopics()] },
  }));
}

function statsOf(context: BrokerContext, topic: TopicConfig): TopicStatsTable {
  const { readQueueNums, writeQueueNums } = topic;
  const { showsReadQueues } = context.release;
  const queues = showsReadQueues ? Math.max(writeQueueNums, readQueueNums) : writeQueueNums;
  const offsetTable = queueIds(queues).map((queueId) => {
    const { min, max } = queueRange(context.store, topic.topicName, queueId);
    const last = max > 0 ? context.store.storeTimeAt(topic.topicName, queueId, max - 1) : 0;
    return {
      queue: { topic: topic.topicName, brokerName: context.config.brokerName, queueId },
      value: { lastUpdateTimestamp: last, maxOffset: max, minOffset: min },
    };
  });
  return { offsetTable, topicPutTps: context.stats.topicPutTps(topic.topicName) };
}
