import { RocketmqError } from "../../engine/base/errors.js";
import { defineCommand } from "../../src/cli/define-command.js";
import { duration, flag, integer } from "../../src/cli/options.js";
import { type Part, runningInstances } from "../../src/daemon/instances.js";
import { killInstance, stopInstance } from "../../src/daemon/stop.js";

export default defineCommand({
  name: "stop",
  summary: "Stop a name server or broker that was started here",
  impact: "write",
  offline: true,
  options: {
    port: integer("-p, --port <port>", "only the one that listens on this port"),
    timeout: duration("--timeout <span>", "how long to wait for its end").default(30_000),
    force: flag("--force", "kill it when it has not ended in time"),
  },
  words: [
    { name: "part", description: "what to stop", choices: ["namesrv", "broker"], required: true },
  ],
  examples: [
    { line: "mqctl stop broker", says: "flushes, unregisters, waits until it has ended" },
    { line: "mqctl stop broker --timeout 5s --force", says: "kills it after five seconds" },
  ],
  run: async (context, { port, timeout, force }, [part]) => {
    const running = runningInstances(context.env, part as Part).filter(
      (one) => port === undefined || one.port === port,
    );
    if (running.length === 0) {
      throw new RocketmqError(
        `no ${part ?? ""} runs here${port === undefined ? "" : ` on port ${String(port)}`}`,
        { kind: "not-found" },
      );
    }
    const rows = [];
    for (const instance of running) {
      let ended = await stopInstance(instance, timeout);
      let how = "stopped";
      if (!ended && force) {
        ended = await killInstance(instance);
        how = "killed";
      }
      if (ended) rows.push({ ...instance, how });
      else {
        context.fail(
          new RocketmqError(
            `${instance.part} ${instance.address} (pid ${String(instance.pid)}) still runs after ${String(timeout)} ms`,
            { kind: "failed", hint: "wait longer with --timeout, or kill it with --force" },
          ),
        );
      }
    }
    return rows;
  },
  columns: [
    { header: "PART", key: "part" },
    { header: "PID", key: "pid", type: "integer" },
    { header: "ADDRESS", key: "address" },
    { header: "RESULT", key: "how" },
  ],
  *plain(rows) {
    for (const row of rows as Iterable<{
      part: string;
      pid: number;
      address: string;
      how: string;
    }>) {
      yield `${row.part} ${row.address} (pid ${String(row.pid)}) ${row.how}\n`;
    }
  },
});
