import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Credentials } from "../admin/admin.js";
import { yamlValue } from "../output/yaml.js";

/**
 * Upstream's `$ROCKETMQ_HOME/conf/tools.yml`: accessKey and secretKey sign every request. A missing file, or one
 * that does not say both, means no signing.
 */
export function readToolsYml(home: string): Credentials | undefined {
  let text: string;
  try {
    text = readFileSync(join(home, "conf", "tools.yml"), "utf8");
  } catch {
    return undefined;
  }
  const read = yamlValue(text) as {
    accessKey?: unknown;
    secretKey?: unknown;
    securityToken?: unknown;
  } | null;
  const [accessKey, secretKey] = [read?.accessKey, read?.secretKey];
  if (!isKey(accessKey) || !isKey(secretKey)) return undefined;
  const token = read?.securityToken;
  return {
    accessKey: String(accessKey),
    secretKey: String(secretKey),
    ...(isKey(token) && { securityToken: String(token) }),
  };
}

function isKey(value: unknown): value is string | number {
  return (typeof value === "string" && value !== "") || typeof value === "number";
}
