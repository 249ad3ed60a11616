import { defineCommand } from "../../../src/cli/define-command.js";
import { address, integer, text } from "../../../src/cli/options.js";
import { isoTime } from "../../../src/output/cell.js";
import { printf } from "../../../src/output/printf.js";
import { targets } from "../../../src/admin/clusters.js";
import { mustSayWhere } from "../../../src/admin/everywhere.js";
import { millisText } from "../../../src/admin/java-text.js";
import { streamParallel } from "../../../src/admin/parallel.js";
import { type InRound, rounds } from "../../../src/admin/repeat.js";
import { haStatus } from "../../../src/admin/replication.js";

const SLAVE_FORMAT = "%-32s  %-16d %16d %16.2f %16s %16d\n";
const SLAVE_HEADER = printf(
  "%-32s  %-16s %16s %16s %16s %16s\n",
  "#SlaveAddr",
  "#SlaveAckOffset",
  "#Diff",
  "#TransferSpeed(KB/s)",
  "#Status",
  "#TransferFromWhere",
);

const options = {
  clusterName: text("-c, --clusterName <cluster>", "which cluster").completes("cluster"),
  brokerAddr: address("-b, --brokerAddr <address>", "which broker to fetch").completes("broker"),
  interval: integer("-i, --interval <seconds>", "the interval(second) of get info"),
};

type HaInfo = Awaited<ReturnType<typeof haStatus>>;
interface HaRow {
  address: string;
  info: HaInfo;
}

export default defineCommand<typeof options, InRound<HaRow>>({
  name: "haStatus",
  summary: "Fetch ha runtime status data.",
  since: "5.0.0",
  formerSummary: [{ before: "5.1.4", summary: "Fetch ha runtime status data" }],
  impact: "read",
  options,
  examples: [
    { line: "mqadmin haStatus -b 10.0.0.11:10911", says: "how far a master's slaves are" },
    { line: "mqadmin haStatus -c DefaultCluster -i 5", says: "of every master every 5 seconds" },
  ],
  run: ({ admin, fail, signal }, { brokerAddr, clusterName, interval }) => {
    mustSayWhere({ brokerAddr, clusterName });
    const round = async function* (): AsyncGenerator<HaRow> {
      const answers = streamParallel(await targets(admin, { brokerAddr, clusterName }), (broker) =>
        haStatus(admin, broker).then((info): HaRow => ({ address: broker, info }), fail),
      );
      for await (const answer of answers) if (answer !== undefined) yield answer;
    };
    return rounds(round, { signal, pauseMs: interval === undefined ? undefined : interval * 1000 });
  },
  columns: [],
  record: ({ address: broker, info }) =>
    info.master ? masterOf(broker, info) : slaveOf(broker, info),
  shape: {
    address: "string",
    isMaster: "boolean",
    masterAddress: "string?",
    commitLogMaxOffset: "integer",
    inSyncSlaveCount: "integer?",
    slaves: [
      {
        address: "string",
        ackOffset: "integer",
        diff: "integer",
        transferredBytesPerSecond: "integer",
        isInSync: "boolean",
        transferFromWhere: "integer?",
      },
    ],
    transferredBytesPerSecond: "integer?",
    lastReadTime: "time",
    lastWriteTime: "time",
    masterFlushOffset: "integer?",
  },
  async *plain(rows) {
    for await (const { address: broker, info } of rows) {
      yield info.master ? masterText(broker, info) : slaveText(info);
    }
  },
});

function masterOf(broker: string, info: HaInfo): unknown {
  return {
    address: broker,
    isMaster: true,
    masterAddress: broker,
    commitLogMaxOffset: info.masterCommitLogMaxOffset,
    inSyncSlaveCount: info.inSyncSlaveNums,
    slaves: info.haConnectionInfo.map((slave) => ({
      address: slave.addr,
      ackOffset: slave.slaveAckOffset,
      diff: slave.diff,
      transferredBytesPerSecond: slave.transferredByteInSecond,
      isInSync: slave.inSync,
      // -1 until it has asked for the first bytes
      transferFromWhere: slave.transferFromWhere < 0 ? null : slave.transferFromWhere,
    })),
    transferredBytesPerSecond: null,
    lastReadTime: null,
    lastReadTimeMs: null,
    lastWriteTime: null,
    lastWriteTimeMs: null,
    masterFlushOffset: null,
  };
}

function slaveOf(broker: string, { haClientRuntimeInfo: client }: HaInfo): unknown {
  const { lastReadTimestamp, lastWriteTimestamp } = client;
  return {
    address: broker,
    isMaster: false,
    masterAddress: client.masterAddr ?? null,
    commitLogMaxOffset: client.maxOffset,
    inSyncSlaveCount: null,
    slaves: [],
    transferredBytesPerSecond: client.transferredByteInSecond,
    lastReadTime: isoTime(lastReadTimestamp) ?? null,
    lastReadTimeMs: lastReadTimestamp > 0 ? lastReadTimestamp : null,
    lastWriteTime: isoTime(lastWriteTimestamp) ?? null,
    lastWriteTimeMs: lastWriteTimestamp > 0 ? lastWriteTimestamp : null,
    masterFlushOffset: client.masterFlushOffset,
  };
}

function masterText(broker: string, info: HaInfo): string {
  const { masterCommitLogMaxOffset, haConnectionInfo, inSyncSlaveNums } = info;
  const head = `\n#MasterAddr\t${broker}\n#MasterCommitLogMaxOffset\t${masterCommitLogMaxOffset}\n#SlaveNum\t${haConnectionInfo.length}\n#InSyncSlaveNum\t${inSyncSlaveNums}\n`;
  const slaves = haConnectionInfo.map((slave) =>
    printf(
      SLAVE_FORMAT,
      slave.addr,
      slave.slaveAckOffset,
      slave.diff,
      slave.transferredByteInSecond / 1024,
      slave.inSync ? "OK" : "Fall Behind",
      slave.transferFromWhere,
    ),
  );
  return head + SLAVE_HEADER + slaves.join("");
}

function slaveText({ haClientRuntimeInfo: client }: HaInfo): string {
  return [
    `\n#MasterAddr\t${client.masterAddr ?? "null"}`,
    `#CommitLogMaxOffset\t${client.maxOffset}`,
    printf("#TransferSpeed(KB/s)\t%.2f", client.transferredByteInSecond / 1024),
    `#LastReadTime\t${millisText(client.lastReadTimestamp)}`,
    `#LastWriteTime\t${millisText(client.lastWriteTimestamp)}`,
    `#MasterFlushOffset\t${client.masterFlushOffset}\n`,
  ].join("\n");
}
