import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { flag, integer, text } from "../../../src/cli/options.js";
import { plainHeader, plainRow } from "../../../src/output/plain.js";
import { printf } from "../../../src/output/printf.js";
import { type BrokerLoad, clusterLoad } from "../../../src/admin/cluster-load.js";
import { type InRound, rounds } from "../../../src/admin/repeat.js";

const FORMAT = "%-22s  %-22s  %-4s  %-22s %-16s  %16s  %30s  %-22s  %11s  %-12s  %-8s  %10s";
const HEADER = "%-22s  %-22s  %-4s  %-22s %-16s  %16s  %30s  %-22s  %-11s  %-12s  %-8s  %-10s";
const TOTALS_FORMAT = "%-16s  %-32s %14d %14d %14d %14d";

const columns: Column<BrokerLoad>[] = [
  { header: "#Cluster Name", key: "cluster" },
  { header: "#Broker Name", key: "brokerName" },
  { header: "#BID", key: "brokerId" },
  { header: "#Addr", key: "address" },
  { header: "#Version", key: "version" },
  {
    header: "#InTPS(LOAD)",
    key: "inTps",
    text: ({ inTps, sendQueue }) =>
      printf("%9.2f(%s,%sms)", inTps, sendQueue.size, sendQueue.waitMs),
  },
  {
    header: "#OutTPS(LOAD)",
    key: "outTps",
    text: ({ outTps, pullQueue, ackQueue }) =>
      printf(
        "%9.2f(%s,%sms|%s,%sms)",
        outTps,
        pullQueue.size,
        pullQueue.waitMs,
        ackQueue.size,
        ackQueue.waitMs,
      ),
  },
  {
    header: "#Timer(Progress)",
    key: "timerReadBehind",
    value: (row) => row.timer.readBehind,
    text: ({ timer }) =>
      printf(
        "%d-%d(%.1fw, %.1f, %.1f)",
        timer.readBehind,
        timer.offsetBehind,
        timer.congestCount / 10_000,
        timer.enqueueTps,
        timer.dequeueTps,
      ),
  },
  { header: "#PCWait(ms)", key: "pageCacheLockTimeMs", text: (row) => row.pageCacheLockTimeMs },
  { header: "#Hour", key: "hours", text: (row) => printf("%2.2f", row.hours) },
  {
    header: "#SPACE",
    key: "commitLogDiskRatio",
    text: (row) => printf("%.4f", row.commitLogDiskRatio),
  },
  { header: "#ACTIVATED", key: "active", text: (row) => String(row.active) },
];

const totals: Column<BrokerLoad>[] = [
  { header: "#Cluster Name", key: "cluster" },
  { header: "#Broker Name", key: "brokerName" },
  { header: "#InTotalYest", key: "inTotalYesterday" },
  { header: "#OutTotalYest", key: "outTotalYesterday" },
  { header: "#InTotalToday", key: "inTotalToday" },
  { header: "#OutTotalToday", key: "outTotalToday" },
];

const options = {
  moreStats: flag("-m, --moreStats", "Print more stats"),
  interval: integer("-i, --interval <seconds>", "specify intervals numbers, it is in seconds"),
  clusterName: text("-c, --clusterName <cluster>", "which cluster").completes("cluster"),
};

export default defineCommand<typeof options, InRound<BrokerLoad>>({
  name: "clusterList",
  summary: "List cluster infos.",
  impact: "read",
  options,
  examples: [
    { line: "mqadmin clusterList", says: "brokers with version, load and disk use" },
    { line: "mqadmin clusterList -m", says: "messages of yesterday and today" },
    { line: "mqadmin clusterList -i 10", says: "again every 10 seconds" },
  ],
  run: ({ admin, clock, fail, signal }, { clusterName, interval }) => {
    const load = () =>
      clusterLoad(admin, { cluster: clusterName, failed: fail, now: () => clock.now() });
    return rounds(load, { signal, pauseMs: interval === undefined ? undefined : interval * 1000 });
  },
  columns,
  record: ({ round: _round, ...row }) => row,
  async *plain(rows, { moreStats }) {
    const table = moreStats
      ? { columns: totals, format: TOTALS_FORMAT }
      : { columns, format: FORMAT, headerFormat: HEADER };
    let current: number | undefined;
    for await (const row of rows) {
      if (row.round !== current) yield plainHeader(table);
      current = row.round;
      yield `${plainRow(table, row)}\n`;
    }
    if (current === undefined) yield plainHeader(table);
  },
});
