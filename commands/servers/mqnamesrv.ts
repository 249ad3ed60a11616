import { defineCommand } from "../../src/cli/define-command.js";
import { flag, text } from "../../src/cli/options.js";
import { runServer } from "../../src/daemon/run-server.js";
import { parseSettings } from "../../src/daemon/server-options.js";

export default defineCommand({
  name: "mqnamesrv",
  summary: "Run a name server in the foreground, as Apache's script does",
  impact: "write",
  offline: true,
  resident: true,
  options: {
    configFile: text("-c, --configFile <file>", "Name server config properties file").completes(
      "file",
    ),
    printConfig: flag("-p, --printConfigItem", "Print all config items"),
    namesrvAddr: text(
      "-n, --namesrvAddr <list>",
      "taken for compatibility; a name server needs no other",
    ),
    logDir: text(
      "--log-dir <folder>",
      "folder of the log file (default: ~/logs/rocketmqlogs)",
    ).completes("folder"),
  },
  words: [{ name: "setting", description: "key=value, wins over the file", rest: true }],
  examples: [{ line: "mqnamesrv -c namesrv.conf", says: "until Ctrl-C" }],
  run: (context, { configFile, printConfig, logDir }, settings) =>
    runServer(context, {
      part: "namesrv",
      configFile,
      printConfig,
      logDir,
      settings: parseSettings(settings),
      foreground: true,
      timeout: 0,
    }),
  columns: [{ header: "LINE", key: "line" }],
  async *plain(rows) {
    for await (const row of rows) yield `${row.line}\n`;
  },
});
