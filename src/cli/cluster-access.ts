import { existsSync } from "node:fs";
import { join } from "node:path";
import { RocketmqError } from "../../engine/base/errors.js";
import type { TlsClientSettings } from "../../engine/remoting/tls-settings.js";
import type { Credentials } from "../admin/admin.js";
import type { StoredContext } from "../config/cli-config.js";
import type { Env } from "./context.js";
import { UsageError } from "./exit-codes.js";
import { givenNamesrv, namesrvList } from "./namesrv.js";

/** Which cluster a command talks to, and as whom. */
export interface ClusterAccess {
  readonly namesrv: () => readonly string[];
  readonly credentials: () => Credentials | undefined;
  /** How to connect by TLS; undefined is plain. */
  readonly tls?: TlsClientSettings | undefined;
}

/** What the command line says of it. */
export interface AccessOptions extends TlsOptions {
  readonly namesrvAddr?: string | undefined;
  readonly accessKey?: string | undefined;
  readonly secretKey?: string | undefined;
  readonly securityToken?: string | undefined;
  /** A stored context for this call: it counts as said on the command line. */
  readonly context?: string | undefined;
}

/** PEM files; one that is given means TLS. Servers are checked only when it is said against what. */
export interface TlsOptions {
  readonly tls?: boolean | undefined;
  readonly tlsCa?: string | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
}

/**
 * Reads what decides it: the command line, the environment, the stored context, upstream's tools.yml. Files and
 * libraries are touched only where the faster ways say nothing. The context in use is looked at only where nothing else
 * names a cluster: its keys are for that cluster and no other.
 */
export async function clusterAccess(options: AccessOptions, env: Env): Promise<ClusterAccess> {
  const named =
    options.context === undefined ? undefined : await namedContext(options.context, env);
  const given = present(options.namesrvAddr) ?? named?.namesrvAddr ?? givenNamesrv(undefined, env);
  const stored = named ?? (given === undefined ? await contextInUse(env) : undefined);
  const namesrv = given ?? stored?.namesrvAddr ?? (await fromAddressServer(env));
  const credentials = await credentialsFrom(options, env, { stored, isNamed: named !== undefined });
  const tls = await tlsFrom(options, env, { stored, isNamed: named !== undefined });
  return {
    namesrv: () => namesrvList(namesrv),
    credentials: () => credentials,
    ...(tls !== undefined && { tls }),
  };
}

interface Stored {
  readonly stored: StoredContext | undefined;
  readonly isNamed: boolean;
}

async function credentialsFrom(
  options: AccessOptions,
  env: Env,
  { stored, isNamed }: Stored,
): Promise<Credentials | undefined> {
  const fromContext = keysOf(stored);
  const inEnv = {
    accessKey: present(env["ROCKETMQ_ACCESS_KEY"]),
    secretKey: present(env["ROCKETMQ_SECRET_KEY"]),
    securityToken: present(env["ROCKETMQ_SECURITY_TOKEN"]),
  };
  const { accessKey, secretKey, securityToken } = options;
  const isSaid = accessKey !== undefined || secretKey !== undefined;
  const said = keysOf({
    accessKey: accessKey ?? inEnv.accessKey,
    secretKey: secretKey ?? inEnv.secretKey,
    securityToken: inEnv.securityToken,
  });
  if (isSaid && said === undefined) {
    throw new UsageError("--access-key and --secret-key go together", {
      hint: "the other one may also come from ROCKETMQ_ACCESS_KEY or ROCKETMQ_SECRET_KEY",
    });
  }
  const found = isSaid
    ? said
    : ((isNamed ? fromContext : undefined) ?? said ?? fromContext ?? (await fromToolsYml(env)));
  return found === undefined || securityToken === undefined ? found : { ...found, securityToken };
}

/** Upstream takes TLS from system properties, and these come from JAVA_OPT. */
async function tlsFrom(
  options: TlsOptions,
  env: Env,
  { stored, isNamed }: Stored,
): Promise<TlsClientSettings | undefined> {
  const isStored = isTls(stored);
  const isSaid = isTls(options);
  const isInEnv = env["JAVA_OPT"]?.includes("-Dtls.") === true;
  if (!isStored && !isSaid && !isInEnv) return undefined;
  const { clientTls, tlsSettings } = await import("../config/client-tls.js");
  const inEnv = isInEnv ? clientTls(env["JAVA_OPT"]) : undefined;
  const fromContext = isStored ? tlsSettings(stored ?? {}, undefined) : undefined;
  const before = isNamed ? (fromContext ?? inEnv) : (inEnv ?? fromContext);
  return isSaid ? tlsSettings(options, before) : before;
}

function isTls(from: TlsOptions | undefined): boolean {
  return (
    from?.tls === true ||
    from?.tlsCa !== undefined ||
    from?.tlsCert !== undefined ||
    from?.tlsKey !== undefined
  );
}

async function contextInUse(env: Env): Promise<StoredContext | undefined> {
  const { openCliConfig } = await import("../config/cli-config.js");
  return openCliConfig(env).current();
}

async function namedContext(name: string, env: Env): Promise<StoredContext> {
  const { openCliConfig } = await import("../config/cli-config.js");
  const found = openCliConfig(env).named(name);
  if (found !== undefined) return found;
  throw new RocketmqError(`there is no context ${name}`, {
    kind: "not-found",
    hint: "mqctl context list shows those that are",
  });
}

async function fromAddressServer(env: Env): Promise<string | undefined> {
  if (env["JAVA_OPT"]?.includes("rocketmq.namesrv.domain") !== true) return undefined;
  const { addressServerUrl, askAddressServer } = await import("../config/address-server.js");
  const url = addressServerUrl(env["JAVA_OPT"]);
  return url === undefined ? undefined : askAddressServer(url);
}

function keysOf(from: Partial<Undefinable<Credentials>> | undefined): Credentials | undefined {
  const { accessKey, secretKey, securityToken } = from ?? {};
  if (accessKey === undefined || secretKey === undefined) return undefined;
  return { accessKey, secretKey, ...(securityToken !== undefined && { securityToken }) };
}

type Undefinable<T> = { readonly [K in keyof T]: T[K] | undefined };

function present(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text.trim();
}

async function fromToolsYml(env: Env): Promise<Credentials | undefined> {
  const home = env["ROCKETMQ_HOME"];
  if (home === undefined || !existsSync(join(home, "conf", "tools.yml"))) return undefined;
  return (await import("../config/credentials.js")).readToolsYml(home);
}
