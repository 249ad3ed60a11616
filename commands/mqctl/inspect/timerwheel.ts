import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { dateTime, integer } from "../../../src/cli/options.js";
import { hexOptions, hexVariant } from "../../../src/inspect/hex-variant.js";
import { streamRows } from "../../../src/inspect/row-stream.js";
import { wheelFields, type WheelSlot, wheelSlots } from "../../../src/inspect/timer-wheel.js";
import type { Bursts } from "../../../src/output/bursts.js";

export default defineCommand({
  name: "timerwheel",
  summary: "List the used slots of a timer wheel: how many timed messages wait for which moment",
  impact: "read",
  offline: true,
  options: {
    begin: dateTime("--begin <time>", "due at this time or later"),
    end: dateTime("--end <time>", "due at this time or earlier"),
    precision: integer(
      "--precision <ms>",
      "timerPrecisionMs of the broker, which is not in the file (1000)",
    ),
    count: integer("-n, --count <count>", "at most so many slots"),
    ...hexOptions,
  },
  words: [{ name: "path", description: "a store, or the file", required: true }],
  examples: [
    {
      line: "mqctl inspect timerwheel ~/store --begin now",
      says: "the moments to come; slots of those that are over stay in the file",
    },
  ],
  run(context, { begin, end, precision = 1000, count }, [path = ""]): Bursts<WheelSlot> {
    if (precision < 1) throw new UsageError("--precision takes a positive number of milliseconds");
    return streamRows(context, {
      read: () => wheelSlots(path, precision),
      accepts: (slot) =>
        (begin === undefined || slot.dueTimestamp >= begin) &&
        (end === undefined || slot.dueTimestamp <= end),
      count,
    });
  },
  instead: { hex: hexVariant(wheelFields) },
  columns: [
    { header: "SLOT", key: "slot", type: "integer" },
    { header: "DUE", key: "dueTimestamp", kind: "time" },
    { header: "MESSAGES", key: "count", type: "integer" },
    { header: "FIRST", key: "firstPosition", type: "integer" },
    { header: "LAST", key: "lastPosition", type: "integer" },
    { header: "MAGIC", key: "magic", type: "integer", machineOnly: true },
  ],
});
