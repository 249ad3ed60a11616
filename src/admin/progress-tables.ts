import type { Compat } from "../cli/compat.js";
import type { Column } from "../cli/define-command.js";
import { front, secondsText } from "./java-text.js";
import type { GroupSummary, ProgressRow } from "./progress.js";

/** Columns of a table with upstream's formats of its rows and its header. */
export interface Layout<Row> {
  readonly columns: readonly Column<Row>[];
  readonly format: string;
  readonly headerFormat?: string;
}

/** The queues of one group as a release prints them: since 4.9.3 wider, since 5.1.0 with what is in flight. */
export function queueLayout(withClients: boolean, compat: Compat): Layout<ProgressRow> {
  const width = compat.isBefore("4.9.3") ? 32 : 64;
  const hasInflight = !compat.isBefore("5.1.0");
  // 4.8 has the column whether it was asked for or not
  const hasClients = withClients || compat.isBefore("4.9.3");
  const columns = queueColumns(width).filter(
    ({ key }) => (key !== "clientIp" || hasClients) && (key !== "inflight" || hasInflight),
  );
  const start = `%-${width}s  %-32s  %-4d  %-20d  %-20d  `;
  const client = hasClients ? "%-20s " : "";
  const end = hasInflight ? "%-20d %-20d " : hasClients ? "%-20d  " : "%-20d  ";
  const format = `${start}${client}${end}%s`;
  const headerFormat = format.replaceAll("d", "s");
  return {
    columns,
    format,
    // the header has no blank before its last cell
    headerFormat: hasInflight ? headerFormat.replace(/ %s$/, "%s") : headerFormat,
  };
}

function queueColumns(width: number): Column<ProgressRow>[] {
  return [
    { header: "#Topic", key: "topic", text: (row) => front(row.topic, width) },
    { header: "#Broker Name", key: "brokerName", text: (row) => front(row.brokerName, 32) },
    { header: "#QID", key: "queueId" },
    { header: "#Broker Offset", key: "brokerOffset" },
    { header: "#Consumer Offset", key: "consumerOffset" },
    { header: "#Client IP", key: "clientIp", text: (row) => row.clientIp ?? "N/A" },
    { header: "#Diff", key: "diff" },
    { header: "#Inflight", key: "inflight", text: (row) => String(row.inflight ?? 0) },
    {
      header: "#LastTime",
      key: "lastTime",
      text: (row) => (row.lastTimestamp > 0 ? secondsText(row.lastTimestamp) : "N/A"),
    },
  ];
}

/** The summary of all groups as a release prints it; what is not known is 0 there. */
export function groupLayout(compat: Compat): Layout<GroupSummary> {
  const width = compat.isBefore("4.9.3") ? 32 : 64;
  return {
    columns: [
      { header: "#Group", key: "group", text: (row) => front(row.group, width) },
      { header: "#Count", key: "count", text: (row) => String(row.count ?? 0) },
      { header: "#Version", key: "version", text: (row) => row.version ?? "OFFLINE" },
      { header: "#Type", key: "type", text: (row) => row.type ?? "" },
      { header: "#Model", key: "model", text: (row) => row.model ?? "" },
      { header: "#TPS", key: "tps", text: (row) => String(Math.trunc(row.tps ?? 0)) },
      { header: "#Diff Total", key: "diffTotal", text: (row) => String(row.diffTotal ?? 0) },
    ],
    format: `%-${width}s  %-6d  %-24s %-5s  %-14s  %-7d  %d`,
  };
}
