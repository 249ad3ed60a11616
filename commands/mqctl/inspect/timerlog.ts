import { defineCommand } from "../../../src/cli/define-command.js";
import { dateTime, flag, integer, long, text } from "../../../src/cli/options.js";
import { hexOptions, hexVariant } from "../../../src/inspect/hex-variant.js";
import { streamRows } from "../../../src/inspect/row-stream.js";
import {
  behindUnit,
  timerLogFields,
  timerLogPath,
  type TimerLogUnit,
  timerLogUnits,
  timerTopicHash,
} from "../../../src/inspect/timer-log.js";
import type { Bursts } from "../../../src/output/bursts.js";

export default defineCommand({
  name: "timerlog",
  summary: "List the units of a timer log: the timed messages in the order they came",
  impact: "read",
  offline: true,
  options: {
    topic: text("-t, --topic <topic>", "only messages with the hash of this real topic"),
    begin: dateTime("--begin <time>", "due at this time or later"),
    end: dateTime("--end <time>", "due at this time or earlier"),
    from: long("--from <position>", "from this position on; a unit begins there"),
    to: long("--to <position>", "up to, and without, this position"),
    count: integer("-n, --count <count>", "at most so many units"),
    follow: flag("-f, --follow", "wait for further units until Ctrl-C"),
    ...hexOptions,
  },
  words: [
    { name: "path", description: "a store, its timerlog folder, or one file", required: true },
  ],
  examples: [
    {
      line: "mqctl inspect timerlog ~/store --begin now",
      says: "what is still to come",
    },
  ],
  run(context, options, [path = ""]): Bursts<TimerLogUnit> {
    const { topic, begin, end, from, to, count, follow } = options;
    const hash = topic === undefined ? undefined : timerTopicHash(topic);
    let next = from ?? 0;
    function* read(): Generator<TimerLogUnit> {
      for (const unit of timerLogUnits(timerLogPath(path), next)) {
        if (to !== undefined && unit.position >= to) return;
        next = behindUnit(unit);
        yield unit;
      }
    }
    return streamRows(context, {
      read,
      accepts: (unit) =>
        (hash === undefined || unit.topicHash === hash) &&
        (begin === undefined || unit.dueTimestamp >= begin) &&
        (end === undefined || unit.dueTimestamp <= end),
      count,
      follow,
    });
  },
  instead: { hex: hexVariant(timerLogFields) },
  columns: [
    { header: "POSITION", key: "position", type: "integer" },
    { header: "PREVIOUS", key: "previous", type: "integer" },
    { header: "ACTION", key: "action" },
    { header: "WRITTEN", key: "writeTimestamp", kind: "time" },
    { header: "DUE", key: "dueTimestamp", kind: "time" },
    { header: "OFFSET", key: "physicalOffset", type: "integer" },
    { header: "SIZE", key: "size", type: "integer" },
    { header: "TOPICHASH", key: "topicHash", type: "integer" },
    { header: "MAGIC", key: "magic", type: "integer", machineOnly: true },
    { header: "FILE", key: "file", machineOnly: true },
  ],
});
