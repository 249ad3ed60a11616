/**
 * Reads JSON and what fastjson 1.x takes for JSON. Upstream: com.alibaba.fastjson.JSON.parse ([R-JSON-2] …
 * [R-JSON-5] in docs/protocol.md).
 *
 * Objects come out as plain objects without prototype. All keys are text: a bare or numeric key is its text, a raw
 * object key (`{{"brokerName":"b",…}:1}`) is the JSON text it stands as, which is also what a peer may send quoted.
 */
import { CorruptError } from "../base/errors.js";

export type FastjsonValue =
  null | boolean | number | bigint | string | FastjsonValue[] | FastjsonObject;
export interface FastjsonObject {
  [key: string]: FastjsonValue;
}

/** Levels of nesting that are followed; our own bodies have at most six. */
const MAX_DEPTH = 64;

/** What JSON.parse would read differently: integers that may pass 2^53 (fractions may be as long), references. */
const NEEDS_DIALECT = /(?<![\d.])\d{16}|\$ref/;

/** Throws CorruptError when the text is neither JSON nor the dialect. */
export function parseFastjson(input: string | Buffer): FastjsonValue {
  const text = typeof input === "string" ? input : input.toString("utf8");
  if (!NEEDS_DIALECT.test(text)) {
    try {
      return JSON.parse(text) as FastjsonValue;
    } catch {
      // Not strict JSON: the dialect, or broken.
    }
  }
  return new FastjsonParser(text).parse();
}

const WORDS: Readonly<Record<string, FastjsonValue>> = {
  true: true,
  false: false,
  null: null,
  NaN: null,
  undefined: null,
};
const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  '"': '"',
  "'": "'",
  "\\": "\\",
  "/": "/",
};

const SPACE = /[\s\uFEFF]*/y;
const WORD = /[\p{L}_$][\p{L}\p{N}_$.-]*/uy;
const NUMBER = /([+-]?\d+)(\.\d*)?([eE][+-]?\d+)?[BSLFD]?/y;
const HEX2 = /^[0-9a-fA-F]{2}$/;
const HEX4 = /^[0-9a-fA-F]{4}$/;

/** Where a `{"$ref":…}` stood. */
interface Reference {
  readonly path: string;
  /** Containers from the root down to the one that holds the reference. */
  readonly parents: readonly FastjsonValue[];
  readonly put: (value: FastjsonValue) => void;
}

