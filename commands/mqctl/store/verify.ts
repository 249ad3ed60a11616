import { defineCommand } from "../../../src/cli/define-command.js";
import { ExitCode } from "../../../src/cli/exit-codes.js";
import {
  ELSEWHERE,
  logFolderOptions,
  logFolders,
  mayBeElsewhere,
} from "../../../src/inspect/log-folders.js";
import { type StoreReport, reportOf, reportText } from "../../../src/inspect/verify/report.js";
import { rateLine } from "../../../src/inspect/verify/rate.js";
import { isoTime } from "../../../src/output/cell.js";

export default defineCommand({
  name: "verify",
  summary: "Check a whole store against itself: messages, queues, index, checkpoint, configuration",
  impact: "read",
  offline: true,
  options: logFolderOptions,
  words: [{ name: "path", description: "the folder of a store", required: true }],
  examples: [
    {
      line: "mqctl store verify ~/store",
      says: "exit status 0 when it is sound, 6 when it is damaged",
    },
    { line: "mqctl store verify ~/store --output json | jq .verdict", says: "for a machine" },
    {
      line: "mqctl store verify ~/store -c broker.conf",
      says: "with the log where storePathCommitLog says, in one folder or several",
    },
  ],
  run: async (context, place, [path = ""]): Promise<StoreReport[]> => {
    const { verifyStore } = await import("../../../src/inspect/verify/verify-store.js");
    const began = performance.now();
    const folders = logFolders(path, place);
    const verification = await verifyStore(path, {
      logFolders: folders,
      signal: context.signal,
      progress: (done, total) => {
        context.progress.say(rateLine("verifying", done, total, performance.now() - began));
      },
    });
    context.progress.clear();
    if (folders === undefined && mayBeElsewhere(verification)) context.note(ELSEWHERE);
    if (verification.verdict === "damaged") context.exitWith(ExitCode.corrupt);
    return [reportOf(verification)];
  },
  columns: [],
  single: true,
  *plain(rows) {
    for (const row of rows as Iterable<StoreReport>) yield* reportText(row);
  },
  record: (row) => {
    const { firstStored, lastStored, ...rest } = row;
    return {
      ...rest,
      firstStored: isoTime(firstStored) ?? null,
      firstStoredMs: firstStored,
      lastStored: isoTime(lastStored) ?? null,
      lastStoredMs: lastStored,
    };
  },
  shape: {
    store: "string",
    verdict: "string",
    openBy: "string?",
    afterCrash: "boolean",
    messages: "integer",
    firstStored: "time?",
    lastStored: "time?",
    minOffset: "integer",
    endOffset: "integer",
    logFiles: "integer",
    queues: "integer",
    indexFiles: "integer",
    bytes: "integer",
    notLookedInto: ["string"],
    counts: { damage: "integer", recoverable: "integer", warning: "integer", note: "integer" },
    findings: [
      {
        severity: "string",
        part: "string",
        code: "string",
        file: "string",
        offset: "integer?",
        what: "string",
        cost: "string",
        repair: "string",
      },
    ],
    more: [{ code: "string", file: "string", severity: "string", count: "integer" }],
    apache: [
      {
        releases: "string",
        starts: "boolean",
        scansFrom: "integer",
        cutAt: "integer",
        lost: "integer",
        says: "string",
      },
    ],
    milliseconds: "integer",
  },
});
