import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { messageOf } from "../../engine/base/errors.js";
import { parseProperties } from "../../engine/base/properties.js";
import { type FastjsonValue, parseFastjson } from "../../engine/protocol/fastjson.js";
import { timerCheckpoint } from "../../engine/protocol/bodies/timer-bodies.js";
import { isFile, namesIn, partOfStore } from "./store-files.js";
import { member } from "./verify/config-audit.js";

/** How often a file was changed, as brokers compare it. Upstream: DataVersion. */
export interface ConfigVersion {
  counter: number;
  timestamp: number;
  /** Null in files of 4.x. */
  stateVersion: number | null;
}

/** One configuration file of a broker: `ok`, `empty` or `broken`, with what it holds. */
export interface ConfigFile {
  file: string;
  bytes: number;
  modified: number;
  state: "ok" | "empty" | "broken";
  /** The content of the file one change ago. */
  isBackup: boolean;
  /** Why it does not decode. */
  reason: string | undefined;
  content: FastjsonValue | undefined;
  /** Undefined where none is kept. */
  version: ConfigVersion | undefined;
}

/** Names that tell a configuration folder. */
const KNOWN = [
  ...["topics.json", "consumerOffset.json", "subscriptionGroup.json", "delayOffset.json"],
  ...["timercheck", "timermetrics", "transactionMetrics"],
];

/** The configuration files of a store, of its config folder, or the one that is named; `.bak` files included. */
export function configFiles(path: string): ConfigFile[] {
  const root = partOfStore(path, "config", (names) => names.some((name) => KNOWN.includes(name)));
  if (isFile(root)) return [readConfig(root)];
  return namesIn(root)
    .map((name) => join(root, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .map(readConfig);
}

function readConfig(file: string): ConfigFile {
  const { size, mtimeMs } = statSync(file);
  const name = basename(file);
  const about = {
    file,
    bytes: size,
    modified: Math.floor(mtimeMs),
    isBackup: name.endsWith(".bak"),
    reason: undefined,
    content: undefined,
    version: undefined,
  };
  try {
    const bytes = readFileSync(file);
    const content = name === "timercheck" ? timerCheck(bytes) : textContent(name, bytes);
    if (content === undefined) return { ...about, state: "empty" };
    return { ...about, state: "ok", content, version: versionOf(content) };
  } catch (error) {
    return { ...about, state: "broken", reason: messageOf(error) };
  }
}

/** Undefined when there is nothing in it. */
function textContent(name: string, bytes: Buffer): FastjsonValue | undefined {
  const text = bytes.toString("utf8");
  if (text.trim() === "") return undefined;
  if (!/\.properties(?:\.bak)?$/.test(name)) return parseFastjson(text);
  return Object.fromEntries(parseProperties(text));
}

/** The timer's check point. [S-TIMER-3] */
function timerCheck(bytes: Buffer): FastjsonValue | undefined {
  if (bytes.length === 0) return undefined;
  const { dataVersion, ...values } = timerCheckpoint.decode(bytes);
  return { ...values, dataVersion: { ...dataVersion } };
}

function versionOf(content: FastjsonValue): ConfigVersion | undefined {
  const version = member(content, "dataVersion");
  const [counter, timestamp, stateVersion] = ["counter", "timestamp", "stateVersion"].map((name) =>
    numberOf(member(version, name)),
  );
  if (counter === undefined || timestamp === undefined) return undefined;
  return { counter, timestamp, stateVersion: stateVersion ?? null };
}

function numberOf(value: FastjsonValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
