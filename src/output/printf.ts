import type { Cell } from "../cli/define-command.js";

/** Java's `String.format` as far as upstream's tools use it: %s %d %f %b %n %%, flags - and 0, width, precision. */
const CONVERSION = /%(-|0)?(\d+)?(?:\.(\d+))?([sdfbn%])/g;

/** Formats as Java does: widths pad and never cut, null is `null`, %f rounds half up on the shortest decimal. */
export function printf(format: string, ...values: readonly Cell[]): string {
  let next = 0;
  return format.replace(CONVERSION, (...match: string[]) => {
    const [, sign, width, precision, kind = "s"] = match as (string | undefined)[];
    if (kind === "n") return "\n";
    if (kind === "%") return "%";
    const text = convert(kind, values[next++], precision);
    const columns = Number(width ?? 0);
    if (sign === "-") return text.padEnd(columns);
    return sign === "0" ? zeroPadded(text, columns) : text.padStart(columns);
  });
}

function convert(kind: string, value: Cell, precision: string | undefined): string {
  if (value === null || value === undefined) return kind === "b" ? "false" : "null";
  if (kind === "f") return fixed(Number(value), Number(precision ?? 6));
  const text = String(value);
  return kind === "s" && precision !== undefined ? text.slice(0, Number(precision)) : text;
}

function zeroPadded(text: string, width: number): string {
  return text.startsWith("-")
    ? `-${text.slice(1).padStart(width - 1, "0")}`
    : text.padStart(width, "0");
}

/** Java rounds half up what Double.toString shows; toFixed rounds the exact binary value. */
function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value))
    return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  const shown = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (shown === null) return value.toFixed(digits);
  const [, sign = "", whole = "0", part = "", exponent = "0"] = shown;
  const all = BigInt(whole + part);
  const shift = digits - part.length + Number(exponent);
  const scaled =
    shift >= 0
      ? all * 10n ** BigInt(shift)
      : (all * 2n + 10n ** BigInt(-shift)) / (2n * 10n ** BigInt(-shift));
  const text = String(scaled).padStart(digits + 1, "0");
  const point = text.length - digits;
  const sign0 = sign === "-" || Object.is(value, -0) ? "-" : "";
  return sign0 + (digits === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`);
}

/** The header's format where upstream gives none of its own: every conversion as text. */
export function headerFormatOf(format: string): string {
  return format.replace(/%(-?)0?(\d*)(?:\.\d+)?[dfb]/g, "%$1$2s");
}
