import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, flag, int, intTable, list, long, optional, text } from "../shape.js";
import { type TopicConfig, topicConfigMembers } from "./topic-config.js";

/** Which physical queues stand behind the logical queues of a static topic. Upstream: TopicQueueMappingInfo. */
export interface TopicQueueMappingInfo {
  bname: string | undefined;
  /** Logical queue id → physical queue id. */
  currIdMap: Map<number, number>;
  dirty: boolean;
  epoch: number;
  scope: string;
  topic: string | undefined;
  totalQueues: number;
}

/** Upstream: LogicQueueMappingItem. */
export interface LogicQueueMappingItem {
  bname: string | undefined;
  endOffset: number;
  gen: number;
  logicOffset: number;
  queueId: number;
  startOffset: number;
  timeOfEnd: number;
  timeOfStart: number;
}

/** Upstream: TopicQueueMappingDetail. */
export interface TopicQueueMappingDetail extends TopicQueueMappingInfo {
  hostedQueues: Map<number, LogicQueueMappingItem[]>;
}

const info = {
  bname: optional(text),
  currIdMap: intTable(int),
  dirty: flag,
  epoch: long,
  scope: text.or("__global__"),
  topic: optional(text),
  totalQueues: int,
} as const;

const item = bean<LogicQueueMappingItem>({
  bname: optional(text),
  endOffset: long.or(-1),
  gen: int,
  logicOffset: long,
  queueId: int,
  startOffset: long,
  timeOfEnd: long.or(-1),
  timeOfStart: long.or(-1),
});

export const topicQueueMappingInfo: JsonBody<TopicQueueMappingInfo> = jsonBody(
  "TopicQueueMappingInfo",
  bean<TopicQueueMappingInfo>(info),
);

export const topicQueueMappingDetail: JsonBody<TopicQueueMappingDetail> = jsonBody(
  "TopicQueueMappingDetail",
  bean<TopicQueueMappingDetail>({ ...info, hostedQueues: intTable(list(item)) }),
);

/** A topic and, for a static topic, its mapping. Upstream: TopicConfigAndQueueMapping. */
export interface TopicConfigAndQueueMapping extends TopicConfig {
  mappingDetail?: TopicQueueMappingDetail | undefined;
}

export const topicConfigAndQueueMapping: JsonBody<TopicConfigAndQueueMapping> = jsonBody(
  "TopicConfigAndQueueMapping",
  bean<TopicConfigAndQueueMapping>({
    ...topicConfigMembers,
    mappingDetail: optional(topicQueueMappingDetail.shape),
  }),
);
