import { resolve } from "node:path";
import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { namesrvList } from "../../../src/cli/namesrv.js";
import { flag, text } from "../../../src/cli/options.js";
import { openCliConfig, type StoredContext } from "../../../src/config/cli-config.js";

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
    securityToken: text("--security-token <token>", "sent with the signature"),
    tls: flag("--tls", "connect by TLS; without --tls-ca any server is trusted"),
    tlsCa: text("--tls-ca <file>", "authorities that servers are checked against, PEM").completes(
      "file",
    ),
    tlsCert: text("--tls-cert <file>", "certificate to show to servers, PEM").completes("file"),
    tlsKey: text("--tls-key <file>", "key of that certificate, PEM").completes("file"),
  },
  words: [{ name: "name", description: "name of the cluster", required: true }],
  examples: [
    {
      line: "mqctl context set staging -n 10.0.0.1:9876",
      says: "mqadmin and mqctl go there when neither -n nor NAMESRV_ADDR says otherwise",
    },
    {
      line: "mqctl context set live -n 10.1.0.1:9876 --access-key ops --secret-key 12345678 --tls-ca ca.pem",
      says: "with who signs, and by TLS; mqadmin topicList --context live uses it for one call",
    },
  ],
  run: ({ env }, { namesrvAddr, ...given }, [name = ""]) => {
    checkTogether({ "--access-key": given.accessKey, "--secret-key": given.secretKey });
    checkTogether({ "--tls-cert": given.tlsCert, "--tls-key": given.tlsKey });
    const config = openCliConfig(env);
    config.set(name, {
      namesrvAddr: namesrvList(namesrvAddr).join(";"),
      ...contextOf(given),
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

type Given = {
  readonly [K in keyof Omit<StoredContext, "namesrvAddr">]: StoredContext[K] | undefined;
};

/** What was given; files by the place where they are, since a context is used from any folder. */
function contextOf({
  tls,
  tlsCa,
  tlsCert,
  tlsKey,
  ...keys
}: Given): Omit<StoredContext, "namesrvAddr"> {
  const files = Object.entries({ tlsCa, tlsCert, tlsKey })
    .filter(([, path]) => path !== undefined)
    .map(([key, path]) => [key, resolve(path ?? "")]);
  const entries = Object.entries(keys).filter(([, value]) => value !== undefined);
  const isTls = tls === true || files.length > 0;
  return Object.fromEntries([...entries, ...(isTls ? [["tls", true]] : []), ...files]) as Omit<
    StoredContext,
    "namesrvAddr"
  >;
}

function checkTogether(values: Readonly<Record<string, string | undefined>>): void {
  if (Object.values(values).filter((value) => value !== undefined).length !== 1) return;
  throw new UsageError(`${Object.keys(values).join(" and ")} go together`);
}
