import { readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../../engine/base/errors.js";
import { type FastjsonValue, parseFastjson } from "../../../engine/protocol/fastjson.js";
import type { Findings } from "./findings.js";
import { listed, sizeOf, type Stock } from "./stock.js";

/** Files of config/ that are text; others (timercheck) are looked at elsewhere, or left alone. */
const TEXT = /^(?:[\w-]+\.json|timermetrics|transactionMetrics)(?:\.bak)?$/;
const KNOWN = new Set([
  ...["topics.json", "subscriptionGroup.json", "consumerOffset.json", "delayOffset.json"],
  ...[
    "consumerFilter.json",
    "consumerOrderInfo.json",
    "topicQueueMapping.json",
    "messageRequestMode.json",
  ],
  ...[
    "lmqConsumerOffset.json",
    "storeQueues.json",
    "timermetrics",
    "transactionMetrics",
    "timercheck",
    "broker.properties",
  ],
  ...["topics", "subscriptionGroups", "consumerOffsets", "namesrv.properties", "kvConfig.json"],
]);

export type ConfigFiles = ReadonlyMap<string, FastjsonValue>;

/** Parses every configuration file, .bak included; gives what brokers would load, by name. */
export function auditConfig(stock: Stock, findings: Findings): ConfigFiles {
  const folder = join(stock.root, "config");
  const contents = new Map<string, FastjsonValue>();
  for (const name of listed(folder)) {
    const base = name.replace(/\.bak$/, "");
    if (!KNOWN.has(base)) reportForeign(name, findings);
    if (!TEXT.test(name)) continue;
    const state = parsed(join(folder, name));
    if ("value" in state) {
      if (name === base || !contents.has(base)) contents.set(base, state.value);
    } else reportBroken(folder, { name, base, why: state.why, findings });
  }
  return contents;
}

function reportForeign(name: string, findings: Findings): void {
  findings.add({
    ...{
      severity: "note",
      part: "config",
      code: "foreign-config",
      file: `config/${name}`,
      offset: null,
    },
    ...{
      what: "no broker keeps a file of this name here",
      cost: "none",
      repair: "leaves it alone",
    },
  });
}

function reportBroken(
  folder: string,
  about: { name: string; base: string; why: string; findings: Findings },
): void {
  const { name, base, why, findings } = about;
  const isBackup = name !== base;
  const backup = isBackup ? undefined : parsed(join(folder, `${name}.bak`));
  const hasBackup = backup !== undefined && "value" in backup;
  findings.add({
    severity: isBackup ? "warning" : "damage",
    ...{ part: "config", code: "config-broken", file: `config/${name}`, offset: null },
    what: why,
    cost: isBackup
      ? "there is nothing to fall back to, should the file itself break"
      : hasBackup
        ? "brokers fall back to the .bak, which is older"
        : `what ${name} held is lost: brokers start without it`,
    repair: isBackup
      ? "leaves it alone"
      : hasBackup
        ? "puts the .bak in its place and keeps it aside"
        : "keeps it aside",
  });
}

/** A configuration file as brokers read it; an empty one counts as broken, as they fall back to the .bak. */
export function parsed(path: string): { value: FastjsonValue } | { why: string } {
  if (sizeOf(path) === undefined) return { why: "is not there" };
  const text = readFileSync(path, "utf8");
  if (text.trim() === "") return { why: "is empty" };
  try {
    return { value: parseFastjson(text) };
  } catch (error) {
    return { why: `does not parse: ${messageOf(error)}` };
  }
}

/** A member of a JSON object; undefined where there is none. */
export function member(value: FastjsonValue | undefined, name: string): FastjsonValue | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  return (value as Record<string, FastjsonValue>)[name];
}

export function membersOf(value: FastjsonValue | undefined): [string, FastjsonValue][] {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return [];
  return Object.entries(value as Record<string, FastjsonValue>);
}

/** The topics that the broker knows; undefined when that cannot be told. */
export function topicsOf(contents: ConfigFiles): ReadonlySet<string> | undefined {
  const table = member(contents.get("topics.json"), "topicConfigTable");
  return table === undefined ? undefined : new Set(membersOf(table).map(([topic]) => topic));
}

/** Where the log ended when our broker was last stopped cleanly; 0 where that is not known. [S-REC-7] */
export function stoppedAt(contents: ConfigFiles): number {
  const end = Number(member(contents.get("storeQueues.json"), "logEnd") ?? 0);
  return Number.isSafeInteger(end) ? end : 0;
}

/** Topics that our broker notes as deleted, with the physical offset before which their records have no queue. [S-REC-7] */
export function deletedTopics(contents: ConfigFiles): ReadonlyMap<string, number> {
  const deleted = member(contents.get("storeQueues.json"), "deleted");
  return new Map(membersOf(deleted).map(([topic, end]) => [topic, Number(end)]));
}
