import type { CommandCases } from "../../../support/command-cases.js";

export const namesrvCases: CommandCases = {
  updateKvConfig: {
    success: "updateKvConfig -s tastes -k tea -v 'black and sweet'",
    notFound: { never: "what is not there is made" },
    refused: { never: "name servers take any value" },
    badValue: "updateKvConfig -s tastes -k tea",
  },
  deleteKvConfig: {
    each: ["updateKvConfig -s tastes -k tea -v black"],
    success: "deleteKvConfig -s tastes -k tea",
    notFound: { never: "a key that is not there is as good as deleted" },
    refused: { never: "name servers refuse nothing of that" },
    badValue: "deleteKvConfig -s tastes",
  },
  wipeWritePerm: {
    success: "wipeWritePerm -b {brokerName}",
    notFound: "wipeWritePerm -b nobroker",
    refused: { never: "name servers do it for every broker they know" },
    badValue: "wipeWritePerm",
  },
  addWritePerm: {
    success: "addWritePerm -b {brokerName}",
    notFound: "addWritePerm -b nobroker",
    refused: { never: "name servers do it for every broker they know" },
    badValue: "addWritePerm",
  },
  getNamesrvConfig: {
    success: "getNamesrvConfig",
    notFound: { never: "it names nothing" },
    refused: { never: "it is asked of name servers only, which all serve it" },
    badValue: "getNamesrvConfig --timeout soon",
  },
  updateNamesrvConfig: {
    success: "updateNamesrvConfig -k orderMessageEnable -v true",
    notFound: { never: "a key that there is not is a refusal" },
    refused: { line: "updateNamesrvConfig -k kvConfigPath -v x", code: 4 },
    badValue: "updateNamesrvConfig -k orderMessageEnable",
  },
};
