/**
 * Values of SQL92 expressions and how they compare. Upstream: ComparisonExpression.__compare, with Java's types: a
 * literal is an Integer, a Long or a Double, and a property (always text) is read as the type it is compared with.
 */
export type Sql92Number =
  | { readonly type: "integer" | "long"; readonly value: bigint }
  | { readonly type: "double"; readonly value: number };

/** Null is SQL's unknown. */
export type Sql92Value = string | boolean | Sql92Number | null;

const INT_MAX = 0x7fff_ffffn;
const INT_MIN = -0x8000_0000n;
const LONG_MAX = 0x7fff_ffff_ffff_ffffn;
const LONG_MIN = -0x8000_0000_0000_0000n;

/** What cannot be evaluated for a message; then it does not match. */
class EvaluationError extends Error {}

/** A whole number of the expression; undefined when it is no int64. */
export function decimalOf(text: string): Sql92Number | undefined {
  const value = BigInt(text);
  if (value > LONG_MAX) return undefined;
  return { type: value <= INT_MAX ? "integer" : "long", value };
}

/** A number with point or exponent; undefined when it is 0 or beyond a double, as upstream's bounds have it. */
export function doubleOf(text: string): Sql92Number | undefined {
  const value = Number(text);
  return value > 0 && Number.isFinite(value) ? { type: "double", value } : undefined;
}

export function negated(number: Sql92Number): Sql92Number {
  if (number.type === "double") return { type: "double", value: -number.value };
  return { type: number.type, value: -number.value };
}

/** Equality of two values that are not null. */
export function areEqual(left: Sql92Value, right: Sql92Value): boolean {
  return left === right || compareValues(left, right) === 0;
}

/** Order of two values that are not null; text on both sides is compared as doubles. Throws when that cannot be. */
export function orderOf(left: Sql92Value, right: Sql92Value): number {
  if (typeof left === "string" && typeof right === "string")
    return compareDoubles(javaDouble(left), javaDouble(right));
  return compareValues(left, right);
}

function compareValues(left: Sql92Value, right: Sql92Value): number {
  if (left === null || right === null) return -1;
  if (typeof left === "string") return compareWithText(left, right);
  // upstream casts the wrong one of the two
  if (typeof left === "boolean" && typeof right === "string")
    throw new EvaluationError("a boolean is not compared with text");
  if (typeof right === "string") return -compareWithText(right, left);
  if (typeof left === "boolean" || typeof right === "boolean") return left === right ? 0 : -1;
  if (left.type === "double" || right.type === "double")
    return compareDoubles(Number(left.value), Number(right.value));
  return left.value < right.value ? -1 : left.value > right.value ? 1 : 0;
}

function compareWithText(text: string, other: string | boolean | Sql92Number): number {
  if (typeof other === "string") return text < other ? -1 : text > other ? 1 : 0;
  if (typeof other === "boolean") return Number(text.toLowerCase() === "true") - Number(other);
  if (other.type === "double") return compareDoubles(javaDouble(text), other.value);
  const value = javaInteger(text, other.type);
  return value < other.value ? -1 : value > other.value ? 1 : 0;
}

/** Double.compareTo: -0 is below 0, NaN above everything. */
function compareDoubles(left: number, right: number): number {
  if (left < right) return -1;
  if (left > right) return 1;
  if (Object.is(left, right)) return 0;
  if (left === 0 && right === 0) return Object.is(left, -0) ? -1 : 1;
  return Number.isNaN(left) ? 1 : -1;
}

/** Integer.valueOf, Long.valueOf. */
function javaInteger(text: string, type: "integer" | "long"): bigint {
  if (!/^[+-]?\d{1,400}$/.test(text)) throw new EvaluationError(`not an ${type}: ${text}`);
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  const [least, most] = type === "integer" ? [INT_MIN, INT_MAX] : [LONG_MIN, LONG_MAX];
  if (value < least || value > most) throw new EvaluationError(`beyond an ${type}: ${text}`);
  return value;
}

const DECIMAL_FORM = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[fFdD]?$/;
const HEX_FORM = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)[fFdD]?$/;
const NAMED_FORM = /^([+-]?)(NaN|Infinity)$/;

/** Double.valueOf: blanks around, type suffixes, NaN, Infinity and hexadecimal form are allowed. */
function javaDouble(text: string): number {
  // what String.trim of Java takes off
  const trimmed = text.replace(/^[\0- ]+/, "").replace(/[\0- ]+$/, "");
  const decimal = DECIMAL_FORM.exec(trimmed);
  if (decimal !== null) return Number(decimal[1]);
  const named = NAMED_FORM.exec(trimmed);
  if (named !== null) return (named[1] === "-" ? -1 : 1) * Number(named[2]);
  const [, sign, whole = "", fraction = "", exponent] = HEX_FORM.exec(trimmed) ?? [];
  if (exponent === undefined || whole + fraction === "")
    throw new EvaluationError(`not a double: ${text}`);
  const mantissa = Number(BigInt(`0x${whole}${fraction}`));
  return (sign === "-" ? -1 : 1) * mantissa * 2 ** (Number(exponent) - 4 * fraction.length);
}
