import { defineCommand } from "../../src/cli/define-command.js";
import { flag, text } from "../../src/cli/options.js";
import { runServer } from "../../src/daemon/run-server.js";
import { parseSettings } from "../../src/daemon/server-options.js";

export default defineCommand({
  name: "mqbroker",
  summary: "Run a broker in the foreground, as Apache's script does",
  impact: "write",
  offline: true,
  resident: true,
  options: {
    configFile: text("-c, --configFile <file>", "Broker config properties file").completes("file"),
    printConfig: flag("-p, --printConfigItem", "Print all config item"),
    namesrvAddr: text(
      "-n, --namesrvAddr <list>",
      "Name server address list, eg: '192.168.0.1:9876;192.168.0.2:9876'",
    ),
    logDir: text(
      "--log-dir <folder>",
      "folder of the log file (default: ~/logs/rocketmqlogs)",
    ).completes("folder"),
  },
  words: [{ name: "setting", description: "key=value, wins over the file", rest: true }],
  examples: [
    {
      line: "mqbroker -n 127.0.0.1:9876 -c broker.conf autoCreateTopicEnable=true",
      says: "until Ctrl-C",
    },
  ],
  run: (context, options, settings) =>
    runServer(context, {
      ...options,
      part: "broker",
      settings: parseSettings(settings),
      foreground: true,
      timeout: 0,
    }),
  columns: [{ header: "LINE", key: "line" }],
  async *plain(rows) {
    for await (const row of rows) yield `${row.line}\n`;
  },
});
