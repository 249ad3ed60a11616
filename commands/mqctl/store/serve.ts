import { defineCommand } from "../../../src/cli/define-command.js";
import { ExitCode } from "../../../src/cli/exit-codes.js";
import { integer, text } from "../../../src/cli/options.js";
import { commitlogOption } from "../../../src/inspect/log-folders.js";
import { parseSettings } from "../../../src/daemon/server-options.js";

export default defineCommand({
  name: "serve",
  summary:
    "Serve a dead broker's folder as a live broker that consumers can drain; nothing in it is changed",
  impact: "read",
  offline: true,
  resident: true,
  options: {
    namesrvAddr: text(
      "-n, --namesrvAddr <list>",
      "register with these name servers, host:port;host:port, instead of one of its own",
    ),
    configFile: text(
      "-c, --configFile <file>",
      "broker.conf of the broker, also for the folders of its log; sizes of files are found without it",
    ).completes("file"),
    commitlog: commitlogOption,
    name: text("--name <broker>", "name of the broker; store-serve without it and without -c"),
    host: text("--host <address>", "address to listen on and to register; 127.0.0.1 without it"),
    namesrvPort: integer(
      "--namesrv-port <port>",
      "port of its own name server (9876, or a free one when that is taken; 0 is any)",
    ),
    brokerPort: integer(
      "--broker-port <port>",
      "port of the broker (10911, or a free one when that is taken; 0 is any)",
    ),
  },
  words: [
    { name: "path", description: "the folder of a store that no broker has open", required: true },
    { name: "setting", description: "key=value of broker.conf", rest: true },
  ],
  examples: [
    {
      line: "mqctl store serve ~/store",
      says: "until Ctrl-C, with a name server of its own; prints its address to export",
    },
    {
      line: "mqctl store serve ~/store -n 10.0.0.1:9876 --host 10.0.0.7 --name broker-a",
      says: "in the place of a broker that died: its consumers drain what it had",
    },
  ],
  async *run(context, { name, ...options }, [path = "", ...settings]) {
    const { serveStore } = await import("../../../src/daemon/serve-store.js");
    const { ended } = await import("../../../src/daemon/run-server.js");
    const served = await serveStore({
      ...options,
      path,
      namesrv: options.namesrvAddr,
      brokerName: name,
      settings: parseSettings(settings),
      note: context.note,
    });
    const stopped = new AbortController();
    try {
      yield {
        namesrv: served.namesrvAddress,
        broker: served.brokerAddress,
        name: served.brokerName,
        store: served.root,
      };
      const holder = await Promise.race([
        ended(context.signal).then(() => undefined),
        served.taken(stopped.signal),
      ]);
      context.exitWith(holder === undefined ? 0 : ExitCode.failed);
      if (holder !== undefined)
        context.note(`${holder} opened the store to write to it: it is served no longer`);
    } finally {
      stopped.abort();
      await served.stop();
    }
  },
  columns: [
    { header: "NAMESRV", key: "namesrv" },
    { header: "BROKER", key: "broker" },
    { header: "NAME", key: "name" },
    { header: "STORE", key: "store" },
  ],
  async *plain(rows, { namesrvAddr }) {
    for await (const row of rows) {
      yield `broker ${row.name} at ${row.broker} serves ${row.store} to be read; what it writes stays in memory\n`;
      if (namesrvAddr === undefined) yield `export NAMESRV_ADDR=${row.namesrv}\n`;
    }
  },
});
