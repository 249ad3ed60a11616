import { existsSync } from "node:fs";
import { realFiles } from "../../engine/base/files.js";
import { RocketmqError } from "../../engine/base/errors.js";
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
 * mode, which is how its clients begin. Throws kind "usage" for files that are not there.
 */
export function tlsSettings(
  { tlsCa, tlsCert, tlsKey }: GivenTls,
  before: TlsClientSettings | undefined,
): TlsClientSettings {
  for (const [name, path] of Object.entries({
    "--tls-ca": tlsCa,
    "--tls-cert": tlsCert,
    "--tls-key": tlsKey,
  })) {
    if (path !== undefined && !existsSync(path))
      throw new RocketmqError(`${name}: ${path} does not exist`, { kind: "usage" });
  }
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
