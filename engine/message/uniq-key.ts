/**
 * The message id a producer makes (property UNIQ_KEY). Upstream: MessageClientIDSetter. [S-ID-2]
 *
 *     address 4|16 · pid int16 · class loader hash int32 · ms since the start of the month (local time) int32 · counter int16
 */
import { ownPid } from "../base/processes.js";
import { randomBytes } from "node:crypto";
import { networkInterfaces } from "node:os";
import type { Clock } from "../base/clock.js";
import { addressBytes, formatAddress } from "./host.js";

export interface UniqKeyOptions {
  clock: Pick<Clock, "now">;
  /** Default: the first address of this machine that is not loopback. */
  address?: string;
  pid?: number;
  /** Stands for the hash of upstream's class loader: tells producers of one process apart. */
  instance?: number;
}

/** Makes ids that are unique for this generator; 65536 per millisecond before the counter wraps. */
export class UniqKeyGenerator {
  private readonly clock: Pick<Clock, "now">;
  private readonly fixed: string;
  private monthStart = 0;
  private nextMonthStart = 0;
  private counter = 0;

  constructor(options: UniqKeyOptions) {
    this.clock = options.clock;
    const address =
      options.address === undefined ? machineAddress() : addressBytes(options.address);
    const rest = Buffer.alloc(6);
    rest.writeUInt16BE((options.pid ?? ownPid) & 0xffff, 0);
    rest.writeInt32BE(options.instance ?? randomBytes(4).readInt32BE(0), 2);
    this.fixed = (address.toString("hex") + rest.toString("hex")).toUpperCase();
  }

  next(): string {
    const now = this.clock.now();
    if (now >= this.nextMonthStart) this.enterMonth(now);
    let elapsed = now - this.monthStart;
    // a clock that was set back a little across the start of the month
    if (elapsed < 0 && elapsed > -1_000_000) elapsed = 0;
    this.counter = (this.counter + 1) & 0xffff;
    return this.fixed + hex(elapsed >>> 0, 8) + hex((this.counter - 1) & 0xffff, 4);
  }

  private enterMonth(now: number): void {
    this.monthStart = startOfMonth(now, 0);
    this.nextMonthStart = startOfMonth(now, 1);
  }
}

/** When the id was made, by an id and the present (ms): within the current month, else the one before. */
export function uniqKeyTime(id: string, now: number): number | undefined {
  const bytes = uniqKeyBytes(id);
  if (bytes === undefined) return undefined;
  const elapsed = bytes.readUInt32BE(bytes.length - 6);
  const start = startOfMonth(now, 0);
  return (start + elapsed >= now ? startOfMonth(now, -1) : start) + elapsed;
}

/** The address the id was made at. IPv6 is printed as upstream's UtilAll.ipToIPv6Str: eight groups of four digits. */
export function uniqKeyAddress(id: string): string | undefined {
  const bytes = uniqKeyBytes(id);
  if (bytes === undefined) return undefined;
  if (bytes.length === 16) return formatAddress(bytes.subarray(0, 4));
  return bytes.toString("hex", 0, 16).replace(/(....)(?=.)/g, "$1:");
}

/** The process id in the id (its low 16 bits). */
export function uniqKeyPid(id: string): number | undefined {
  const bytes = uniqKeyBytes(id);
  return bytes?.readUInt16BE(bytes.length - 12);
}

function uniqKeyBytes(id: string): Buffer | undefined {
  return /^([0-9a-fA-F]{32}|[0-9a-fA-F]{56})$/.test(id) ? Buffer.from(id, "hex") : undefined;
}

function startOfMonth(now: number, monthsOn: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth() + monthsOn, 1).getTime();
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}

/** Upstream UtilAll.getIP: a public IPv4 address, else a private one, else IPv6, else something random. */
function machineAddress(): Buffer {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outside = all.filter((one) => !one.internal);
  const v4 = outside.filter((one) => one.family === "IPv4").map((one) => one.address);
  const v6 = outside.filter((one) => one.family === "IPv6").map((one) => one.address);
  const chosen = v4.find((address) => !isPrivate(address)) ?? v4[0] ?? v6[0];
  return chosen === undefined ? randomBytes(4) : addressBytes(chosen);
}

function isPrivate(address: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|127\.)/.test(address);
}
