import type { CommandCases } from "../../../support/command-cases.js";

export const coldctrCases: CommandCases = {
  getColdDataFlowCtrInfo: {
    success: "getColdDataFlowCtrInfo -c {cluster}",
    notFound: "getColdDataFlowCtrInfo -c nowhere",
    refused: "getColdDataFlowCtrInfo -b {namesrv}",
    badValue: "getColdDataFlowCtrInfo -b nowhere",
  },
  updateColdDataFlowCtrGroupConfig: {
    success: "updateColdDataFlowCtrGroupConfig -c {cluster} -g {group} -v 1000",
    notFound: "updateColdDataFlowCtrGroupConfig -c nowhere -g {group} -v 1000",
    refused: "updateColdDataFlowCtrGroupConfig -b {namesrv} -g {group} -v 1000",
    badValue: "updateColdDataFlowCtrGroupConfig -b {broker} -g {group} -v much",
  },
  removeColdDataFlowCtrGroupConfig: {
    success: "removeColdDataFlowCtrGroupConfig -b {broker} -g {group}",
    notFound: "removeColdDataFlowCtrGroupConfig -c nowhere -g {group}",
    refused: "removeColdDataFlowCtrGroupConfig -b {namesrv} -g {group}",
    badValue: "removeColdDataFlowCtrGroupConfig -b nowhere -g {group}",
  },
};