class FastjsonParser {
  readonly #text: string;
  #at = 0;
  readonly #parents: FastjsonValue[] = [];
  readonly #references: Reference[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  parse(): FastjsonValue {
    let root = this.#value((value) => (root = value));
    this.#space();
    if (this.#at < this.#text.length) this.#fail("text after the end");
    for (const { path, parents, put } of this.#references) put(resolve(path, root, parents));
    if (this.#references.length > 0) checkExpansion(root);
    return root;
  }

  #value(put: (value: FastjsonValue) => void): FastjsonValue {
    this.#space();
    const char = this.#text[this.#at];
    if (char === "{") return this.#object(put);
    if (char === "[") return this.#array();
    if (char === '"' || char === "'") return this.#string(char);
    const number = this.#match(NUMBER);
    if (number !== undefined) return this.#number(number);
    const word = this.#match(WORD)?.[0] ?? this.#fail("no value");
    return Object.hasOwn(WORDS, word)
      ? (WORDS[word] as FastjsonValue)
      : this.#fail(`the unknown word ${word.slice(0, 20)}`);
  }

  #object(put: (value: FastjsonValue) => void): FastjsonValue {
    const object = Object.create(null) as FastjsonObject;
    this.#enter(object);
    while (!this.#closes("}")) {
      const key = this.#key();
      this.#space();
      if (this.#text[this.#at] !== ":") this.#fail("no colon after a key");
      this.#at++;
      object[key] = this.#value((value) => (object[key] = value));
    }
    this.#parents.pop();
    const { $ref: path } = object;
    if (typeof path === "string" && Object.keys(object).length === 1) {
      this.#references.push({ path, parents: [...this.#parents], put });
      return null;
    }
    return object;
  }

  #array(): FastjsonValue[] {
    const array: FastjsonValue[] = [];
    this.#enter(array);
    while (!this.#closes("]")) {
      const index = array.length;
      array.push(this.#value((value) => (array[index] = value)));
    }
    this.#parents.pop();
    return array;
  }

  #enter(container: FastjsonValue): void {
    if (this.#parents.length >= MAX_DEPTH) this.#fail("too many levels");
    this.#parents.push(container);
    this.#at++;
  }

  /** Skips separators, as many as there are: fastjson minds neither doubled nor trailing commas. */
  #closes(end: string): boolean {
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== ",") break;
      this.#at++;
    }
    if (this.#text[this.#at] !== end) return false;
    this.#at++;
    return true;
  }

  #key(): string {
    const start = this.#at;
    const char = this.#text[start];
    if (char === '"' || char === "'") return this.#string(char);
    if (char === "{" || char === "[") {
      this.#value(() => undefined);
      return this.#text.slice(start, this.#at);
    }
    return (this.#match(NUMBER) ?? this.#match(WORD))?.[0] ?? this.#fail("no key");
  }

  #string(quote: string): string {
    const text = this.#text;
    let from = this.#at + 1;
    let result = "";
    for (let at = from; at < text.length; at++) {
      const char = text[at];
      if (char === quote) {
        this.#at = at + 1;
        return result + text.slice(from, at);
      }
      if (char !== "\\") continue;
      result += text.slice(from, at);
      this.#at = at + 1;
      result += this.#escape();
      from = this.#at;
      at = from - 1;
    }
    return this.#fail("a string without end");
  }

  /** `#at` is behind the backslash, and afterwards behind the escape. */
  #escape(): string {
    const char = this.#text[this.#at++] ?? "";
    const plain = ESCAPES[char];
    if (plain !== undefined) return plain;
    if (char >= "0" && char <= "7") return String.fromCharCode(Number(char));
    if (char !== "u" && char !== "x") this.#fail("an unknown escape");
    const hex = this.#text.slice(this.#at, this.#at + (char === "u" ? 4 : 2));
    if (!(char === "u" ? HEX4 : HEX2).test(hex)) this.#fail("an escape without digits");
    this.#at += hex.length;
    return String.fromCharCode(parseInt(hex, 16));
  }

  #number(match: RegExpExecArray): FastjsonValue {
    const [, integer = "", fraction, exponent] = match;
    if (fraction !== undefined || exponent !== undefined)
      return Number(integer + (fraction ?? "") + (exponent ?? ""));
    const value = Number(integer);
    if (Number.isSafeInteger(value)) return value;
    return integer.length <= 40 ? BigInt(integer.replace("+", "")) : value;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text) ?? undefined;
    if (match !== undefined) this.#at += match[0].length;
    return match;
  }

  #space(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code > 0x20 && code < 0x7f) return;
    this.#match(SPACE);
  }

  #fail(what: string): never {
    throw new CorruptError(`JSON text has ${what} at character ${this.#at}`);
  }
}

/** `$`, `@`, `..` and `$.a.b[0]`; what is not found is null, as in fastjson ([R-JSON-4]). */
function resolve(
  path: string,
  root: FastjsonValue,
  parents: readonly FastjsonValue[],
): FastjsonValue {
  if (path === "$") return root;
  if (path === "@") return parents.at(-1) ?? null;
  if (path === "..") return parents.at(-2) ?? null;
  if (!path.startsWith("$")) return null;
  let value: FastjsonValue = root;
  for (const [, name, index] of path.matchAll(STEP)) {
    if (typeof value !== "object" || value === null) return null;
    value = memberAt(value, name?.replace(/\\(.)/g, "$1") ?? index ?? "");
  }
  return value;
}

/** A member or an element; in names a backslash stands before everything but letters and digits. */
const STEP = /\.((?:[^.[\]\\]|\\.)+)|\[(\d+)\]/g;

/** How a map's key that is a queue is called in a path: by its toString. */
const QUEUE_NAME = /^MessageQueue \[topic=(.*), brokerName=(.*), queueId=(\d+)\]$/;

function memberAt(container: FastjsonValue[] | FastjsonObject, name: string): FastjsonValue {
  const object = container as FastjsonObject;
  if (Object.hasOwn(object, name)) return object[name] as FastjsonValue;
  const queue = QUEUE_NAME.exec(name);
  if (queue === null) return null;
  const [, topic, brokerName, queueId] = queue;
  const key = JSON.stringify({ brokerName, queueId: Number(queueId), topic });
  return Object.hasOwn(object, key) ? (object[key] as FastjsonValue) : null;
}

/** Values that a reader may meet when it follows references, and levels that the deepest of our shapes has. */
const MAX_EXPANSION = 1_000_000;
const SHAPE_DEPTH = 12;

/** References to references multiply: a short text may stand for more values than memory holds ([R-JSON-4]). */
function checkExpansion(root: FastjsonValue): void {
  let left = MAX_EXPANSION;
  const visit = (value: FastjsonValue, depth: number): void => {
    if (--left < 0) throw new CorruptError("JSON text has too many references");
    if (typeof value !== "object" || value === null || depth === SHAPE_DEPTH) return;
    for (const member of Object.values(value)) visit(member, depth + 1);
  };
  visit(root, 0);
}
