import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Credentials } from "../admin/admin.js";
import type { TlsClientSettings } from "../../engine/remoting/tls-settings.js";
import type { StoredContext } from "../config/cli-config.js";
import type { Env } from "./context.js";
import { givenNamesrv, namesrvList } from "./namesrv.js";

/** Which cluster a command talks to, and as whom. */
export interface ClusterAccess {
  readonly namesrv: () => readonly string[];
  readonly credentials: () => Credentials | undefined;
  /** How to connect by TLS; undefined is plain. */
  readonly tls?: TlsClientSettings | undefined;
}

/** Reads what decides it; files and libraries are touched only where the faster ways say nothing. */
export async function clusterAccess(option: string | undefined, env: Env): Promise<ClusterAccess> {
  const given = givenNamesrv(option, env);
  const stored = given === undefined ? await storedContext(env) : undefined;
  const namesrv = given ?? stored?.namesrvAddr ?? (await fromAddressServer(env));
  const credentials = fromEnv(env) ?? keysOf(stored) ?? (await fromToolsYml(env));
  const tls = await tlsFrom(env);
  return {
    namesrv: () => namesrvList(namesrv),
    credentials: () => credentials,
    ...(tls !== undefined && { tls }),
  };
}

/** Upstream takes TLS from system properties, and these come from JAVA_OPT. */
async function tlsFrom(env: Env): Promise<TlsClientSettings | undefined> {
  if (env["JAVA_OPT"]?.includes("-Dtls.") !== true) return undefined;
  const { clientTls } = await import("../config/java-properties.js");
  return clientTls(env["JAVA_OPT"]);
}

async function storedContext(env: Env): Promise<StoredContext | undefined> {
  const { openCliConfig } = await import("../config/cli-config.js");
  return openCliConfig(env).current();
}

async function fromAddressServer(env: Env): Promise<string | undefined> {
  if (env["JAVA_OPT"]?.includes("rocketmq.namesrv.domain") !== true) return undefined;
  const { addressServerUrl, askAddressServer } = await import("../config/address-server.js");
  const url = addressServerUrl(env["JAVA_OPT"]);
  return url === undefined ? undefined : askAddressServer(url);
}

function fromEnv(env: Env): Credentials | undefined {
  return keysOf({ accessKey: env["ROCKETMQ_ACCESS_KEY"], secretKey: env["ROCKETMQ_SECRET_KEY"] });
}

function keysOf(
  from: { accessKey?: string | undefined; secretKey?: string | undefined } | undefined,
): Credentials | undefined {
  const { accessKey, secretKey } = from ?? {};
  return accessKey !== undefined && secretKey !== undefined ? { accessKey, secretKey } : undefined;
}

async function fromToolsYml(env: Env): Promise<Credentials | undefined> {
  const home = env["ROCKETMQ_HOME"];
  if (home === undefined || !existsSync(join(home, "conf", "tools.yml"))) return undefined;
  return (await import("../config/credentials.js")).readToolsYml(home);
}
