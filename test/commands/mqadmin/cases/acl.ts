import type { CommandCases } from "../../../support/command-cases.js";

const ACCOUNT = "-a case-account -s case-secret";

export const aclCases: CommandCases = {
  updateAclConfig: {
    success: `updateAclConfig -c {cluster} ${ACCOUNT} -t orders=PUB,secrets=DENY -g billing=SUB`,
    notFound: `updateAclConfig -c no-such-cluster ${ACCOUNT}`,
    refused: "updateAclConfig -b {broker} -a short -s short",
    badValue: `updateAclConfig -b nowhere ${ACCOUNT}`,
  },
  deleteAclConfig: {
    each: [`updateAclConfig -b {broker} ${ACCOUNT}`],
    success: "deleteAclConfig -c {cluster} -a case-account",
    notFound: "deleteAclConfig -b {broker} -a no-such-account",
    refused: "deleteAclConfig -b {namesrv} -a case-account",
    badValue: "deleteAclConfig -b nowhere -a case-account",
  },
  getAclConfig: {
    before: [`updateAclConfig -b {broker} ${ACCOUNT} -i DENY -t orders=PUB`],
    success: "getAclConfig -c {cluster}",
    notFound: "getAclConfig -c no-such-cluster",
    refused: "getAclConfig -b {namesrv}",
    badValue: "getAclConfig -b nowhere",
  },
  clusterAclConfigVersion: {
    success: "clusterAclConfigVersion -c {cluster}",
    notFound: "clusterAclConfigVersion -c no-such-cluster",
    refused: "clusterAclConfigVersion -b {namesrv}",
    badValue: "clusterAclConfigVersion -b nowhere",
  },
  updateGlobalWhiteAddr: {
    success: "updateGlobalWhiteAddr -c {cluster} -g 127.0.0.1,*",
    notFound: "updateGlobalWhiteAddr -c no-such-cluster -g 127.0.0.1",
    refused: "updateGlobalWhiteAddr -b {broker} -g 127.0.0.1 -p /no/such/file.yml",
    badValue: "updateGlobalWhiteAddr -b nowhere -g 127.0.0.1",
  },
};
