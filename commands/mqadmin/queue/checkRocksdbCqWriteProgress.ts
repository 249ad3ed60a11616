import { CorruptError, RocketmqError } from "../../../engine/base/errors.js";
import { checkRocksdbCqWriteProgress } from "../../../engine/protocol/requests/check-rocksdb-cq-write-progress.js";
import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { long, text } from "../../../src/cli/options.js";
import type { Admin } from "../../../src/admin/admin.js";
import { clusterInfo, MASTER_ID, type Replica, replicasOf } from "../../../src/admin/clusters.js";
import { PlainTextError } from "../../../src/admin/plain-text-error.js";
import { streamParallel } from "../../../src/admin/parallel.js";

/** Upstream: CheckRocksdbCqWriteResult.CheckStatus. */
const STATUS = ["ok", "notOk", "inProgress", "error"] as const;
const CHECK_ERROR = 3;
const DAYS_30_MS = 30 * 24 * 60 * 60 * 1000;

interface Row {
  brokerName: string;
  status: number;
  result: string | undefined;
}

const columns: Column<Row>[] = [
  { header: "#Broker Name", key: "brokerName" },
  {
    header: "#Status",
    key: "status",
    value: ({ status }) => STATUS[status] ?? String(status),
  },
  { header: "#Result", key: "result", type: "string?" },
];

const options = {
  cluster: text("-c, --cluster <cluster>", "cluster name").required().completes("cluster"),
  namesrvAddr: text("-n, --nameserverAddr <list>", "nameserverAddr").required(),
  topic: text("-t, --topic <topic>", "topic name").default("").completes("topic"),
  checkFrom: long("-cf, --checkFrom <ms>", "check from time").since("5.3.2"),
};

export default defineCommand<typeof options, Row>({
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
    return checked(
      streamParallel(masters, (master) => check(admin, master, header)),
      fail,
    );
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
  answers: AsyncIterable<Row | { thrown: unknown }>,
  fail: (thrown: unknown) => void,
): AsyncGenerator<Row> {
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

async function check(
  admin: Admin,
  { address, brokerName }: Replica,
  header: { topic: string; checkStoreTime: number },
): Promise<Row | { thrown: unknown }> {
  try {
    const answer = await admin.broker(address, checkRocksdbCqWriteProgress, header);
    return { brokerName, ...resultOf(answer.body?.toString("utf8") ?? "", address) };
  } catch (thrown) {
    return { thrown };
  }
}

/** Upstream: CheckRocksdbCqWriteResult. */
function resultOf(body: string, address: string): Pick<Row, "status" | "result"> {
  try {
    const { checkStatus, checkResult } = JSON.parse(body) as Record<string, unknown>;
    return {
      status: Number(checkStatus ?? 0),
      result: typeof checkResult === "string" ? checkResult : undefined,
    };
  } catch (cause) {
    throw new CorruptError(`${address} answered the check with what is no JSON`, { cause });
  }
}
