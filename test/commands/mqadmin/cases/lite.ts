import type { CommandCases } from "../../../support/command-cases.js";

/** The requests of 5.5 are not known to a broker that behaves as 5.3.3. */
const success = { never: "needs a broker of 5.5 with light topics" };

export const liteCases: CommandCases = {
  getBrokerLiteInfo: {
    success,
    notFound: "getBrokerLiteInfo -c no-such-cluster",
    refused: "getBrokerLiteInfo -b {broker} -d",
    badValue: "getBrokerLiteInfo -b nowhere",
  },
  getParentTopicInfo: {
    success,
    notFound: "getParentTopicInfo -p no-such-topic",
    refused: "getParentTopicInfo -p {topic}",
    badValue: "getParentTopicInfo",
  },
  getLiteTopicInfo: {
    success,
    notFound: "getLiteTopicInfo -p no-such-topic -l one",
    refused: "getLiteTopicInfo -p {topic} -l one -s",
    badValue: "getLiteTopicInfo -p {topic}",
  },
  getLiteClientInfo: {
    success,
    notFound: "getLiteClientInfo -p no-such-topic -g {group} -c {clientId}",
    refused: "getLiteClientInfo -p {topic} -g {group} -c {clientId} -s",
    badValue: "getLiteClientInfo -p {topic} -g {group}",
  },
  getLiteGroupInfo: {
    success,
    notFound: "getLiteGroupInfo -p no-such-topic -g {group}",
    refused: "getLiteGroupInfo -p {topic} -g {group} -l one",
    badValue: "getLiteGroupInfo -p {topic} -g {group} -k some",
  },
  triggerLiteDispatch: {
    success,
    notFound: "triggerLiteDispatch -p {topic} -g {group} -b no-such-broker",
    refused: "triggerLiteDispatch -p {topic} -g {group}",
    badValue: "triggerLiteDispatch -p {topic}",
  },
  switchTimerEngine: {
    success,
    notFound: "switchTimerEngine -c no-such-cluster -e F",
    refused: "switchTimerEngine -b {broker} -e R",
    badValue: "switchTimerEngine -b {broker} -e X",
  },
};
