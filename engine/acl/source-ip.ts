/** Addresses and ranges of them, 10.0.0.1 or 10.0.0.0/8. Upstream: IPAddressUtils. */

interface Range {
  bits: 32 | 128;
  first: bigint;
  /** How many leading bits count. */
  prefix: number;
}

export function isAddressOrRange(text: string): boolean {
  return rangeOf(text) !== undefined;
}

/** Is the address in the range? Both as text. */
export function isInRange(address: string, range: string): boolean {
  const [one, all] = [rangeOf(address), rangeOf(range)];
  if (one === undefined || all === undefined || one.bits !== all.bits) return false;
  const shift = BigInt(all.bits - all.prefix);
  return one.first >> shift === all.first >> shift;
}

function rangeOf(text: string): Range | undefined {
  const [address = "", prefixText, ...more] = text.trim().split("/");
  const bits = address.includes(":") ? 128 : 32;
  const first = bits === 32 ? version4(address) : version6(address);
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (first === undefined || more.length > 0) return undefined;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined;
  return prefix <= bits ? { bits, first, prefix } : undefined;
}

function version4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  return numberOf(parts, { pattern: /^\d{1,3}$/, radix: 10, bits: 8 });
}

function version6(text: string): bigint | undefined {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  const start = head === "" ? [] : head.split(":");
  const end = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = 8 - start.length - end.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const parts = [...start, ...Array<string>(missing).fill("0"), ...end];
  return numberOf(parts, { pattern: /^[\da-fA-F]{1,4}$/, radix: 16, bits: 16 });
}

function numberOf(
  parts: readonly string[],
  { pattern, radix, bits }: { pattern: RegExp; radix: number; bits: number },
): bigint | undefined {
  let all = 0n;
  for (const part of parts) {
    const value = pattern.test(part) ? parseInt(part, radix) : NaN;
    if (!(value < 2 ** bits)) return undefined;
    all = (all << BigInt(bits)) | BigInt(value);
  }
  return all;
}
