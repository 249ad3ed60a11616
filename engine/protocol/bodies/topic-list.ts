import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, list, optional, text } from "../shape.js";

/** Upstream: TopicList. */
export interface TopicList {
  /** Address of some broker, where the answer has one. */
  brokerAddr?: string | undefined;
  topicList: string[];
}

export const topicList: JsonBody<TopicList> = jsonBody(
  "TopicList",
  bean<TopicList>({ brokerAddr: optional(text), topicList: list(text) }),
);
