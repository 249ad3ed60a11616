import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import type { Context } from "../../../src/cli/context.js";
import { address, flag, text } from "../../../src/cli/options.js";
import { plainHeader, plainRow } from "../../../src/output/plain.js";
import {
  type ClientReport,
  clientReport,
  diagnose,
  type GroupDiagnosis,
  groupReports,
  problemText,
} from "../../../src/admin/group-status.js";
import {
  clientRecord,
  CLIENT_SHAPE,
  PROBLEM_SHAPE,
  problemRecord,
} from "../../../src/admin/running-record.js";
import { runningReport } from "../../../src/admin/running-report.js";
import { saveReport } from "../../../src/admin/report-files.js";

const options = {
  consumerGroup: text("-g, --consumerGroup <group>", "consumer group name")
    .required()
    .completes("group"),
  clientId: text("-i, --clientId <id>", "The consumer's client id"),
  brokerAddr: address("-b, --brokerAddr <address>", "broker address")
    .since("4.9.4")
    .completes("broker"),
  jstack: flag("-s, --jstack", "Run jstack command in the consumer progress"),
};

interface Status {
  group: string;
  clients: ClientReport[];
  /** Undefined when one client was asked for, or none answered. */
  diagnosis: GroupDiagnosis | undefined;
}

interface Line {
  index: number;
  clientId: string;
  version: string | undefined;
  path: string;
}

const columns: Column<Line>[] = [
  { header: "#Index", key: "index" },
  { header: "#ClientId", key: "clientId" },
  { header: "#Version", key: "version", text: (row) => row.version ?? "" },
  { header: "#ConsumerRunningInfoFile", key: "path" },
];
const TABLE = { columns, format: "%-10d %-40s %-20s %s" };
const FORMER_FORMAT = "%03d  %-40s %-20s %s";

export default defineCommand<typeof options, Status>({
  name: "consumerStatus",
  summary: "Query consumer's internal data structure.",
  formerSummary: [{ before: "5.1.4", summary: "Query consumer's internal data structure" }],
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin consumerStatus -g pay-worker",
      says: "judges the clients of a group; what each says goes to a file below the current folder",
    },
    {
      line: "mqadmin consumerStatus -g pay-worker -i 10.0.0.31@4711#98123",
      says: "what one client says about itself",
    },
    {
      line: "mqadmin consumerStatus -g pay-worker -o json",
      says: "all of it as one record, no files",
    },
  ],
  run: async ({ admin, clock, fail }, { consumerGroup: group, clientId, brokerAddr, jstack }) => {
    if (clientId !== undefined) {
      const client = await clientReport(admin, group, { clientId, brokerAddr, jstack });
      return [{ group, clients: [client], diagnosis: undefined }];
    }
    const clients = await groupReports(admin, group, { brokerAddr, jstack, fail });
    const diagnosis =
      clients.length === 0 ? undefined : await diagnose(admin, clients, clock.now());
    return [{ group, clients, diagnosis }];
  },
  columns: [],
  single: true,
  record: ({ group, clients, diagnosis }) => ({
    group,
    isSubscriptionSame: diagnosis?.isSubscriptionSame ?? null,
    isRebalanceOk: diagnosis?.isRebalanceOk ?? null,
    problems: (diagnosis?.problems ?? []).map(problemRecord),
    clients: clients.map(clientRecord),
  }),
  shape: {
    group: "string",
    isSubscriptionSame: "boolean?",
    isRebalanceOk: "boolean?",
    problems: [PROBLEM_SHAPE],
    clients: [CLIENT_SHAPE],
  },
  async *plain(rows, { clientId }, context) {
    for await (const { clients, diagnosis } of rows) {
      if (clientId !== undefined) {
        for (const { info } of clients) yield runningReport(info, context.compat);
        continue;
      }
      yield* listed(clients, context);
      if (diagnosis !== undefined) yield* judged(diagnosis);
    }
  },
});

async function* listed(
  clients: readonly ClientReport[],
  { clock, compat }: Context,
): AsyncGenerator<string> {
  const isFormer = compat.isBefore("4.9.4");
  const table = isFormer ? { columns, format: FORMER_FORMAT } : TABLE;
  if (!isFormer) yield plainHeader(table);
  const now = clock.now();
  let index = 1;
  for (const client of clients) {
    const path = await saveReport(client, { now, compat });
    const { clientId, version } = client;
    yield `${plainRow(table, { index: index++, clientId, version, path })}\n`;
  }
}

function* judged({
  isSubscriptionSame,
  isRebalanceOk,
  problems,
}: GroupDiagnosis): Generator<string> {
  if (!isSubscriptionSame) {
    yield "\n\nWARN: Different subscription in the same group of consumer!!!";
    return;
  }
  yield "\n\nSame subscription in the same group of consumer";
  yield `\n\nRebalance ${isRebalanceOk === false ? "Failed" : "OK"}\n`;
  for (const problem of problems) yield `${problemText(problem)}\n`;
}
