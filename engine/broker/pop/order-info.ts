/** One orderly pop of one queue. Upstream: ConsumerOrderInfoManager.OrderInfo. */
import { bean, int, intTable, list, long, optional, text } from "../../protocol/shape.js";
import { named, type Shape } from "../../protocol/shape.js";

export interface OrderInfo {
  attemptId?: string | undefined;
  /** Which of the messages are acknowledged, one bit each. */
  commitBits: bigint;
  /** Milliseconds. */
  invisibleTime: number;
  lastConsumeTime: number;
  /** The first is a queue offset, each further one the distance from it. */
  offsets: number[];
  /** Queue offset → times it was popped before. */
  consumedCounts?: Map<number, number> | undefined;
  /** Queue offset → when it may be popped again, where a client changed that. */
  nextVisibleTimes?: Map<number, number> | undefined;
  popTime: number;
}

const bits: Shape<bigint> = {
  write: (value) => value,
  read: (value) => BigInt.asUintN(64, BigInt(typeof value === "bigint" ? value : Number(value))),
  missing: () => 0n,
};

export const orderInfoShape: Shape<OrderInfo> = bean<OrderInfo>({
  attemptId: named(optional(text), { wire: "a" }),
  commitBits: named(bits, { wire: "cm" }),
  invisibleTime: named(long, { wire: "i" }),
  lastConsumeTime: named(long, { wire: "l" }),
  offsets: named(list(long), { wire: "o" }),
  consumedCounts: named(optional(intTable(int)), { wire: "oc" }),
  nextVisibleTimes: named(optional(intTable(long)), { wire: "ot" }),
  popTime: long,
});

/** Queue offsets of its messages. */
export function offsetsOf({ offsets: [first = 0, ...rest] }: OrderInfo): number[] {
  return [first, ...rest.map((distance) => first + distance)];
}

export function isAcked(info: OrderInfo, index: number): boolean {
  return (info.commitBits & (1n << BigInt(index))) !== 0n;
}

/** Until when the queue gives nothing more to others; undefined when it does already. */
export function blockedUntil(info: OrderInfo, now: number): number | undefined {
  for (const [index, offset] of offsetsOf(info).entries()) {
    if (isAcked(info, index)) continue;
    const visible = info.nextVisibleTimes?.get(offset) ?? info.popTime + info.invisibleTime;
    if (now < visible) return visible;
  }
  return undefined;
}

/** Where to go on: the first message that is not acknowledged, or behind the last. */
export function nextOffset(info: OrderInfo): number {
  const offsets = offsetsOf(info);
  const open = offsets.find((_, index) => !isAcked(info, index));
  return open ?? (offsets.at(-1) ?? 0) + 1;
}

/** How often each message of a new pop was popped before; those never popped are left out. */
export function countsAfter(
  previous: OrderInfo | undefined,
  next: { attemptId: string | undefined; offsets: readonly number[] },
): Map<number, number> | undefined {
  if (previous === undefined) return undefined;
  const known = previous.consumedCounts ?? new Map<number, number>();
  if (previous.attemptId !== undefined && previous.attemptId === next.attemptId) return known;
  const before = new Set(offsetsOf(previous));
  const again = next.offsets.filter((offset) => before.has(offset));
  return new Map(again.map((offset) => [offset, (known.get(offset) ?? 0) + 1]));
}
