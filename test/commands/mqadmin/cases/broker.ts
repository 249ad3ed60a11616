import type { CommandCases } from "../../../support/command-cases.js";

const ONLY_MASTERS = "a cluster without slaves: a master refuses, and that is the whole case";

export const brokerCases: CommandCases = {
  updateBrokerConfig: {
    success: "updateBrokerConfig -b {broker} -k fileReservedTime -v 71",
    notFound: "updateBrokerConfig -c nowhere -k fileReservedTime -v 71",
    refused: { line: "updateBrokerConfig -b {broker} -k configBlackList -v x", code: 4 },
    badValue: "updateBrokerConfig -b {broker} -k brokerPermission -v 9",
  },
  resetMasterFlushOffset: {
    success: { never: ONLY_MASTERS },
    notFound: { never: "it names a broker by its address" },
    refused: "resetMasterFlushOffset -b {broker} -o 5",
    badValue: "resetMasterFlushOffset -b {broker} -o much",
  },
  brokerStatus: {
    success: "brokerStatus -c {cluster}",
    notFound: "brokerStatus -c nowhere",
    refused: { line: "brokerStatus -b {namesrv}", code: 1 },
    badValue: "brokerStatus -b nowhere",
  },
  sendMsgStatus: {
    success: "sendMsgStatus -b {brokerName} -c 2 -s 20",
    notFound: { never: "a broker creates the topic that is sent to" },
    refused: { line: "sendMsgStatus -b SCHEDULE_TOPIC_XXXX -c 1", code: 2 },
    badValue: "sendMsgStatus -b {brokerName} -c few",
  },
  brokerConsumeStats: {
    success: "brokerConsumeStats -b {broker}",
    notFound: { never: "it names a broker by its address" },
    refused: "brokerConsumeStats -b {namesrv}",
    badValue: "brokerConsumeStats -b {broker} -l x",
  },
  cleanExpiredCQ: {
    success: "cleanExpiredCQ -c {cluster}",
    notFound: "cleanExpiredCQ -c nowhere",
    refused: "cleanExpiredCQ -b {namesrv}",
    badValue: "cleanExpiredCQ -b nowhere",
  },
  deleteExpiredCommitLog: {
    success: "deleteExpiredCommitLog -b {broker}",
    notFound: "deleteExpiredCommitLog -c nowhere",
    refused: "deleteExpiredCommitLog -b {namesrv}",
    badValue: "deleteExpiredCommitLog -b nowhere",
  },
  cleanUnusedTopic: {
    success: "cleanUnusedTopic",
    notFound: "cleanUnusedTopic -c nowhere",
    refused: "cleanUnusedTopic -b {namesrv}",
    badValue: "cleanUnusedTopic -b nowhere",
  },
  getBrokerConfig: {
    success: "getBrokerConfig -b {broker}",
    notFound: "getBrokerConfig -c nowhere",
    refused: "getBrokerConfig -b {namesrv}",
    badValue: "getBrokerConfig -b nowhere",
  },
  getBrokerEpoch: {
    success: { never: "only brokers in controller mode have epochs" },
    notFound: "getBrokerEpoch -b nobody",
    refused: "getBrokerEpoch -b {brokerName}",
    badValue: "getBrokerEpoch -b {brokerName} -i soon",
  },
  setCommitLogReadAheadMode: {
    success: "setCommitLogReadAheadMode -c {cluster} -m 0",
    notFound: "setCommitLogReadAheadMode -c nowhere -m 0",
    refused: "setCommitLogReadAheadMode -b {namesrv} -m 0",
    badValue: "setCommitLogReadAheadMode -b {broker} -m 2",
  },
};
