import { defineCommand } from "../../../src/cli/define-command.js";
import type { Undone } from "../../../src/repair/undo.js";

export default defineCommand({
  name: "undo",
  summary: "Take the last store repair back, byte by byte",
  impact: "write",
  offline: true,
  options: {},
  words: [{ name: "path", description: "the folder of a store that was repaired", required: true }],
  examples: [
    {
      line: "mqctl store undo ~/store",
      says: "the store is as it was before the repair; once more for the one before",
    },
  ],
  run: async (context, _options, [path = ""]): Promise<Undone[]> => {
    const { undoRepair } = await import("../../../src/repair/undo.js");
    const { whileLocked } = await import("../../../src/repair/repair-store.js");
    const { storeRoot } = await import("../../../src/inspect/verify/stock.js");
    const root = storeRoot(path);
    const undone = await whileLocked(root, () => Promise.resolve(undoRepair(root)));
    context.note(`${root}: ${String(undone.length)} steps taken back`);
    return undone;
  },
  columns: [
    { header: "REPAIR", key: "repair" },
    { header: "ACTION", key: "action" },
    { header: "FILE", key: "file" },
    { header: "OFFSET", key: "offset", type: "integer?" },
    { header: "BYTES", key: "bytes", type: "integer?" },
  ],
});
