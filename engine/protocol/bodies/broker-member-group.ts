import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, intTable, optional, type Shape, text } from "../shape.js";

/** Live brokers of one broker name. Upstream: BrokerMemberGroup. */
export interface BrokerMemberGroup {
  brokerAddrs: Map<number, string>;
  brokerName: string;
  cluster: string;
}

export const brokerMemberGroupShape: Shape<BrokerMemberGroup> = bean<BrokerMemberGroup>({
  brokerAddrs: intTable(text),
  brokerName: text,
  cluster: text,
});

/** Upstream: GetBrokerMemberGroupResponseBody. */
export interface BrokerMemberGroupBody {
  brokerMemberGroup?: BrokerMemberGroup | undefined;
}

export const brokerMemberGroupBody: JsonBody<BrokerMemberGroupBody> = jsonBody(
  "BrokerMemberGroupBody",
  bean<BrokerMemberGroupBody>({ brokerMemberGroup: optional(brokerMemberGroupShape) }),
);
