/** One field of fixed length; `ms` is a time, `bytes` is shown as it is. */
export interface LayoutField {
  readonly name: string;
  readonly type: "int16" | "int32" | "int64" | "bytes";
  /** What an int64 is a time in. */
  readonly unit?: "ms";
  /** Of `bytes`. */
  readonly length?: number;
}

export type Layout = readonly LayoutField[];

/** Bytes that belong together, with a name. Positions count from the first byte of their file. */
export interface ByteField {
  at: number;
  length: number;
  name: string;
  /** Where the record, entry or unit begins that it is part of; null outside of any. */
  record: number | null;
  /** What the bytes say; null where that is nothing. */
  value: string | null;
}

const LENGTHS = { int16: 2, int32: 4, int64: 8, bytes: 0 } as const;

export function layoutLength(layout: Layout): number {
  return layout.reduce((sum, field) => sum + fieldLength(field), 0);
}

function fieldLength({ type, length }: LayoutField): number {
  return length ?? LENGTHS[type];
}

/** The fields of one unit that begins at byte `at` of its file; `bytes` are the unit's, as far as they are there. */
export function layoutFields(layout: Layout, bytes: Buffer, at: number): ByteField[] {
  const fields: ByteField[] = [];
  let position = 0;
  for (const field of layout) {
    const length = Math.min(fieldLength(field), bytes.length - position);
    if (length <= 0) break;
    const isWhole = length === fieldLength(field);
    fields.push({
      at: at + position,
      length,
      name: field.name,
      record: at,
      value: isWhole ? valueText(field, bytes, position) : null,
    });
    position += length;
  }
  return fields;
}

function valueText({ type, unit }: LayoutField, bytes: Buffer, at: number): string | null {
  if (type === "bytes") return null;
  if (type === "int16") return String(bytes.readInt16BE(at));
  if (type === "int32") return String(bytes.readInt32BE(at));
  const value = bytes.readBigInt64BE(at);
  return unit === "ms" ? timeText(value) : String(value);
}

/** Milliseconds, and what time that is where it can be one. */
export function timeText(ms: bigint): string {
  const isTime = ms > 0n && ms <= 8_640_000_000_000_000n;
  return isTime ? `${String(ms)} ${new Date(Number(ms)).toISOString()}` : String(ms);
}
