/** What a TLS connection is made of, as Apache's system properties say it. Upstream: TlsSystemConfig, TlsHelper.extractTlsConfigFromFile. */
import { RocketmqError } from "../base/errors.js";
import type { Files } from "../base/files.js";
import { parseProperties } from "../base/properties.js";

/** permissive takes plain and TLS connections on the same port, enforcing TLS only, disabled plain only. */
export type TlsMode = "disabled" | "permissive" | "enforcing";

export interface TlsServerSettings {
  mode: TlsMode;
  /** Serve with a self-signed certificate made at the start instead of the files below. */
  testMode: boolean;
  needClientAuth: "none" | "optional" | "require";
  keyPath?: string | undefined;
  keyPassword?: string | undefined;
  certPath?: string | undefined;
  /** Check the certificates of clients? */
  authClient: boolean;
  /** Authorities whose clients are trusted; default those of the machine. */
  trustCertPath?: string | undefined;
}

export interface TlsClientSettings {
  enable: boolean;
  /** Trust every server. */
  testMode: boolean;
  keyPath?: string | undefined;
  keyPassword?: string | undefined;
  certPath?: string | undefined;
  /** Check the certificates of servers? */
  authServer: boolean;
  trustCertPath?: string | undefined;
}

export interface TlsSettings {
  server: TlsServerSettings;
  client: TlsClientSettings;
}

const DEFAULT_CONFIG_FILE = "/etc/rocketmq/tls.properties";

/** Every key there is, with upstream's spelling. */
const KEYS: ReadonlySet<string> = new Set([
  "tls.config.file",
  "tls.enable",
  "tls.server.mode",
  "tls.test.mode.enable",
  "tls.server.need.client.auth",
  "tls.server.keyPath",
  "tls.server.keyPassword",
  "tls.server.certPath",
  "tls.server.authClient",
  "tls.server.trustCertPath",
  "tls.client.keyPath",
  "tls.client.keyPassword",
  "tls.client.certPath",
  "tls.client.authServer",
  "tls.client.trustCertPath",
]);

/** Is this a key that `readTlsSettings` looks at? */
export function isTlsKey(name: string): boolean {
  return KEYS.has(name);
}

/**
 * Settings of a process: the given ones, under those of the file that tls.config.file names, which wins as it does
 * upstream. Throws kind "usage" for a word that is none of a key's.
 */
export function readTlsSettings(
  given: (name: string) => string | undefined,
  files: Files,
): TlsSettings {
  const path = given("tls.config.file") ?? DEFAULT_CONFIG_FILE;
  const file = parseProperties(files.readText(path) ?? "");
  const value = (name: string): string | undefined => {
    // the modes are read before the file is, and the file has no say in them
    const isOfProcess = name === "tls.server.mode" || name === "tls.enable";
    const text = ((isOfProcess ? undefined : file.get(name)) ?? given(name))?.trim();
    return text === "" ? undefined : text;
  };
  const flag = (name: string, initial: boolean): boolean =>
    (value(name) ?? String(initial)).toLowerCase() === "true";
  const testMode = flag("tls.test.mode.enable", true);
  return {
    server: {
      mode: word("tls.server.mode", value, ["permissive", "disabled", "enforcing"]),
      testMode,
      needClientAuth: word("tls.server.need.client.auth", value, ["none", "optional", "require"]),
      keyPath: value("tls.server.keyPath"),
      keyPassword: value("tls.server.keyPassword"),
      certPath: value("tls.server.certPath"),
      authClient: flag("tls.server.authClient", false),
      trustCertPath: value("tls.server.trustCertPath"),
    },
    client: {
      enable: flag("tls.enable", false),
      testMode,
      keyPath: value("tls.client.keyPath"),
      keyPassword: value("tls.client.keyPassword"),
      certPath: value("tls.client.certPath"),
      authServer: flag("tls.client.authServer", false),
      trustCertPath: value("tls.client.trustCertPath"),
    },
  };
}

/** How a server connects to others: by TLS too when it takes nothing else itself. Upstream: BrokerStartup. */
export function ownClientTls({ server, client }: TlsSettings): TlsClientSettings {
  return { ...client, enable: client.enable || server.mode === "enforcing" };
}

/** One of a few words; the first is the default. A misspelt one must not open a port that was meant to be closed. */
function word<const W extends readonly [string, ...string[]]>(
  name: string,
  value: (name: string) => string | undefined,
  words: W,
): W[number] {
  const text = value(name)?.toLowerCase() ?? words[0];
  if (words.includes(text)) return text;
  throw new RocketmqError(`${name}: ${JSON.stringify(text)} is none of ${words.join(", ")}`, {
    kind: "usage",
  });
}
