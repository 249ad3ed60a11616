import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { boolean, long, text } from "../../../src/cli/options.js";
import { plainHeader, plainRow } from "../../../src/output/plain.js";
import { printf } from "../../../src/output/printf.js";
import { brokerRoundTrips, type RoundTrip } from "../../../src/admin/cluster-rt.js";

const FORMAT = "%-24s  %-24s  %-8s  %-16s  %-16s";
const HEADER = "%-24s  %-24s  %-4s  %-8s  %-8s";
const GMT8_MS = 8 * 3_600_000;

const columns: Column<RoundTrip>[] = [
  { header: "#Cluster Name", key: "cluster" },
  { header: "#Broker Name", key: "brokerName" },
  { header: "#RT", key: "rtMs", type: "number?", text: ({ rtMs }) => printf("%.2f", rtMs) },
  { header: "#successCount", key: "successCount", type: "integer" },
  { header: "#failCount", key: "failCount", type: "integer" },
  { header: "#Time", key: "time", kind: "time", machineOnly: true },
];

const options = {
  amount: long("-a, --amount <count>", "message amount | default 100").default(100),
  size: long("-s, --size <bytes>", "message size | default 128 Byte")
    .default(128)
    .formerly("4.9.4", { isRequired: true }),
  cluster: text("-c, --cluster <cluster>", "cluster name | default display all cluster").completes(
    "cluster",
  ),
  printLog: boolean("-p, --print log <flag>", "print as tlog | default false").default(false),
  machineRoom: text("-m, --machine room <name>", "machine room name | default noname").default(
    "noname",
  ),
  interval: long("-i, --interval <seconds>", "print interval | default 10 seconds").default(10),
};

export default defineCommand<typeof options, RoundTrip>({
  name: "clusterRT",
  summary: "List All clusters Message Send RT.",
  formerSummary: [{ before: "5.1.4", summary: "List All clusters Message Send RT" }],
  impact: "write",
  options,
  examples: [
    { line: "mqadmin clusterRT -a 20 -i 5", says: "20 messages to each broker every 5 seconds" },
    { line: "mqadmin clusterRT -p true -m room-1", says: "lines for a log" },
  ],
  run: ({ admin, clock, fail, signal, progress }, { amount, size, cluster, interval }) => {
    if (amount < 1) throw new UsageError("-a, --amount takes 1 or more");
    if (size < 1) throw new UsageError("-s, --size takes 1 or more");
    const pauseMs = interval * 1000;
    const what = { amount, size, cluster, pauseMs };
    return brokerRoundTrips(admin, what, { clock, fail, signal, progress });
  },
  columns,
  async *plain(rows, { printLog, machineRoom }) {
    if (!printLog) yield plainHeader({ columns, format: FORMAT, headerFormat: HEADER });
    for await (const row of rows) {
      yield printLog
        ? `${logTime(row.time)}|${machineRoom}|${row.cluster}|${row.brokerName}|${Math.round(row.rtMs ?? 0)}\n`
        : `${plainRow({ columns, format: FORMAT }, row)}\n`;
    }
  },
});

/** Upstream's clock stands in China wherever the machine does. */
function logTime(ms: number): string {
  return new Date(ms + GMT8_MS).toISOString().slice(0, 19).replace("T", " ");
}
