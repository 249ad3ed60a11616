import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, list, text } from "../shape.js";

/** Clients of a group. Upstream: GetConsumerListByGroupResponseBody. */
export interface ConsumerIdList {
  consumerIdList: string[];
}

export const consumerIdList: JsonBody<ConsumerIdList> = jsonBody(
  "ConsumerIdList",
  bean<ConsumerIdList>({ consumerIdList: list(text) }),
);
