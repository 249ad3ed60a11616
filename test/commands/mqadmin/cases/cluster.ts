import type { CommandCases } from "../../../support/command-cases.js";

export const clusterCases: CommandCases = {
  clusterList: {
    success: "clusterList",
    notFound: "clusterList -c nowhere",
    refused: "clusterList -n {broker}",
    badValue: "clusterList -i soon",
  },
  clusterRT: {
    success: "clusterRT -a 2 -s 16 -i 60 -c {cluster}",
    notFound: "clusterRT -c nowhere",
    refused: "clusterRT -n {broker}",
    badValue: "clusterRT -a 0",
    stopAfterMs: 500,
  },
};
