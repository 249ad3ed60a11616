import type { CommandCases } from "../../../support/command-cases.js";

export const producerCases: CommandCases = {
  producer: {
    success: "producer -b {broker}",
    notFound: { never: "it names a broker by its address" },
    refused: "producer -b {namesrv}",
    badValue: "producer -b nowhere",
  },
};
