import type { CommandCases } from "../../../support/command-cases.js";

const FOUND_BY_ROUTE = "brokers are found by the name server and know the question";
const NOT_KEPT = "brokers of ours keep no static topics";

export const topicCases: CommandCases = {
  updateTopic: {
    success: "updateTopic -c {cluster} -t case-topic -r 3 -w 2 -o true -a +message.type=FIFO",
    notFound: "updateTopic -c no-such-cluster -t case-topic",
    refused: "updateTopic -b {broker} -t 'bad topic!'",
    badValue: "updateTopic -c {cluster} -t case-topic -r many",
  },
  updateTopicList: {
    success: "updateTopicList -c {cluster} -f {folder}/topics.json",
    notFound: "updateTopicList -b {broker} -f {folder}/no-such-file.json",
    refused: "updateTopicList -b {namesrv} -f {folder}/topics.json",
    badValue: "updateTopicList -b {broker} -f {folder}/conf/plain_acl.yml",
  },
  deleteTopic: {
    each: ["updateTopic -c {cluster} -t case-gone"],
    success: "deleteTopic -c {cluster} -t case-gone",
    notFound: "deleteTopic -c no-such-cluster -t case-gone",
    refused: "deleteTopic -c {cluster} -t TBW102",
    badValue: "deleteTopic -c {cluster}",
  },
  updateTopicPerm: {
    before: ["updateTopic -c {cluster} -t case-perm"],
    success: "updateTopicPerm -c {cluster} -t case-perm -p 4",
    notFound: "updateTopicPerm -b {broker} -t no-such-topic -p 4",
    refused: { never: "a broker refuses no permission that this tool sends" },
    badValue: "updateTopicPerm -b {broker} -t {topic} -p 9",
  },
  topicRoute: {
    success: "topicRoute -t {topic} -l",
    notFound: "topicRoute -t no-such-topic",
    refused: { never: "name servers show every route" },
    badValue: "topicRoute -t",
  },
  topicStatus: {
    success: "topicStatus -t {topic} -c {cluster}",
    notFound: "topicStatus -t no-such-topic",
    refused: { never: FOUND_BY_ROUTE },
    badValue: "topicStatus -t",
  },
  topicClusterList: {
    success: "topicClusterList -t {topic}",
    notFound: "topicClusterList -t no-such-topic",
    refused: { never: "name servers show every route" },
    badValue: "topicClusterList -t",
  },
  topicList: {
    success: "topicList -c",
    notFound: { never: "it names nothing" },
    refused: { never: FOUND_BY_ROUTE },
    badValue: "topicList --timeout soon",
  },
  updateOrderConf: {
    success: "updateOrderConf -t case-ordered -m put -v {brokerName}:4",
    notFound: "updateOrderConf -t no-such-topic -m get",
    refused: { never: "name servers take any value" },
    badValue: "updateOrderConf -t case-ordered -m put",
  },
  allocateMQ: {
    success: "allocateMQ -t {topic} -i 10.0.0.1,10.0.0.2,10.0.0.3",
    notFound: "allocateMQ -t no-such-topic -i 10.0.0.1",
    refused: { never: "name servers show every route" },
    badValue: "allocateMQ -t {topic} -i ,",
  },
  updateStaticTopic: {
    success: { never: NOT_KEPT },
    notFound: "updateStaticTopic -b nobroker -t case-static -qn 4",
    refused: "updateStaticTopic -c {cluster} -t case-static -qn 4",
    badValue: "updateStaticTopic -c {cluster} -t case-static -qn 0",
  },
  remappingStaticTopic: {
    success: { never: NOT_KEPT },
    notFound: "remappingStaticTopic -c {cluster} -t no-such-topic",
    refused: "remappingStaticTopic -c {cluster} -t {topic}",
    badValue: "remappingStaticTopic -c {cluster} -t {topic} -mf {folder}/topics.json",
  },
};
