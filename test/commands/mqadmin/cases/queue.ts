import type { CommandCases } from "../../../support/command-cases.js";

export const queueCases: CommandCases = {
  queryCq: {
    success: "queryCq -t {topic} -q {queueId} -i 0 -c 3 -g {group}",
    notFound: "queryCq -t {topic} -q 99 -i 0",
    refused: "queryCq -t {topic} -q 0 -i 0 -b {namesrv}",
    badValue: "queryCq -t {topic} -q x -i 0",
  },
  checkRocksdbCqWriteProgress: {
    success: "checkRocksdbCqWriteProgress -c {cluster} -t {topic}",
    notFound: "checkRocksdbCqWriteProgress -c no-such-cluster",
    refused: { never: "a broker without such queues says that it looks" },
    badValue: "checkRocksdbCqWriteProgress -c {cluster} -cf yesterday",
  },
};
