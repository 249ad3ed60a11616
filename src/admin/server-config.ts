/** Configuration of name servers and controllers: `key=value` text on the wire. */
import { formatProperties, parseProperties } from "../../engine/base/properties.js";
import { getControllerConfig } from "../../engine/protocol/requests/get-controller-config.js";
import { getNamesrvConfig } from "../../engine/protocol/requests/get-namesrv-config.js";
import { updateControllerConfig } from "../../engine/protocol/requests/update-controller-config.js";
import { updateNamesrvConfig } from "../../engine/protocol/requests/update-namesrv-config.js";
import type { Admin } from "./admin.js";
import { isSameValue } from "./brokers.js";
import { change, changeEveryNamesrv, reportFailures, type State } from "./change.js";
import { streamParallel } from "./parallel.js";

/** What one server is configured with; keys sorted, values as text. */
export interface ServerConfig {
  readonly address: string;
  readonly config: ReadonlyMap<string, string>;
}

export interface Setting {
  readonly key: string;
  readonly value: string;
}

/** Configurations of several servers as they come; a part that failed goes to `fail` at the end. */
export async function* configsOf(
  servers: readonly string[],
  read: (address: string) => Promise<ServerConfig>,
  fail: (thrown: unknown) => void,
): AsyncGenerator<ServerConfig> {
  const done: string[] = [];
  const failed: { name: string; thrown: unknown }[] = [];
  const answers = streamParallel(servers, (address) =>
    read(address).catch((thrown: unknown) => {
      failed.push({ name: address, thrown });
      return undefined;
    }),
  );
  for await (const answer of answers) {
    if (answer === undefined) continue;
    done.push(answer.address);
    yield answer;
  }
  reportFailures(done, failed, fail);
}

/** The configuration of one name server. */
export async function namesrvConfig(admin: Admin, address: string): Promise<ServerConfig> {
  const answer = await admin.oneNamesrv(address, getNamesrvConfig, {});
  return { address, config: sorted(answer.body) };
}

/** The configuration of one controller. */
export async function controllerConfig(admin: Admin, address: string): Promise<ServerConfig> {
  const answer = await admin.broker(address, getControllerConfig, {});
  return { address, config: sorted(answer.body) };
}

/**
 * Changes one key of every name server and reads it back: they say yes to keys that they do not have, and to values
 * that they cannot read.
 */
export async function setNamesrvConfig(admin: Admin, setting: Setting): Promise<void> {
  await changeEveryNamesrv(admin, updateNamesrvConfig, {
    header: {},
    options: { content: lineOf(setting) },
    read: async (address) => stateOf(await namesrvConfig(admin, address), setting),
    wanted: { [setting.key]: setting.value },
  });
}

/** As `setNamesrvConfig`, of one controller. */
export async function setControllerConfig(
  admin: Admin,
  address: string,
  setting: Setting,
): Promise<void> {
  await change(admin, address, updateControllerConfig, {
    header: {},
    options: { content: lineOf(setting) },
    read: async () => stateOf(await controllerConfig(admin, address), setting),
    wanted: { [setting.key]: setting.value },
  });
}

function lineOf({ key, value }: Setting): string {
  return formatProperties([[key, value]]);
}

function stateOf({ config }: ServerConfig, { key, value }: Setting): State {
  const found = config.get(key);
  if (found === undefined) return {};
  return { [key]: isSameValue(found, value) ? value : found };
}

function sorted(body: Buffer | undefined): Map<string, string> {
  const entries = parseProperties(body?.toString("utf8") ?? "");
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
