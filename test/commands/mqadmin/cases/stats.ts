import type { CommandCases } from "../../../support/command-cases.js";

export const statsCases: CommandCases = {
  statsAll: {
    success: "statsAll",
    notFound: "statsAll -t no-such-topic",
    refused: { never: "brokers are found by the name server and know the question" },
    badValue: "statsAll -t",
  },
};
