import { defineCommand } from "../../src/cli/define-command.js";
import { ExitCode } from "../../src/cli/exit-codes.js";
import { type Instance, runningInstances } from "../../src/daemon/instances.js";

const PARTS = ["namesrv", "broker"] as const;

export default defineCommand({
  name: "status",
  summary: "Show the name servers and brokers that run on this machine",
  impact: "read",
  offline: true,
  options: {},
  words: [{ name: "part", description: "only this part", choices: PARTS }],
  examples: [
    {
      line: "mqctl status",
      says: "everything that was started here; exit code 3 when nothing runs",
    },
    { line: "mqctl status broker --output json", says: "for scripts" },
  ],
  run: (context, _options, [part]): Instance[] => {
    const running = runningInstances(context.env, part as (typeof PARTS)[number] | undefined);
    if (running.length === 0) {
      context.note(`no ${part ?? "name server and no broker"} runs here`);
      context.exitWith(ExitCode.notFound);
    }
    return running;
  },
  columns: [
    { header: "PART", key: "part" },
    { header: "PID", key: "pid", type: "integer" },
    { header: "ADDRESS", key: "address" },
    { header: "NAME", key: "name", type: "string?", text: (row) => row.name ?? "-" },
    { header: "NAMESRV", key: "namesrv", type: "string?", text: (row) => row.namesrv ?? "-" },
    { header: "STORE", key: "storeDir", type: "string?", text: (row) => row.storeDir ?? "-" },
    { header: "LOG", key: "logFile", type: "string?", text: (row) => row.logFile ?? "-" },
    {
      header: "STARTED",
      key: "startedAt",
      kind: "time",
      text: (row) => new Date(row.startedAt).toISOString(),
    },
  ],
});
