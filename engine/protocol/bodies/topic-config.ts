import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, flag, int, list, oneOf, text, textTable } from "../shape.js";

export const TOPIC_FILTER_TYPES = ["SINGLE_TAG", "MULTI_TAG"] as const;
export type TopicFilterType = (typeof TOPIC_FILTER_TYPES)[number];

/** One topic at one broker. Upstream: TopicConfig. */
export interface TopicConfig {
  /** Since 5.0, e.g. "message.type". */
  attributes: Record<string, string>;
  order: boolean;
  /** Bits: 4 read, 2 write, 1 inherit. */
  perm: number;
  readQueueNums: number;
  topicFilterType: TopicFilterType;
  topicName: string;
  topicSysFlag: number;
  writeQueueNums: number;
}

export const topicConfigMembers = {
  attributes: textTable,
  order: flag,
  perm: int.or(6),
  readQueueNums: int.or(16),
  topicFilterType: oneOf(TOPIC_FILTER_TYPES, "SINGLE_TAG"),
  topicName: text,
  topicSysFlag: int,
  writeQueueNums: int.or(16),
} as const;

export const topicConfig: JsonBody<TopicConfig> = jsonBody(
  "TopicConfig",
  bean<TopicConfig>(topicConfigMembers),
);

/** Upstream: CreateTopicListRequestBody. */
export interface TopicConfigList {
  topicConfigList: TopicConfig[];
}

export const topicConfigList: JsonBody<TopicConfigList> = jsonBody(
  "TopicConfigList",
  bean<TopicConfigList>({ topicConfigList: list(topicConfig.shape) }),
);
