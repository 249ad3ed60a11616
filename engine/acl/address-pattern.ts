/** Which addresses a white list lets in. Upstream: RemoteAddressStrategyFactory. */
import { RocketmqError } from "../base/errors.js";

/** Is an address, without its port, one of those meant? */
export type AddressTest = (address: string) => boolean;

const EVERYTHING = new Set(["*", "*.*.*.*", "*:*:*:*:*:*:*:*"]);

/**
 * Reads a pattern; throws kind "usage" when it is none.
 *
 *     ""                    nobody
 *     *  *.*.*.*            everybody
 *     10.1.2.{3,4}          alternatives in the last part
 *     10.1.2.3,10.1.2.4     addresses
 *     10.1.2-9.*            ranges, in the last parts
 *     10.1.2.3              one address
 */
export function addressTest(pattern: string | undefined): AddressTest {
  const text = (pattern ?? "").trim();
  if (text === "") return () => false;
  if (EVERYTHING.has(text)) return () => true;
  if (text.includes("{")) return alternatives(text);
  if (text.includes(",")) return oneOfThese(text.split(","));
  if (/[*-]/.test(text)) return ranges(text);
  return oneOfThese([text]);
}

function alternatives(text: string): AddressTest {
  const match = /^(.*[.:])\{([^{}]*)\}$/.exec(text);
  if (match === null) throw bad(text);
  const [, start = "", last = ""] = match;
  return oneOfThese(last.split(",").map((part) => start + part.trim()));
}

function oneOfThese(addresses: readonly string[]): AddressTest {
  const known = new Set(addresses.map((address) => canonical(address.trim())));
  for (const address of known) {
    if (partsOf(address).some((part) => !/^[0-9a-f]+$/.test(part))) throw bad(address);
  }
  return (address) => known.has(canonical(address));
}

function ranges(text: string): AddressTest {
  const isV6 = text.includes(":");
  const radix = isV6 ? 16 : 10;
  const parts = text.split(isV6 ? ":" : ".");
  if (parts.length !== (isV6 ? 8 : 4)) throw bad(text);
  const bounds = parts.map((part): [number, number] => {
    if (part === "*") return [0, isV6 ? 0xffff : 255];
    const [low = NaN, high = low, ...more] = part.split("-").map((end) => parseInt(end, radix));
    if (!(low <= high) || more.length > 0) throw bad(text);
    return [low, high];
  });
  return (address) => {
    const given = partsOf(canonical(address)).map((part) => parseInt(part, radix));
    return (
      address.includes(":") === isV6 &&
      given.length === bounds.length &&
      bounds.every(([low, high], at) => (given[at] ?? -1) >= low && (given[at] ?? -1) <= high)
    );
  };
}

function partsOf(address: string): string[] {
  return address.split(address.includes(":") ? ":" : ".");
}

/** One spelling for each address: an IPv6 one is written out. */
function canonical(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const start = head === "" ? [] : head.split(":");
  const end = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - start.length - end.length);
  const parts = [...start, ...Array<string>(zeros).fill("0"), ...end];
  return parts.map((part) => part.replace(/^0+(?=.)/, "")).join(":");
}

function bad(text: string): RocketmqError {
  return new RocketmqError(`${JSON.stringify(text)} is no pattern of addresses`, { kind: "usage" });
}
