import { RocketmqError } from "../../../engine/base/errors.js";
import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { long, text } from "../../../src/cli/options.js";
import { clusterInfo, MASTER_ID, replicasOf } from "../../../src/admin/clusters.js";
import { PlainTextError } from "../../../src/admin/plain-text-error.js";
import { streamParallel } from "../../../src/admin/parallel.js";
import {
  CHECK_ERROR,
  CHECK_STATUS,
  checkRocksdb,
  type RocksdbCheck,
} from "../../../src/admin/rocksdb-check.js";

const DAYS_30_MS = 30 * 24 * 60 * 60 * 1000;

const columns: Column<RocksdbCheck>[] = [
  { header: "#Broker Name", key: "brokerName" },
  {
    header: "#Status",
    key: "status",
    value: ({ status }) => CHECK_STATUS[status] ?? String(status),
  },
  { header: "#Result", key: "result", type: "string?" },
];

const options = {
  cluster: text("-c, --cluster <cluster>", "cluster name").required().completes("cluster"),
  namesrvAddr: text("-n, --nameserverAddr <list>", "nameserverAddr").required(),
  topic: text("-t, --topic <topic>", "topic name").default("").completes("topic"),
  checkFrom: long("-cf, --checkFrom <ms>", "check from time").since("5.3.2"),
};

export default defineCommand<typeof options, RocksdbCheck>({
  name: "checkRocksdbCqWriteProgress",
  summary: "check if rocksdb cq is same as file cq",
  since: "5.3.1",
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin checkRocksdbCqWriteProgress -c DefaultCluster -n 10.0.0.1:9876",
      says: "let every master compare both kinds of its queues, last 30 days",
    },
  ],
  run: async ({ admin, clock, fail }, { cluster, topic, checkFrom }) => {
    const info = await clusterInfo(admin);
    if (!info.clusterAddrTable.has(cluster)) {
      throw new PlainTextError("clusterAddrTable is empty", {
        kind: "not-found",
        message: `the name server knows no cluster ${cluster}`,
        hint: "mqadmin clusterList shows the clusters",
      });
    }
    const masters = replicasOf(info, cluster).filter((one) => one.brokerId === MASTER_ID);
    const header = { topic, checkStoreTime: checkFrom ?? clock.now() - DAYS_30_MS };
    const asked = streamParallel(masters, (master) =>
      checkRocksdb(admin, master, header).catch((thrown: unknown) => ({ thrown })),
    );
    return checked(asked, fail);
  },
  columns,
  async *plain(rows) {
    for await (const { brokerName, status, result } of rows) {
      yield status === CHECK_ERROR
        ? `${brokerName} check error, please check log... errInfo: ${result ?? "null"}`
        : `${brokerName} check doing, please wait and get the result from log... \n`;
    }
  },
});

/** Rows of those that answered; `fail` hears of the others. */
async function* checked(
  answers: AsyncIterable<RocksdbCheck | { thrown: unknown }>,
  fail: (thrown: unknown) => void,
): AsyncGenerator<RocksdbCheck> {
  for await (const answer of answers) {
    if ("thrown" in answer) {
      fail(answer.thrown);
      continue;
    }
    yield answer;
    if (answer.status !== CHECK_ERROR) continue;
    const text = `${answer.brokerName} could not compare: ${answer.result ?? "no reason given"}`;
    fail(new RocketmqError(text, { kind: "failed" }));
  }
}
