import { defineCommand } from "../../src/cli/define-command.js";
import { boolean, flag, integer, text } from "../../src/cli/options.js";
import type { CommandEntry } from "../../src/cli/registry.js";
import type { AnyCommand } from "../../src/cli/define-command.js";

/** A command with each kind of option that upstream has; gives back what it was given. */
export const sample = defineCommand({
  name: "sample",
  summary: "Give back what was given.",
  impact: "read",
  offline: true,
  options: {
    topic: text("-t, --topic <topic>", "topic name").required(),
    brokerAddr: text("-b, --brokerAddr <addr>", "create topic to which broker"),
    clusterName: text("-c, --clusterName <name>", "create topic to which cluster"),
    queues: integer("-r, --readQueueNums <n>", "set read queue nums").default(8),
    order: boolean("-o, --order <bool>", "set topic's order(true|false)"),
    printBody: text("-d, --printBody  <bool>", "print body"),
    printLog: text("-p, --print log <bool>", "print log"),
    list: flag("-l, --list", "use list format"),
  },
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [{ line: "mqadmin sample -t x -b 127.0.0.1:10911", says: "gives it back" }],
  run: (_context, options) => [options],
  columns: [
    { header: "#Topic", key: "topic" },
    { header: "#Queues", key: "queues" },
  ],
  format: "%-10s  %-4d",
});

/** The registry's entry of a command. */
export function entryOf(command: AnyCommand, name = command.name): CommandEntry {
  const { summary, impact, aliases } = command;
  return {
    name,
    aliases: aliases ?? [],
    group: "test",
    summary,
    impact,
    load: () => Promise.resolve(command),
  };
}
