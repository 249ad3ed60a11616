import { defineCommand } from "../../../src/cli/define-command.js";
import { ExitCode, UsageError } from "../../../src/cli/exit-codes.js";
import { flag, integer } from "../../../src/cli/options.js";
import {
  ELSEWHERE,
  logFolderOptions,
  logFolders,
  mayBeElsewhere,
} from "../../../src/inspect/log-folders.js";
import { rateLine } from "../../../src/inspect/verify/rate.js";
import { type RepairRow, repairRows } from "../../../src/repair/report.js";

export default defineCommand({
  name: "repair",
  summary: "Put right what store verify finds wrong; store undo takes it back",
  impact: "write",
  offline: true,
  options: {
    dryRun: flag("--dry-run", "only show what would be done"),
    ...logFolderOptions,
    queueFile: integer(
      "--queue-file-size <bytes>",
      "mappedFileSizeConsumeQueue of the broker, where no queue file is left to tell it",
    ),
    indexSlots: integer("--index-slots <count>", "maxHashSlotNum, where no index file is left"),
    indexEntries: integer("--index-entries <count>", "maxIndexNum, where no index file is left"),
  },
  words: [
    { name: "path", description: "the folder of a store that no broker has open", required: true },
  ],
  examples: [
    { line: "mqctl store repair ~/store --dry-run", says: "the plan" },
    {
      line: "mqctl store repair ~/store",
      says: "makes a journal first, from which store undo brings every byte back",
    },
  ],
  run: async (
    context,
    { dryRun, configFile, commitlog, ...sizes },
    [path = ""],
  ): Promise<RepairRow[]> => {
    const { OWN_LOG_ONLY, repairStore } = await import("../../../src/repair/repair-store.js");
    const folders = logFolders(path, { configFile, commitlog });
    if (folders !== undefined) {
      throw new UsageError(`the log of ${path} is in ${folders.join(", ")}: ${OWN_LOG_ONLY}`);
    }
    const began = performance.now();
    const repair = await repairStore(path, {
      isDry: dryRun,
      sizes,
      nowMs: context.clock.now(),
      signal: context.signal,
      progress: (done, total) => {
        context.progress.say(rateLine("verifying", done, total, performance.now() - began));
      },
    });
    context.progress.clear();
    if (mayBeElsewhere(repair.before)) context.note(ELSEWHERE);
    const rows = repairRows(repair);
    if (rows.length === 0) context.note(`${repair.root}: there is nothing to repair`);
    else if (dryRun)
      context.note(
        `${repair.root}: nothing was changed; ${String(rows.length)} steps would be made`,
      );
    else {
      const { verdict, findings } = repair.after;
      context.note(`${repair.root}: ${String(rows.length)} steps made; it is now ${verdict}`);
      context.note(
        `the journal and what was set aside are in ${repair.folder ?? ""}; store undo takes the repair back`,
      );
      for (const finding of findings.list)
        if (finding.severity === "damage") context.note(`still: ${finding.file}: ${finding.what}`);
      if (verdict === "damaged") context.exitWith(ExitCode.corrupt);
    }
    return rows;
  },
  columns: [
    { header: "ACTION", key: "action" },
    { header: "FILE", key: "file" },
    { header: "OFFSET", key: "offset", type: "integer?" },
    { header: "BYTES", key: "bytes", type: "integer?" },
    { header: "WHY", key: "says" },
  ],
});
