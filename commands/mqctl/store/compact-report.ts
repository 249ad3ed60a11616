import { defineCommand } from "../../../src/cli/define-command.js";
import { ExitCode } from "../../../src/cli/exit-codes.js";
import { integer, text } from "../../../src/cli/options.js";
import { commitlogOption, logFolders } from "../../../src/inspect/log-folders.js";
import type { SpaceRow } from "../../../src/inspect/space-report.js";

export default defineCommand({
  name: "compact-report",
  summary:
    "Show what takes the space of a store, per topic and day, and when retention will free it",
  impact: "read",
  offline: true,
  options: {
    configFile: text(
      "-c, --configFile <file>",
      "broker.conf to take fileReservedTime, deleteWhen and the folders of the log from",
    ).completes("file"),
    commitlog: commitlogOption,
    reservedHours: integer(
      "--reserved-hours <hours>",
      "hours that files are kept, 72 as fileReservedTime without -c",
    ),
    deleteWhen: text(
      "--delete-when <hours>",
      "hours of the day at which files are removed, 04;16; 04 as deleteWhen without -c",
    ),
    topic: text(
      "-t, --topic <topic>",
      "only the messages of this topic; may be repeated",
    ).repeated(),
  },
  words: [{ name: "path", description: "the folder of a store, in use or not", required: true }],
  examples: [
    { line: "mqctl store compact-report ~/store", says: "with upstream's retention of three days" },
    {
      line: "mqctl store compact-report ~/store -c broker.conf --output csv",
      says: "by the broker's own settings, for a spreadsheet",
    },
  ],
  run: async (context, { topic, commitlog, ...given }, [path = ""]): Promise<SpaceRow[]> => {
    const { spaceReport } = await import("../../../src/inspect/space-report.js");
    const { retentionOf } = await import("../../../src/inspect/retention.js");
    const retention = retentionOf({ ...given, nowMs: context.clock.now() });
    const { rateLine } = await import("../../../src/inspect/verify/rate.js");
    const began = performance.now();
    const { rows, torn } = await spaceReport(path, retention, {
      logFolders: logFolders(path, { configFile: given.configFile, commitlog }),
      signal: context.signal,
      progress: (done, total) => {
        context.progress.say(rateLine("reading", done, total, performance.now() - began));
      },
    });
    context.progress.clear();
    if (torn !== undefined) {
      context.note(`torn at offset ${String(torn.offset)}: ${torn.reason}`);
      context.exitWith(ExitCode.corrupt);
    }
    return topic.length === 0
      ? rows
      : rows.filter(({ kind, name }) => kind === "messages" && topic.includes(name));
  },
  columns: [
    { header: "KIND", key: "kind" },
    { header: "NAME", key: "name" },
    { header: "DAY", key: "day", type: "string?", text: ({ day }) => day ?? "" },
    { header: "MESSAGES", key: "messages", type: "integer?" },
    { header: "BYTES", key: "bytes", type: "integer" },
    { header: "SHARE", key: "share", type: "number", text: ({ share }) => `${share.toFixed(2)}%` },
    { header: "EXPIRED", key: "expiredBytes", type: "integer" },
    { header: "FREED", key: "freedAt", kind: "time", value: ({ freedAtMs }) => freedAtMs },
    { header: "NOTE", key: "note", type: "string?", text: ({ note }) => note ?? "" },
  ],
});
