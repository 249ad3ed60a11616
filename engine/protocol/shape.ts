/**
 * Shapes of JSON bodies: each knows how to write a value and how to read one with the leniency of a Java bean
 * ([R-JSON-3] in docs/protocol.md). Absent and null members get the shape's default, a value of the wrong kind is a
 * CorruptError that names its place.
 */
import { CorruptError } from "../base/errors.js";
import { type FastjsonObject, type FastjsonValue, parseFastjson } from "./fastjson-parser.js";
import { double } from "./fastjson-writer.js";

export interface Shape<T> {
  /** A value for the dialect's writer. */
  write(value: T): unknown;
  /** `at` names the place for the error. */
  read(value: FastjsonValue, at: string): T;
  /** Value of a member that is absent or null. */
  missing(): T;
  /** Name in JSON when it differs from the key. */
  readonly wire?: string;
  /** Further names, written with the same value and read when the main one is absent. */
  readonly twins?: readonly string[];
  /** Other spellings of peers, read when the main one is absent. */
  readonly readAlso?: readonly string[];
}

/** A scalar with a default that can be replaced: `int.or(16)`. */
export interface Scalar<T> extends Shape<T> {
  or(value: T): Shape<T>;
}

function scalar<T>(
  zero: T,
  read: (value: FastjsonValue, at: string) => T,
  write: (value: T) => unknown,
): Scalar<T> {
  const shape: Shape<T> = { write, read, missing: () => zero };
  return { ...shape, or: (value) => ({ ...shape, missing: () => value }) };
}

function same(value: unknown): unknown {
  return value;
}

function wrong(at: string, expected: string, value: FastjsonValue): CorruptError {
  const found = Array.isArray(value) ? "an array" : `a ${typeof value}`;
  return new CorruptError(`${at} of a JSON body is ${found}, not ${expected}`);
}

export const text = scalar<string>(
  "",
  (value, at) => {
    if (typeof value === "object") throw wrong(at, "text", value);
    return String(value);
  },
  same,
);

export const flag = scalar<boolean>(
  false,
  (value, at) => {
    if (typeof value === "boolean") return value;
    if (typeof value === "number") return value !== 0;
    if (typeof value === "string") return value.toLowerCase() === "true";
    throw wrong(at, "a boolean", value);
  },
  same,
);

function numberOf(value: FastjsonValue, at: string): number | bigint {
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value === "string" && /^[+-]?\d{1,20}$/.test(value)) {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : BigInt(value.replace("+", ""));
  }
  throw wrong(at, "a number", value);
}

export const int = scalar<number>(
  0,
  (value, at) => {
    const number = numberOf(value, at);
    if (typeof number === "bigint" || Math.abs(number) > 0x8000_0000)
      throw wrong(at, "an int32", value);
    return Math.trunc(number);
  },
  same,
);

/** An int64 that stays below 2^53: offsets, counters, times. */
export const long = scalar<number>(
  0,
  (value, at) => {
    const number = Math.trunc(Number(numberOf(value, at)));
    if (!Number.isSafeInteger(number)) throw wrong(at, "an integer of 53 bits", value);
    return number;
  },
  same,
);

/** An int64 that may be Long.MAX_VALUE. */
export const bigLong = scalar<bigint>(
  0n,
  (value, at) => {
    const number = numberOf(value, at);
    const whole = typeof number === "bigint" ? number : BigInt(Math.trunc(number));
    if (BigInt.asIntN(64, whole) !== whole) throw wrong(at, "an int64", value);
    return whole;
  },
  same,
);

export const real = scalar<number>(
  0,
  (value, at) => {
    const number = typeof value === "string" ? Number(value) : Number(numberOf(value, at));
    if (Number.isNaN(number)) throw wrong(at, "a number", value);
    return number;
  },
  double,
);

/** One of Java's enum names: read by name in any case or by ordinal, written by name; an unknown one is the default. */
export function oneOf<const N extends readonly string[]>(
  names: N,
  initial: N[number],
): Shape<N[number]> {
  const byUpper = new Map<string, N[number]>(names.map((name) => [name.toUpperCase(), name]));
  return {
    write: same,
    read(value, at) {
      if (typeof value === "number") return names[value] ?? initial;
      if (typeof value !== "string") throw wrong(at, "an enum name", value);
      return byUpper.get(value.toUpperCase()) ?? initial;
    },
    missing: () => initial,
  };
}

