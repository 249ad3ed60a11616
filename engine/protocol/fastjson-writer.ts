/**
 * Writes JSON as fastjson 1.x does. Upstream: com.alibaba.fastjson.JSON.toJSONString ([R-JSON-1], [R-JSON-6],
 * [R-JSON-7] in docs/protocol.md).
 *
 * What stands for what: a plain object is a bean (keys in alphabetical order), a Map is a Java map (its own order;
 * number, bigint and boolean keys bare, object keys raw), `double(n)` is a Java double, every other number an integer.
 * Members that are null or undefined are left out.
 */
import { assert } from "../base/assert.js";

/** A number that Java prints as a double: 0.0, 12.5, 1.0E10. */
class JavaDouble {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** Marks a number to be written as a Java double. */
export function double(value: number): unknown {
  return new JavaDouble(value);
}

/** Compact text, as bodies on the wire are. */
export function stringifyFastjson(value: unknown): string {
  return write(value, COMPACT, 0);
}

/** Strict JSON: keys quoted and sorted, non-ASCII and `/` escaped. Upstream: BrowserCompatible, QuoteFieldNames, MapSortField. */
export function strictFastjson(value: unknown): string {
  return write(value, STRICT, 0);
}

/** Text of a file in the config folder: TAB, one member per line. Upstream: PrettyFormat. No newline at the end. */
export function prettyFastjson(value: unknown): string {
  return write(value, PRETTY, 0);
}

/** As fastjson 2, which tools from 5.4 on use, prints it: each entry of a map and each text of a list begins a line. */
export function prettyFastjson2(value: unknown): string {
  return write(value, PRETTY_2, 0);
}

interface Style {
  readonly pretty: boolean;
  /** With `pretty`: texts of a list, and entries with any key, begin a line of their own as well. */
  readonly breaksAll?: boolean;
  readonly strict: boolean;
  quote(text: string): string;
}

/** Deeper than any body; met only by a structure that contains itself. */
const MAX_DEPTH = 100;

const PLAIN = /^[ !#-[\]-~\u00a0-\u2027\u202a-\ud7ff\ue000-\uffff]*$/;
// eslint-disable-next-line no-control-regex
const ESCAPED = /["\\\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
// eslint-disable-next-line no-control-regex
const STRICT_ESCAPED = /["\\/\u0000-\u001f\u007f-\uffff]/g;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function escapeChar(char: string): string {
  return (
    SHORT_ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`
  );
}

/** A text as compact text has it. */
export function quoteFastjson(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : `"${text.replace(ESCAPED, escapeChar)}"`;
}

const COMPACT: Style = { pretty: false, strict: false, quote: quoteFastjson };
const PRETTY: Style = { pretty: true, strict: false, quote: quoteFastjson };
const PRETTY_2: Style = { ...PRETTY, breaksAll: true };
const STRICT: Style = {
  pretty: false,
  strict: true,
  quote: (text) => `"${text.replace(STRICT_ESCAPED, escapeChar)}"`,
};

function write(value: unknown, style: Style, depth: number): string {
  switch (typeof value) {
    case "string":
      return style.quote(value);
    case "number":
      return Number.isInteger(value) ? integerText(value) : doubleText(value);
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      return value === null ? "null" : writeObject(value, style, depth);
    default:
      return "null";
  }
}

function writeObject(value: object, style: Style, depth: number): string {
  assert(depth < MAX_DEPTH, "a value that is written as JSON contains itself");
  if (Array.isArray(value)) return writeArray(value, style, depth);
  if (value instanceof Map) return writeMap(value, style, depth);
  if (value instanceof JavaDouble) return doubleText(value.value);
  if (value instanceof Set) return writeArray([...value], style, depth);
  return writeBean(value as Record<string, unknown>, style, depth);
}

function writeBean(bean: Record<string, unknown>, style: Style, depth: number): string {
  const inner = breakAt(style, depth + 1);
  let text = "";
  for (const key of sortedKeys(bean)) {
    const member = bean[key];
    if (member === undefined || member === null) continue;
    text += `${text === "" ? "" : ","}${inner}${style.quote(key)}:${write(member, style, depth + 1)}`;
  }
  return text === "" ? "{}" : `{${text}${breakAt(style, depth)}}`;
}

/** Keys of our beans mostly are in order already. */
function sortedKeys(bean: Record<string, unknown>): string[] {
  const keys = Object.keys(bean);
  for (let i = 1; i < keys.length; i++) {
    if ((keys[i - 1] as string) > (keys[i] as string)) return keys.sort();
  }
  return keys;
}

function writeMap(map: ReadonlyMap<unknown, unknown>, style: Style, depth: number): string {
  const entries = [...map].filter(([, member]) => member !== undefined && member !== null);
  if (entries.length === 0) return "{}";
  if (style.strict) entries.sort(([a], [b]) => compareKeys(a, b));
  const members = entries.map(([key, member]) => {
    // With PrettyFormat of fastjson 1 only text keys begin a line of their own.
    const breaks = typeof key === "string" || style.breaksAll === true;
    const line = breaks ? breakAt(style, depth + 1) : "";
    return `${line}${keyText(key, style, depth)}:${write(member, style, depth + 1)}`;
  });
  return `{${members.join(",")}${breakAt(style, depth)}}`;
}

function compareKeys(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [x, y] = [String(a), String(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function keyText(key: unknown, style: Style, depth: number): string {
  if (typeof key === "string") return style.quote(key);
  const text = write(key, COMPACT, depth + 1);
  return style.strict ? style.quote(text) : text;
}

/** Collections stand on one line; with PrettyFormat each object of a list begins a new one. */
function writeArray(array: readonly unknown[], style: Style, depth: number): string {
  const holdsObjects = array.some((item) => typeof item === "object" && item !== null);
  const holdsTexts = style.breaksAll === true && array.some((item) => typeof item === "string");
  const lines = style.pretty && (holdsObjects || holdsTexts);
  const inner = lines ? breakAt(style, depth + 1) : "";
  const items = array.map((item) => inner + write(item, style, depth + 1));
  return `[${items.join(",")}${lines ? breakAt(style, depth) : ""}]`;
}

function breakAt(style: Style, depth: number): string {
  return style.pretty ? `\n${"\t".repeat(depth)}` : "";
}

function integerText(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString();
}

/** Java's Double.toString; NaN and infinities are null ([R-JSON-6]). */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return "null";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${exponent.replace("+", "")}`;
}
