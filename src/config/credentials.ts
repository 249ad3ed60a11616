import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RocketmqError } from "../../engine/base/errors.js";
import type { Credentials } from "../admin/admin.js";

/**
 * Upstream's `$ROCKETMQ_HOME/conf/tools.yml`: accessKey and secretKey sign every request. A missing file, or one
 * that does not say both, means no signing; one that is no YAML is a usage error.
 */
export async function readToolsYml(home: string): Promise<Credentials | undefined> {
  const path = join(home, "conf", "tools.yml");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  const { accessKey, secretKey, securityToken } = simpleYaml(text) ?? (await fullYaml(text, path));
  if (!isKey(accessKey) || !isKey(secretKey)) return undefined;
  return {
    accessKey: String(accessKey),
    secretKey: String(secretKey),
    ...(isKey(securityToken) && { securityToken: String(securityToken) }),
  };
}

const SKIPPED = /^(---)?\s*(#.*)?$/;
const LINE = /^(\w+):\s+(?:'([^']*)'|"([^"\\]*)"|([A-Za-z][\w-]*|[1-9]\d{0,14}))\s*$/;
/** Plain words that are no text. */
const NO_TEXT = /^(true|false|null|yes|no|on|off|y|n)$/i;

/**
 * Names and plain values, a line each, as the file that Apache ships with every installation has them: a library that
 * knows all of YAML would cost each command a third of its time. Undefined where there is more to it.
 */
function simpleYaml(text: string): Record<string, unknown> | undefined {
  const values: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    if (SKIPPED.test(line)) continue;
    const match = LINE.exec(line);
    const [, name = "", single, double, plain] = match ?? [];
    const value = single ?? double ?? plain;
    if (value === undefined || (plain !== undefined && NO_TEXT.test(plain))) return undefined;
    values[name] = value;
  }
  return values;
}

/** The parser's own message would show the line, and with it a key. */
async function fullYaml(text: string, path: string): Promise<Record<string, unknown>> {
  const { yamlValue } = await import("../output/yaml.js");
  let read: unknown;
  try {
    read = yamlValue(text);
  } catch {
    throw new RocketmqError(`${path} is no YAML`, {
      kind: "usage",
      hint: "accessKey: … and secretKey: …, a line each",
    });
  }
  return typeof read === "object" && read !== null ? (read as Record<string, unknown>) : {};
}

function isKey(value: unknown): value is string | number {
  return (typeof value === "string" && value !== "") || typeof value === "number";
}
