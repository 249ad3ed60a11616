import type { CommandCases } from "../../../support/command-cases.js";

export const containerCases: CommandCases = {
  addBroker: {
    success: { never: "it asks a container" },
    notFound: { never: "the container looks for the file" },
    refused: "addBroker -c {broker} -b /opt/rocketmq/conf/broker-b.conf",
    badValue: "addBroker -c nowhere -b /opt/rocketmq/conf/broker-b.conf",
  },
  removeBroker: {
    success: { never: "it asks a container" },
    notFound: { never: "the container looks for the broker" },
    refused: "removeBroker -c {broker} -b {cluster}:{brokerName}:0",
    badValue: "removeBroker -c {broker} -b {cluster}:{brokerName}:-1",
  },
};
