import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, optional, text } from "../shape.js";
import { type SubscriptionData, subscriptionDataShape } from "./subscription-data.js";

/** A subscription to be checked before it is used. Upstream: CheckClientRequestBody. */
export interface CheckClientConfigBody {
  clientId: string;
  group: string;
  namespace?: string | undefined;
  subscriptionData: SubscriptionData;
}

export const checkClientConfigBody: JsonBody<CheckClientConfigBody> = jsonBody(
  "CheckClientConfigBody",
  bean<CheckClientConfigBody>({
    clientId: text,
    group: text,
    namespace: optional(text),
    subscriptionData: subscriptionDataShape,
  }),
);
