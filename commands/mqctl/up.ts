import { defineCommand } from "../../src/cli/define-command.js";
import { integer, text } from "../../src/cli/options.js";
import { parseSettings } from "../../src/daemon/server-options.js";

export default defineCommand({
  name: "up",
  summary: "Run a name server and a broker in the foreground, for a laptop or a test",
  impact: "write",
  offline: true,
  resident: true,
  options: {
    data: text(
      "--data <folder>",
      "keep the data here; without it they are removed at the end",
    ).completes("folder"),
    namesrvPort: integer(
      "--namesrv-port <port>",
      "port of the name server (9876, or a free one when that is taken; 0 is any)",
    ),
    brokerPort: integer(
      "--broker-port <port>",
      "port of the broker (10911, or a free one when that is taken; 0 is any)",
    ),
  },
  words: [{ name: "setting", description: "key=value of broker.conf", rest: true }],
  examples: [
    { line: "mqctl up", says: "until Ctrl-C; prints the address to export" },
    { line: "mqctl up --data ./data autoCreateTopicEnable=false", says: "keeps its data" },
  ],
  async *run(context, { data, namesrvPort, brokerPort }, settings) {
    const { up } = await import("../../src/daemon/up.js");
    const { ended } = await import("../../src/daemon/run-server.js");
    const running = await up({ data, namesrvPort, brokerPort, settings: parseSettings(settings) });
    try {
      yield { namesrv: running.namesrvAddress, broker: running.brokerAddress, data: running.data };
      await ended(context.signal);
      context.exitWith(0);
    } finally {
      await running.stop();
    }
  },
  columns: [
    { header: "NAMESRV", key: "namesrv" },
    { header: "BROKER", key: "broker" },
    { header: "DATA", key: "data" },
  ],
  async *plain(rows, { data }) {
    for await (const row of rows) {
      yield `name server ${row.namesrv}, broker ${row.broker}, data in ${row.data}${data === undefined ? " (removed at the end)" : ""}\n`;
      yield `export NAMESRV_ADDR=${row.namesrv}\n`;
    }
  },
});
