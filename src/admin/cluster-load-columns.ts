import type { Column } from "../cli/define-command.js";
import type { Compat } from "../cli/compat.js";
import { printf } from "../output/printf.js";
import type { BrokerLoad, WaitingRequests } from "./cluster-load.js";

/** A table of upstream's: `headerFormat` where the header is not padded as the rows are. */
interface LoadTable {
  columns: readonly Column<BrokerLoad>[];
  format: string;
  headerFormat?: string;
}

const where: Column<BrokerLoad>[] = [
  { header: "#Cluster Name", key: "cluster" },
  { header: "#Broker Name", key: "brokerName" },
  { header: "#BID", key: "brokerId", type: "integer" },
  { header: "#Addr", key: "address" },
  { header: "#Version", key: "version", type: "string?", text: ({ version }) => version ?? "" },
];

const inTps: Column<BrokerLoad> = {
  header: "#InTPS(LOAD)",
  key: "inTps",
  text: (row) => printf("%9.2f(%s)", row.inTps ?? 0, queueText(row.sendQueue, "")),
};
const outTps: Column<BrokerLoad> = {
  header: "#OutTPS(LOAD)",
  key: "outTps",
  text: ({ outTps: rate, pullQueue, ackQueue }) =>
    printf("%9.2f(%s|%s)", rate ?? 0, queueText(pullQueue, ""), queueText(ackQueue, "N")),
};
/** Before 5.3.2 the requests of acknowledgements were not looked at. */
const outTpsOfPulls: Column<BrokerLoad> = {
  ...outTps,
  text: (row) => printf("%9.2f(%s)", row.outTps ?? 0, queueText(row.pullQueue, "")),
};
const timer: Column<BrokerLoad> = {
  header: "#Timer(Progress)",
  key: "timerReadBehind",
  value: (row) => row.timer.readBehind,
  text: ({ timer: { readBehind, offsetBehind, congestCount, enqueueTps, dequeueTps } }) =>
    printf(
      "%d-%d(%.1fw, %.1f, %.1f)",
      readBehind ?? 0,
      offsetBehind ?? 0,
      (congestCount ?? 0) / 10_000,
      enqueueTps ?? 0,
      dequeueTps ?? 0,
    ),
};
const load: Column<BrokerLoad>[] = [
  {
    header: "#PCWait(ms)",
    key: "pageCacheLockTimeMs",
    text: ({ pageCacheLockTimeMs }) => String(pageCacheLockTimeMs ?? ""),
  },
  { header: "#Hour", key: "hours", text: ({ hours }) => printf("%2.2f", hours ?? 0) },
  {
    header: "#SPACE",
    key: "commitLogDiskRatio",
    text: ({ commitLogDiskRatio }) => printf("%.4f", commitLogDiskRatio ?? 0),
  },
];
const active: Column<BrokerLoad> = {
  header: "#ACTIVATED",
  key: "active",
  text: ({ active: is }) => String(is ?? false),
};

export const LOAD_COLUMNS: readonly Column<BrokerLoad>[] = [
  ...where,
  inTps,
  outTps,
  timer,
  ...load,
  active,
];

/** The table of loads as a release prints it. */
export function loadTable({ isBefore }: Compat): LoadTable {
  if (isBefore("5.0.0")) {
    return {
      columns: [...where, inTps, outTpsOfPulls, ...load],
      format: "%-16s  %-22s  %-4s  %-22s %-16s %19s %19s %10s %5s %6s",
    };
  }
  return {
    columns: isBefore("5.3.2")
      ? [...where, inTps, outTpsOfPulls, timer, ...load, active]
      : LOAD_COLUMNS,
    format: "%-22s  %-22s  %-4s  %-22s %-16s  %16s  %30s  %-22s  %11s  %-12s  %-8s  %10s",
    headerFormat: "%-22s  %-22s  %-4s  %-22s %-16s  %16s  %30s  %-22s  %-11s  %-12s  %-8s  %-10s",
  };
}

/** The table of daily totals. */
export const TOTALS_TABLE: LoadTable = {
  columns: [
    { header: "#Cluster Name", key: "cluster" },
    { header: "#Broker Name", key: "brokerName" },
    { header: "#InTotalYest", key: "inTotalYesterday", text: (row) => count(row.inTotalYesterday) },
    {
      header: "#OutTotalYest",
      key: "outTotalYesterday",
      text: (row) => count(row.outTotalYesterday),
    },
    { header: "#InTotalToday", key: "inTotalToday", text: (row) => count(row.inTotalToday) },
    { header: "#OutTotalToday", key: "outTotalToday", text: (row) => count(row.outTotalToday) },
  ],
  format: "%-16s  %-32s %14d %14d %14d %14d",
};

function count(value: number | null): string {
  return String(value ?? 0);
}

function queueText({ size, waitMs }: WaitingRequests, unknown: string): string {
  return `${size ?? unknown},${waitMs ?? unknown}ms`;
}