/** Undefined when absent or null, and left out then. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return {
    ...shape,
    write: (value) => (value === undefined ? undefined : shape.write(value)),
    missing: () => undefined,
  };
}

export function list<T>(item: Shape<T>): Shape<T[]> {
  return {
    write: (values) => values.map((value) => item.write(value)),
    read(value, at) {
      if (!Array.isArray(value)) throw wrong(at, "an array", value);
      return value.map((member, index) =>
        member === null ? item.missing() : item.read(member, `${at}[${index}]`),
      );
    },
    missing: () => [],
  };
}

/** A map with text keys that are data (topics, groups, brokers), in the peer's order. */
export function table<T>(item: Shape<T>): Shape<Map<string, T>> {
  return {
    write: (map) => new Map([...map].map(([key, value]) => [key, item.write(value)])),
    read: (value, at) =>
      new Map(members(value, at).map(([key, member]) => [key, item.read(member, `${at}.${key}`)])),
    missing: () => new Map(),
  };
}

/** A map from text to text: properties, attributes. */
export const textTable: Shape<Record<string, string>> = {
  write: (record) => new Map(Object.entries(record)),
  read(value, at) {
    const entries = members(value, at).map(
      ([key, member]) => [key, text.read(member, `${at}.${key}`)] as const,
    );
    return Object.fromEntries(entries);
  },
  missing: () => ({}),
};

/** A map with integer keys; bare on the wire, quoted ones are read too. */
export function intTable<T>(item: Shape<T>): Shape<Map<number, T>> {
  return {
    write: (map) => new Map([...map].map(([key, value]) => [key, item.write(value)])),
    read: (value, at) =>
      new Map(
        members(value, at).map(([key, member]) => [
          long.read(key, at),
          item.read(member, `${at}.${key}`),
        ]),
      ),
    missing: () => new Map(),
  };
}

/** One entry of a map whose keys are beans. */
export interface Entry<K, T> {
  queue: K;
  value: T;
}

/** A map whose keys are beans: raw object keys on the wire, quoted JSON of the bean is read too ([R-JSON-5]). */
export function beanTable<K, T>(key: Shape<K>, item: Shape<T>): Shape<Entry<K, T>[]> {
  return {
    write: (entries) =>
      new Map(entries.map(({ queue, value }) => [key.write(queue), item.write(value)])),
    read: (value, at) =>
      members(value, at).map(([name, member]) => ({
        queue: key.read(parseFastjson(name), at),
        value: item.read(member, at),
      })),
    missing: () => [],
  };
}

/** Members of an object that are not null. */
function members(value: FastjsonValue, at: string): [string, FastjsonValue][] {
  return Object.entries(objectOf(value, at)).filter(([, member]) => member !== null);
}

function objectOf(value: FastjsonValue, at: string): FastjsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong(at, "an object", value);
  return value;
}

/** Another name in JSON, or further ones beside it. */
export function named<T>(
  shape: Shape<T>,
  names: Pick<Shape<T>, "wire" | "twins" | "readAlso">,
): Shape<T> {
  return { ...shape, ...names };
}

type Members<T> = { readonly [K in keyof T]-?: Shape<T[K]> };

/** An object with known members; unknown ones are ignored. */
export function bean<T extends object>(members: Members<T>): Shape<T> {
  const fields = Object.entries<Shape<unknown>>(
    members as unknown as Record<string, Shape<unknown>>,
  ).flatMap(([key, shape]) =>
    [shape.wire ?? key, ...(shape.twins ?? [])].map((wire, twin) => ({
      key,
      wire,
      shape,
      isTwin: twin > 0,
    })),
  );
  fields.sort((a, b) => (a.wire < b.wire ? -1 : 1));
  const readable = fields.filter(({ isTwin }) => !isTwin);
  const read = (object: FastjsonObject, at: string): T => {
    const result: Record<string, unknown> = {};
    for (const { key, wire, shape } of readable) {
      const value = memberOf(object, wire, shape.twins ?? shape.readAlso);
      const member =
        value === undefined || value === null
          ? shape.missing()
          : shape.read(value, `${at}.${wire}`);
      if (member !== undefined) result[key] = member;
    }
    return result as T;
  };
  return {
    write(value) {
      const object: Record<string, unknown> = {};
      for (const { key, wire, shape } of fields) {
        const member = (value as Record<string, unknown>)[key];
        if (member !== undefined && member !== null) object[wire] = shape.write(member);
      }
      return object;
    },
    read: (value, at) => read(objectOf(value, at), at),
    missing: () => read({}, ""),
  };
}

function memberOf(
  object: FastjsonObject,
  wire: string,
  others: readonly string[] = [],
): FastjsonValue | undefined {
  if (Object.hasOwn(object, wire)) return object[wire];
  const other = others.find((name) => Object.hasOwn(object, name));
  return other === undefined ? undefined : object[other];
}
