import { defineCommand } from "../../src/cli/define-command.js";
import { duration, flag, text } from "../../src/cli/options.js";
import type { Part } from "../../src/daemon/instances.js";
import { parseSettings } from "../../src/daemon/server-options.js";
import { runServer } from "../../src/daemon/run-server.js";

export default defineCommand({
  name: "start",
  summary: "Start a name server or broker; returns when it serves",
  impact: "write",
  offline: true,
  resident: true,
  options: {
    configFile: text(
      "-c, --configFile <file>",
      "properties file: broker.conf, namesrv.conf",
    ).completes("file"),
    namesrvAddr: text(
      "-n, --namesrvAddr <list>",
      "name servers the broker registers with, host:port;host:port",
    ),
    printConfig: flag("-p, --printConfigItem", "print every setting and its value, start nothing"),
    foreground: flag("--foreground", "stay in the foreground until Ctrl-C or SIGTERM"),
    logDir: text(
      "--log-dir <folder>",
      "folder of the log files (default: ~/logs/rocketmqlogs)",
    ).completes("folder"),
    timeout: duration("--timeout <span>", "how long to wait until it serves").default(60_000),
  },
  words: [
    { name: "part", description: "what to start", choices: ["namesrv", "broker"], required: true },
    { name: "setting", description: "key=value, wins over the file", rest: true },
  ],
  examples: [
    { line: "mqctl start namesrv", says: "on port 9876, in the background" },
    {
      line: "mqctl start broker -n 127.0.0.1:9876 -c broker.conf",
      says: "in the background, log in ~/logs/rocketmqlogs/broker.log",
    },
    {
      line: "mqctl start broker --foreground listenPort=20911 storePathRootDir=./store",
      says: "settings without a file",
    },
  ],
  run: (context, options, [part, ...settings]) =>
    runServer(context, {
      ...options,
      part: part as Part,
      settings: parseSettings(settings),
    }),
  columns: [{ header: "LINE", key: "line" }],
  async *plain(rows) {
    for await (const row of rows) yield `${row.line}\n`;
  },
});
