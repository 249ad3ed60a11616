import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { messageOf } from "../../engine/base/errors.js";
import { type FastjsonValue, parseFastjson } from "../../engine/protocol/fastjson.js";
import { isFile, namesIn, partOfStore } from "./store-files.js";

/** One configuration file of a broker: `ok`, `empty` or `broken`, with what it holds. */
export interface ConfigFile {
  file: string;
  bytes: number;
  modified: number;
  state: "ok" | "empty" | "broken" | "binary";
  /** Why it does not decode. */
  reason: string | undefined;
  content: FastjsonValue | undefined;
}

/** Names that tell a configuration folder. */
const KNOWN = ["topics.json", "consumerOffset.json", "subscriptionGroup.json", "delayOffset.json"];
const BINARY = new Set(["timercheck"]);

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
  const about = {
    file,
    bytes: size,
    modified: Math.floor(mtimeMs),
    reason: undefined,
    content: undefined,
  };
  if (BINARY.has(basename(file))) return { ...about, state: "binary" };
  const text = readFileSync(file, "utf8");
  if (text.trim() === "") return { ...about, state: "empty" };
  try {
    return { ...about, state: "ok", content: parseFastjson(text) };
  } catch (error) {
    return { ...about, state: "broken", reason: messageOf(error) };
  }
}
