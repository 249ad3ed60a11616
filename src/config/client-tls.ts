import { realFiles } from "../../engine/base/files.js";
import { messageOf, RocketmqError } from "../../engine/base/errors.js";
import { readTlsSettings, type TlsClientSettings } from "../../engine/remoting/tls-settings.js";
import { javaProperties } from "./java-properties.js";

/** What is said of TLS on a command line or in a stored context: PEM files. */
export interface GivenTls {
  readonly tlsCa?: string | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
}

/** How JAVA_OPT says to connect; undefined when it does not say tls.enable=true. */
export function clientTls(javaOpt: string | undefined): TlsClientSettings | undefined {
  const properties = javaProperties(javaOpt);
  const { client } = readTlsSettings((name) => properties.get(name), realFiles);
  return client.enable ? client : undefined;
}

/**
 * What is given, on top of what was said elsewhere. Without authorities any server is trusted, as in upstream's test
 * mode, which is how its clients begin. Throws kind "usage" for files that are not there or hold something else.
 */
export function tlsSettings(
  { tlsCa, tlsCert, tlsKey }: GivenTls,
  before: TlsClientSettings | undefined,
): TlsClientSettings {
  checkPem("--tls-ca", tlsCa, "CERTIFICATE");
  checkPem("--tls-cert", tlsCert, "CERTIFICATE");
  checkPem("--tls-key", tlsKey, "PRIVATE KEY");
  const settings: TlsClientSettings = {
    ...(before ?? { testMode: true, authServer: false }),
    enable: true,
    ...(tlsCa !== undefined && { testMode: false, authServer: true, trustCertPath: tlsCa }),
    ...(tlsCert !== undefined && { certPath: tlsCert }),
    ...(tlsKey !== undefined && { keyPath: tlsKey }),
  };
  if ((settings.certPath === undefined) === (settings.keyPath === undefined)) return settings;
  throw new RocketmqError("--tls-cert and --tls-key go together", { kind: "usage" });
}

/** What Node.js would take for an empty list of authorities, and say nothing. */
function checkPem(name: string, path: string | undefined, what: string): void {
  if (path === undefined) return;
  const text = readable(name, path);
  if (text.includes(`${what}-----`)) return;
  throw new RocketmqError(`${name}: there is no ${what.toLowerCase()} in ${path}`, {
    kind: "usage",
    hint: `a PEM file is expected, with -----BEGIN ${what}-----`,
  });
}

function readable(name: string, path: string): string {
  try {
    const text = realFiles.readText(path);
    if (text !== undefined) return text;
  } catch (cause) {
    throw new RocketmqError(`${name}: ${messageOf(cause)}`, { kind: "usage", cause });
  }
  throw new RocketmqError(`${name}: ${path} does not exist`, { kind: "usage" });
}
