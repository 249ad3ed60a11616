/** Settings that brokers keep in RocksDB. Upstream: RocksDBConfigToJsonCommand, ExportMetadataInRocksDBCommand. */
import { existsSync } from "node:fs";
import { RocketmqError } from "../../engine/base/errors.js";
import { exportRocksdbConfigToJson } from "../../engine/protocol/requests/export-rocksdb-config-to-json.js";
import type { Admin } from "./admin.js";
import { change } from "./change.js";
import { PlainTextError } from "./plain-text-error.js";

export const CONFIG_TYPES = ["topics", "subscriptionGroups", "consumerOffsets"] as const;
export type ConfigType = (typeof CONFIG_TYPES)[number];

const TIMEOUT_MS = 30_000;

/** `topics;consumerOffsets`, in any case; all when it is left out. Throws a usage error for another word. */
export function parseConfigTypes(given: string | undefined): ConfigType[] {
  if (given === undefined) return [...CONFIG_TYPES];
  const words = given.split(";").map((word) => word.trim());
  return words
    .filter((word) => word !== "")
    .map((word) => {
      const type = CONFIG_TYPES.find((one) => one.toLowerCase() === word.toLowerCase());
      if (type !== undefined) return type;
      throw new RocketmqError(
        `Invalid configType: ${word} please input topics/subscriptionGroups/consumerOffsets`,
        { kind: "usage" },
      );
    });
}

/** Has a broker write its settings as JSON files, on its own machine. Nothing is read back: no request shows them. */
export async function exportRocksDbConfig(
  admin: Admin,
  address: string,
  types: readonly ConfigType[],
): Promise<void> {
  await change(admin, address, exportRocksdbConfigToJson, {
    header: { configType: types.join(";") },
    options: { timeoutMs: Math.max(admin.timeoutMs, TIMEOUT_MS) },
  });
}

/** Throws where there is no such folder; in Apache's output with `text`, upstream's words. */
export function requireFolder(folder: string, text: string): void {
  if (existsSync(folder)) return;
  throw new PlainTextError(text, { kind: "not-found", message: `there is no folder ${folder}` });
}

/** Why a folder of RocksDB is not read. */
export function noRocksDbHere(folder: string): RocketmqError {
  return new RocketmqError(
    `${folder}: reading RocksDB files is not supported, because this tool carries no RocksDB`,
    {
      kind: "usage",
      hint: "a running broker writes them as JSON: mqadmin rocksDBConfigToJson -b host:port",
    },
  );
}
