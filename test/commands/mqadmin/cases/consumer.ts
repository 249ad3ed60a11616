import type { CommandCases } from "../../../support/command-cases.js";

const NO_NAMES = "it takes no names";

export const consumerCases: CommandCases = {
  updateSubGroup: {
    success: "updateSubGroup -c {cluster} -g case-group -r 3 -o true",
    notFound: "updateSubGroup -c no-such-cluster -g case-group",
    refused: "updateSubGroup -b {broker} -g case-group --attributes +no.such=1",
    badValue: "updateSubGroup -b {broker} -g case-group -r many",
  },
  updateSubGroupList: {
    success: "updateSubGroupList -c {cluster} -f {folder}/groups.json",
    notFound: "updateSubGroupList -b {broker} -f {folder}/no-such-file.json",
    refused: "updateSubGroupList -b {namesrv} -f {folder}/groups.json",
    badValue: "updateSubGroupList -b {broker} -f {folder}/conf/plain_acl.yml",
  },
  setConsumeMode: {
    before: ["updateSubGroup -c {cluster} -g case-group"],
    success: "setConsumeMode -c {cluster} -t {topic} -g case-group -m PULL -q 2",
    notFound: "setConsumeMode -b {broker} -t no-such-topic -g case-group -m POP",
    refused: { line: "setConsumeMode -b {broker} -t %RETRY%{group} -g {group} -m POP", code: 4 },
    badValue: "setConsumeMode -b {broker} -t {topic} -g case-group -m push",
  },
  deleteSubGroup: {
    before: ["updateSubGroup -c {cluster} -g case-gone"],
    success: "deleteSubGroup -c {cluster} -g case-gone -r true",
    notFound: "deleteSubGroup -c no-such-cluster -g case-gone",
    refused: "deleteSubGroup -b {namesrv} -g case-gone",
    badValue: "deleteSubGroup -b nowhere -g case-gone",
  },
  consumerProgress: {
    success: "consumerProgress -g {group} -s true",
    notFound: "consumerProgress -g no-such-group",
    refused: { never: "brokers are found by the name server and know the question" },
    badValue: "consumerProgress -g",
  },
  consumerStatus: {
    success: "consumerStatus -g {group} -i {clientId} -s",
    notFound: "consumerStatus -g {group} -i no-such-client",
    refused: "consumerStatus -g {group} -b {namesrv}",
    badValue: "consumerStatus -g {group} -b nowhere",
  },
  startMonitoring: {
    success: "startMonitoring --delay 0s --rounds 1",
    notFound: { never: NO_NAMES },
    refused: { never: "a group that cannot be asked does not end it" },
    badValue: "startMonitoring --interval often",
  },
  getConsumerConfig: {
    success: "getConsumerConfig -g {group}",
    notFound: "getConsumerConfig -g no-such-group",
    refused: { never: "brokers are found by the name server and know the question" },
    badValue: "getConsumerConfig -g",
  },
};
