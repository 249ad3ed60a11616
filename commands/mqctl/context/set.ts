import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { namesrvList } from "../../../src/cli/namesrv.js";
import { text } from "../../../src/cli/options.js";
import { openCliConfig } from "../../../src/config/cli-config.js";

export default defineCommand({
  name: "set",
  summary: "Give a cluster a name, and use it from now on",
  impact: "write",
  offline: true,
  options: {
    namesrvAddr: text(
      "-n, --namesrvAddr <addr>",
      "its name servers, host:port;host:port",
    ).required(),
    accessKey: text("--access-key <key>", "signs requests, with --secret-key"),
    secretKey: text("--secret-key <key>", "signs requests, with --access-key"),
  },
  words: [{ name: "name", description: "name of the cluster", required: true }],
  examples: [
    {
      line: "mqctl context set staging -n 10.0.0.1:9876",
      says: "mqadmin and mqctl go there when neither -n nor NAMESRV_ADDR says otherwise",
    },
  ],
  run: ({ env }, { namesrvAddr, accessKey, secretKey }, [name = ""]) => {
    if ((accessKey === undefined) !== (secretKey === undefined)) {
      throw new UsageError("--access-key and --secret-key go together");
    }
    const config = openCliConfig(env);
    config.set(name, {
      namesrvAddr: namesrvList(namesrvAddr).join(";"),
      ...(accessKey !== undefined && secretKey !== undefined && { accessKey, secretKey }),
    });
    config.use(name);
    return [{ name, namesrvAddr, file: config.path }];
  },
  columns: [
    { header: "NAME", key: "name" },
    { header: "NAMESRV", key: "namesrvAddr" },
    { header: "FILE", key: "file" },
  ],
  single: true,
});
