import type { CommandCases } from "../../../support/command-cases.js";

const BEFORE = ["updateSubGroup -c {cluster} -g case-offsets"];

export const offsetCases: CommandCases = {
  cloneGroupOffset: {
    before: ["updateSubGroup -c {cluster} -g case-cloned"],
    success: "cloneGroupOffset -s {group} -d case-cloned -t {topic}",
    notFound: "cloneGroupOffset -s no-such-group -d case-cloned -t {topic}",
    refused: { never: "brokers take offsets for any group" },
    badValue: "cloneGroupOffset -s {group} -d case-cloned",
  },
  resetOffsetByTime: {
    before: BEFORE,
    success: "resetOffsetByTime -g case-offsets -t {topic} -s -10m",
    notFound: "resetOffsetByTime -g case-offsets -t no-such-topic -s now",
    refused: "resetOffsetByTime -g case-offsets -t {topic} -s now -b {broker} -q 0 -o 9999",
    badValue: "resetOffsetByTime -g case-offsets -t {topic} -s yesterday",
  },
  skipAccumulatedMessage: {
    before: BEFORE,
    success: "skipAccumulatedMessage -g case-offsets -t {topic}",
    notFound: "skipAccumulatedMessage -g case-offsets -t no-such-topic",
    refused: { never: "brokers found by the name server move any group that they have" },
    badValue: "skipAccumulatedMessage -g case-offsets",
  },
};
