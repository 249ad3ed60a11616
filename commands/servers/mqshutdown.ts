import { RocketmqError } from "../../engine/base/errors.js";
import { defineCommand } from "../../src/cli/define-command.js";
import { type Part, runningInstances } from "../../src/daemon/instances.js";
import { signal } from "../../src/daemon/stop.js";

export default defineCommand({
  name: "mqshutdown",
  summary: "Ask brokers or name servers to end, without waiting, as Apache's script does",
  impact: "write",
  offline: true,
  options: {},
  words: [
    { name: "part", description: "what to end", choices: ["broker", "namesrv"], required: true },
  ],
  examples: [{ line: "mqshutdown broker", says: "sends the request to every broker started here" }],
  run: (context, _options, [part]): { program: string; pid: number }[] => {
    const running = runningInstances(context.env, part as Part);
    if (running.length === 0)
      throw new RocketmqError(`No mq${part ?? ""} running.`, { kind: "failed" });
    return running.map((instance) => {
      signal(instance, "SIGTERM");
      return { program: `mq${instance.part}`, pid: instance.pid };
    });
  },
  columns: [
    { header: "PROGRAM", key: "program" },
    { header: "PID", key: "pid" },
  ],
  async *plain(rows) {
    for await (const { program, pid } of rows) {
      yield `The ${program}(${String(pid)}) is running...\n`;
      yield `Send shutdown request to ${program}(${String(pid)}) OK\n`;
    }
  },
});
