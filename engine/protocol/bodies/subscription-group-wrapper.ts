import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, int, table } from "../shape.js";
import { dataVersion, type DataVersion } from "./data-version.js";
import {
  subscriptionGroupConfig,
  type SubscriptionGroupConfig,
} from "./subscription-group-config.js";

/** All groups of a broker. Upstream: SubscriptionGroupWrapper. */
export interface SubscriptionGroupWrapper {
  dataVersion: DataVersion;
  /** Group → topic → bits of what is forbidden. Since 5.0. */
  forbiddenTable: Map<string, Map<string, number>>;
  subscriptionGroupTable: Map<string, SubscriptionGroupConfig>;
}

export const subscriptionGroupWrapper: JsonBody<SubscriptionGroupWrapper> = jsonBody(
  "SubscriptionGroupWrapper",
  bean<SubscriptionGroupWrapper>({
    dataVersion: dataVersion.shape,
    forbiddenTable: table(table(int)),
    subscriptionGroupTable: table(subscriptionGroupConfig.shape),
  }),
);
