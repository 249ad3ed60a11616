import { defineCommand } from "../../../src/cli/define-command.js";
import { ExitCode } from "../../../src/cli/exit-codes.js";
import { flag, integer, text } from "../../../src/cli/options.js";
import { isoTime } from "../../../src/output/cell.js";
import { plainHeader, plainRow } from "../../../src/output/plain.js";
import { type BrokerLoad, clusterLoad } from "../../../src/admin/cluster-load.js";
import { LOAD_COLUMNS, loadTable, TOTALS_TABLE } from "../../../src/admin/cluster-load-columns.js";
import { type InRound, rounds } from "../../../src/admin/repeat.js";

const options = {
  moreStats: flag("-m, --moreStats", "Print more stats"),
  interval: integer("-i, --interval <seconds>", "specify intervals numbers, it is in seconds"),
  clusterName: text("-c, --clusterName <cluster>", "which cluster")
    .completes("cluster")
    .since("5.0.0"),
};

const queue = { size: "integer?", waitMs: "integer?" } as const;

export default defineCommand<typeof options, InRound<BrokerLoad>>({
  name: "clusterList",
  summary: "List cluster infos.",
  formerSummary: [
    { before: "5.0.0", summary: "List all of clusters" },
    { before: "5.1.4", summary: "List cluster infos" },
  ],
  impact: "read",
  options,
  examples: [
    { line: "mqadmin clusterList", says: "brokers with version, load and disk use" },
    { line: "mqadmin clusterList -m", says: "messages of yesterday and today" },
    { line: "mqadmin clusterList -i 10", says: "again every 10 seconds" },
  ],
  run: ({ admin, clock, exitWith, fail, note, signal, streams }, { clusterName, interval }) => {
    const load = async function* (): AsyncGenerator<BrokerLoad> {
      const what = { cluster: clusterName, failed: fail, now: () => clock.now() };
      let count = 0;
      for await (const row of clusterLoad(admin, what)) {
        count++;
        yield row;
      }
      if (count > 0 || clusterName === undefined) return;
      exitWith(ExitCode.notFound);
      // upstream's text is the header alone
      if (streams.stderr.isTTY === true) note(`the name server knows no cluster ${clusterName}`);
    };
    return rounds(load, { signal, pauseMs: interval === undefined ? undefined : interval * 1000 });
  },
  columns: LOAD_COLUMNS,
  record: ({ round: _round, oldestMessageMs, hours: _hours, commitLogDiskRatio, ...row }) => ({
    ...row,
    // brokers say -1 before there is a commit log
    commitLogDiskRatio: (commitLogDiskRatio ?? -1) < 0 ? null : commitLogDiskRatio,
    oldestMessageTime: isoTime(oldestMessageMs) ?? null,
    oldestMessageTimeMs: oldestMessageMs,
  }),
  shape: {
    cluster: "string",
    brokerName: "string",
    brokerId: "integer",
    address: "string",
    version: "string?",
    active: "boolean?",
    inTps: "number?",
    outTps: "number?",
    sendQueue: queue,
    pullQueue: queue,
    ackQueue: queue,
    timer: {
      readBehind: "integer?",
      offsetBehind: "integer?",
      congestCount: "integer?",
      enqueueTps: "number?",
      dequeueTps: "number?",
    },
    pageCacheLockTimeMs: "integer?",
    oldestMessageTime: "time",
    commitLogDiskRatio: "number?",
    inTotalYesterday: "integer?",
    outTotalYesterday: "integer?",
    inTotalToday: "integer?",
    outTotalToday: "integer?",
  },
  async *plain(rows, { moreStats }, { compat }) {
    const table = moreStats ? TOTALS_TABLE : loadTable(compat);
    let current: number | undefined;
    for await (const row of rows) {
      if (row.round !== current) yield plainHeader(table);
      current = row.round;
      yield `${plainRow(table, row)}\n`;
    }
    if (current === undefined) yield plainHeader(table);
  },
});
