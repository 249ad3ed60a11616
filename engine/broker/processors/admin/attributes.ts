/** Attributes of topics and groups: "+key=value,-key" against what is stored. Upstream: AttributeParser, AttributeUtil, TopicAttributes. */
import { RocketmqError } from "../../../base/errors.js";

export type Attributes = Readonly<Record<string, string>>;

interface Rule {
  changeable: boolean;
  /** Text of what is wrong with a value. */
  verify(value: string): string | undefined;
}

export type AttributeRules = Readonly<Record<string, Rule>>;

export const MESSAGE_TYPE = "message.type";

/** What a topic may carry. */
export const topicAttributes: AttributeRules = {
  "queue.type": { changeable: false, verify: oneOf(["BatchCQ", "SimpleCQ"]) },
  "cleanup.policy": { changeable: false, verify: oneOf(["DELETE", "COMPACTION"]) },
  [MESSAGE_TYPE]: {
    changeable: true,
    verify: oneOf(["UNSPECIFIED", "NORMAL", "FIFO", "DELAY", "TRANSACTION", "MIXED"]),
  },
  "reserve.time": { changeable: true, verify: reserveTime },
};

/** A group has none in 5.3.3. */
export const groupAttributes: AttributeRules = {};

/** Reads "+key1=value1,-key2"; the signs stay part of the keys. Throws what upstream answers. */
export function parseAttributes(modification: string | undefined): Attributes {
  const found: Record<string, string> = {};
  if (modification === undefined || modification === "") return found;
  for (const pair of modification.replace(/,+$/, "").split(",")) {
    const [key = "", value] = pair.includes("=") ? pair.split("=") : [pair, ""];
    if (pair.includes("=") && !key.includes("+")) {
      throw wrong(`add/alter attribute format is wrong: ${key}`);
    }
    if (pair.includes("=") && value === "") throw wrong("Index 1 out of bounds for length 1");
    if (!pair.includes("=") && !key.includes("-"))
      throw wrong(`delete attribute format is wrong: ${key}`);
    if (Object.hasOwn(found, key)) throw wrong(`key duplication: ${key}`);
    found[key] = value ?? "";
  }
  return found;
}

/** The attributes after a modification. `stored` is undefined when the topic or group is new. Throws what upstream answers. */
export function alterAttributes(
  rules: AttributeRules,
  stored: Attributes | undefined,
  modification: Attributes,
): Record<string, string> {
  const result = new Map(Object.entries(stored ?? {}));
  const seen = new Set<string>();
  const changes = Object.entries(modification).map(([signed, value]) => {
    const key = signed.slice(1);
    if (key === "" || key.includes("+") || key.includes("-"))
      throw wrong("kv string format wrong.");
    if (seen.has(key)) throw wrong(`alter duplication key. key: ${key}`);
    seen.add(key);
    checkSign(signed, key, stored);
    return { key, value, isDelete: signed.startsWith("-") };
  });
  for (const { key, value, isDelete } of changes) {
    checkRule(rules, { key, value: isDelete ? undefined : value, isNew: stored === undefined });
    if (isDelete) result.delete(key);
    else result.set(key, value);
  }
  return Object.fromEntries(result);
}

function checkSign(signed: string, key: string, stored: Attributes | undefined): void {
  if (signed.startsWith("+")) return;
  if (stored === undefined) {
    throw wrong(`only add attribute is supported while creating topic. key: ${key}`);
  }
  if (!signed.startsWith("-")) throw wrong(`wrong format key: ${key}`);
  if (!Object.hasOwn(stored, key)) throw wrong(`attempt to delete a nonexistent key: ${key}`);
}

function checkRule(
  rules: AttributeRules,
  change: { key: string; value: string | undefined; isNew: boolean },
): void {
  const rule = Object.hasOwn(rules, change.key) ? rules[change.key] : undefined;
  if (rule === undefined) throw wrong(`unsupported key: ${change.key}`);
  if (!change.isNew && !rule.changeable) {
    throw wrong(`attempt to update an unchangeable attribute. key: ${change.key}`);
  }
  const problem = change.value === undefined ? undefined : rule.verify(change.value);
  if (problem !== undefined) throw wrong(problem);
}

function oneOf(universe: readonly string[]): Rule["verify"] {
  return (value) =>
    universe.includes(value) ? undefined : `value is not in set: [${universe.join(", ")}]`;
}

const LONG_MAX = 2n ** 63n - 1n;

function reserveTime(value: string): string | undefined {
  if (!/^[+-]?\d+$/.test(value)) return `For input string: "${value}"`;
  const number = BigInt(value.replace("+", ""));
  return number < -1n || number > LONG_MAX ? `value is not in range(-1, ${LONG_MAX})` : undefined;
}

function wrong(message: string): RocketmqError {
  return new RocketmqError(message, { kind: "failed" });
}
