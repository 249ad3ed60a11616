import type { CommandCases } from "../../../support/command-cases.js";

export const haCases: CommandCases = {
  haStatus: {
    success: "haStatus -b {broker}",
    notFound: "haStatus -c nowhere",
    refused: "haStatus -b {namesrv}",
    badValue: "haStatus -b nowhere",
  },
  getSyncStateSet: {
    success: { never: "it asks a controller" },
    notFound: "getSyncStateSet -a {broker} -c nowhere",
    refused: "getSyncStateSet -a {broker} -b {brokerName}",
    badValue: "getSyncStateSet -a {broker} -b {brokerName} -i soon",
  },
};
