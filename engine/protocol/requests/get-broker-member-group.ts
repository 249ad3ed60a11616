import { brokerMemberGroupBody } from "../bodies/broker-member-group.js";
import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Live brokers of one broker name. Upstream: GetBrokerMemberGroupRequestHeader. */
export const getBrokerMemberGroup = defineRequest({
  code: 901,
  name: "GET_BROKER_MEMBER_GROUP",
  servedBy: "namesrv",
  since: "5.0.0",
  request: {
    clusterName: string.required(),
    brokerName: string.required(),
  },
  responseBody: brokerMemberGroupBody,
});
