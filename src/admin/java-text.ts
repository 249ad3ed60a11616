/** Values as Java prints them: one place for each kind. */
export { doubleText as javaDouble } from "../../engine/protocol/fastjson-writer.js";

/** AbstractMap.toString: `{a=1, b=2}`, entries in the order given. */
export function javaMap(entries: Iterable<readonly [unknown, unknown]>): string {
  return `{${[...entries].map(([key, value]) => `${String(key)}=${String(value)}`).join(", ")}}`;
}

/** Arrays.toString of bytes, which are signed in Java. */
export function javaBytes(bytes: Uint8Array): string {
  return `[${Array.from(bytes, (byte) => (byte << 24) >> 24).join(", ")}]`;
}

/** `2025-09-19 17:25:31` in the machine's time zone. */
export function secondsText(ms: number): string {
  const at = new Date(ms);
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `2025-09-19 17:25:31,101` in the machine's time zone. */
export function millisText(ms: number): string {
  return `${secondsText(ms)},${String(new Date(ms).getMilliseconds()).padStart(3, "0")}`;
}

/** UtilAll.frontStringAtLeast: the first `length` characters. */
export function front(text: string, length: number): string {
  return text.length > length ? text.slice(0, length) : text;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
