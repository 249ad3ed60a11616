import type { CommandCases } from "../../../support/command-cases.js";

export const connectionCases: CommandCases = {
  producerConnection: {
    success: "producerConnection -g {producerGroup} -t {topic}",
    notFound: "producerConnection -g no-such-group -t {topic}",
    refused: { never: "brokers are found by the name server and know the question" },
    badValue: "producerConnection -g {producerGroup} -t",
  },
  consumerConnection: {
    success: "consumerConnection -g {group} -b {broker}",
    notFound: "consumerConnection -g no-such-group",
    refused: "consumerConnection -g {group} -b {namesrv}",
    badValue: "consumerConnection -g {group} -b nowhere",
  },
};
