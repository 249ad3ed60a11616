import type { CommandCases } from "../../../support/command-cases.js";

/** A topic with one message that nobody may read, and one that nobody may write to. */
const UNREADABLE = [
  "updateTopic -c {cluster} -t case-unreadable -r 1 -w 1",
  "sendMessage -t case-unreadable -p hidden",
  "updateTopic -c {cluster} -t case-unreadable -r 1 -w 1 -p 2",
];
const UNWRITABLE = ["updateTopic -c {cluster} -t case-unwritable -r 1 -w 1 -p 4"];
const INDEX = { never: "a broker looks into its index for everybody" };
const NO_ID = "7F0000010000000000000000000000FF";

export const messageCases: CommandCases = {
  queryMsgById: {
    success: "queryMsgById -t {topic} -i {msgId} -f UTF-8",
    notFound: `queryMsgById -t {topic} -i ${NO_ID}`,
    refused: { line: "queryMsgById -t {topic} -i {msgId} -g {group} -d nobody", code: 3 },
    badValue: "queryMsgById -t {topic} -i {msgId} -f NOPE",
  },
  queryMsgByKey: {
    success: "queryMsgByKey -t {topic} -k {key}",
    notFound: "queryMsgByKey -t {topic} -k no-such-key",
    refused: INDEX,
    badValue: "queryMsgByKey -t {topic} -k {key} -p X",
  },
  queryMsgByUniqueKey: {
    success: "queryMsgByUniqueKey -t {topic} -i {uniqueKey} -a",
    notFound: `queryMsgByUniqueKey -t {topic} -i ${NO_ID}`,
    refused: "queryMsgByUniqueKey -t {topic} -i {uniqueKey} -g {group} -d nobody",
    badValue: "queryMsgByUniqueKey -t {topic} -i {uniqueKey} -s yesterday",
  },
  queryMsgByOffset: {
    success: "queryMsgByOffset -t {topic} -b {brokerName} -i {queueId} -o 0 -f UTF-8",
    notFound: "queryMsgByOffset -t {topic} -b {brokerName} -i {queueId} -o 500",
    refused: "queryMsgByOffset -t {topic} -b {brokerName} -i 99 -o 0",
    badValue: "queryMsgByOffset -t {topic} -b {brokerName} -i x -o 0",
  },
  queryMsgTraceById: {
    before: ["sendMessage -t {topic} -p traced -k case-trace -m true"],
    success: "queryMsgTraceById -i case-trace",
    notFound: `queryMsgTraceById -i ${NO_ID}`,
    refused: INDEX,
    badValue: "queryMsgTraceById -i {uniqueKey} -c some",
  },
  printMsg: {
    before: UNREADABLE,
    success: "printMsg -t {topic}",
    notFound: "printMsg -t no-such-topic",
    refused: { line: "printMsg -t case-unreadable", code: 4 },
    badValue: "printMsg -t {topic} -b yesterday",
  },
  printMsgByQueue: {
    before: UNREADABLE,
    success: "printMsgByQueue -t {topic} -a {brokerName} -i {queueId} -p true -f true",
    notFound: "printMsgByQueue -t {topic} -a no-such-broker -i 0 -p true",
    refused: { line: "printMsgByQueue -t case-unreadable -a {brokerName} -i 0 -p true", code: 4 },
    badValue: "printMsgByQueue -t {topic} -a {brokerName} -i x",
  },
  checkMsgSendRT: {
    before: UNWRITABLE,
    success: "checkMsgSendRT -t {topic} -a 3 -s 16",
    notFound: { never: "a broker makes the topic" },
    refused: "checkMsgSendRT -t case-unwritable -a 1",
    badValue: "checkMsgSendRT -t {topic} -a some",
  },
  sendMessage: {
    success: "sendMessage -t {topic} -p hello -k case-key -c TagA",
    notFound: "sendMessage -t {topic} -p hello -b no-such-broker -i 0",
    refused: "sendMessage -t {topic} -p hello -b {brokerName} -i 99",
    badValue: "sendMessage -t {topic} -p hello -i 1",
  },
  consumeMessage: {
    before: UNREADABLE,
    success: "consumeMessage -t {topic} -c 3",
    notFound: "consumeMessage -t no-such-topic",
    refused: { line: "consumeMessage -t case-unreadable", code: 4 },
    badValue: "consumeMessage -t {topic} -c 0",
  },
  dumpCompactionLog: {
    success: { never: "reads a file of this machine, which a test of its own writes" },
    notFound: "dumpCompactionLog -f /no/such/file",
    refused: { never: "asks no server" },
    badValue: "dumpCompactionLog",
  },
};
