import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, bigLong, flag, int, list, long, optional, text } from "../shape.js";
import { type SubscriptionData, subscriptionDataShape } from "./subscription-data.js";

/** One entry of a consume queue. Upstream: ConsumeQueueData. */
export interface ConsumeQueueData {
  bitMap?: string | undefined;
  eval: boolean;
  extendDataJson?: string | undefined;
  msg?: string | undefined;
  physicOffset: number;
  physicSize: number;
  /** Hash, time or extend address: any int64. */
  tagsCode: bigint;
}

/** Upstream: QueryConsumeQueueResponseBody. */
export interface QueryConsumeQueueBody {
  filterData?: string | undefined;
  maxQueueIndex: number;
  minQueueIndex: number;
  queueData: ConsumeQueueData[];
  subscriptionData?: SubscriptionData | undefined;
}

const consumeQueueData = bean<ConsumeQueueData>({
  bitMap: optional(text),
  eval: flag,
  extendDataJson: optional(text),
  msg: optional(text),
  physicOffset: long,
  physicSize: int,
  tagsCode: bigLong,
});

export const queryConsumeQueueBody: JsonBody<QueryConsumeQueueBody> = jsonBody(
  "QueryConsumeQueueBody",
  bean<QueryConsumeQueueBody>({
    filterData: optional(text),
    maxQueueIndex: long,
    minQueueIndex: long,
    queueData: list(consumeQueueData),
    subscriptionData: optional(subscriptionDataShape),
  }),
);
