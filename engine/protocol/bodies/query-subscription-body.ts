import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, optional, text } from "../shape.js";
import { type SubscriptionData, subscriptionDataShape } from "./subscription-data.js";

/** Upstream: QuerySubscriptionResponseBody. */
export interface QuerySubscriptionBody {
  group: string;
  subscriptionData?: SubscriptionData | undefined;
  topic: string;
}

export const querySubscriptionBody: JsonBody<QuerySubscriptionBody> = jsonBody(
  "QuerySubscriptionBody",
  bean<QuerySubscriptionBody>({
    group: text,
    subscriptionData: optional(subscriptionDataShape),
    topic: text,
  }),
);
