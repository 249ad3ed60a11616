import { RocketmqError } from "../../engine/base/errors.js";
import type { ByteField, Layout } from "./layout.js";
import { layoutFields, layoutLength } from "./layout.js";
import { FileReader, type SegmentPath } from "./store-files.js";

/** Some bytes of a file that belong to one field: a field of more than 16 bytes has several of these. */
export interface HexRow {
  /** In the series of files, or in the file where there is only one. */
  offset: number;
  file: string;
  /** In the file. */
  position: number;
  /** Offset where the record, entry or unit begins that the bytes are part of; null outside of any. */
  record: number | null;
  field: string;
  /** Two digits a byte. */
  hex: string;
  /** The bytes as ASCII, with dots for what is none. */
  text: string;
  /** What the field says, in its first row. */
  value: string | null;
  /** The byte that was asked for is among these. */
  isHere: boolean;
}

/** Files, and a way to tell what their bytes are. */
export interface FieldSource {
  files: readonly SegmentPath[];
  /** The fields that touch bytes from `from` to, without, `to`; in order, without gaps. */
  fields: (file: SegmentPath, reader: FileReader, range: ByteRange) => Iterable<ByteField>;
}

/** Positions in one file. */
export interface ByteRange {
  from: number;
  to: number;
}

const LINE = 16;

/** The bytes around an offset of a series of files, each with the field it belongs to. */
export function* hexRows(
  { files, fields }: FieldSource,
  { offset, around }: { offset: number; around: number },
): Generator<HexRow> {
  const file = files.find(({ start, size }) => offset >= start && offset < start + size);
  if (file === undefined) throw outside(files, offset);
  const reader = new FileReader(file.path);
  try {
    const here = offset - file.start;
    const range = { from: Math.max(0, here - around), to: Math.min(file.size, here + around + 1) };
    for (const field of fields(file, reader, range)) {
      yield* rowsOf(field, { file, reader, range, here });
    }
  } finally {
    reader.close();
  }
}

function outside(files: readonly SegmentPath[], offset: number): RocketmqError {
  const [first, last] = [files[0], files.at(-1)];
  const held =
    first === undefined || last === undefined
      ? "there is no file"
      : `the files hold ${String(first.start)} to ${String(last.start + last.size - 1)}`;
  return new RocketmqError(`offset ${String(offset)} is in no file: ${held}`, { kind: "usage" });
}

function* rowsOf(
  field: ByteField,
  about: { file: SegmentPath; reader: FileReader; range: ByteRange; here: number },
): Generator<HexRow> {
  const { file, reader, range, here } = about;
  const end = field.at + field.length;
  // short fields are shown whole
  const from =
    field.length <= LINE || field.at >= range.from
      ? field.at
      : field.at + Math.floor((range.from - field.at) / LINE) * LINE;
  const to = field.length <= LINE ? end : Math.min(end, range.to);
  for (let at = from; at < to; at += LINE) {
    const bytes = reader.read(at, Math.min(LINE, end - at));
    yield {
      offset: file.start + at,
      file: file.path,
      position: at,
      record: field.record === null ? null : file.start + field.record,
      field: field.name,
      hex: bytes.toString("hex"),
      text: asciiOf(bytes),
      value: at === from ? field.value : null,
      isHere: here >= at && here < at + bytes.length,
    };
  }
}

function asciiOf(bytes: Buffer): string {
  return bytes.toString("latin1").replace(/[^\x20-\x7e]/g, ".");
}

/** Fields of files that are made of equal units behind a header, such as consume queues and the timer wheel. */
export function* unitFields(
  reader: FileReader,
  range: ByteRange,
  { head = [], unit }: { head?: Layout; unit: Layout },
): Generator<ByteField> {
  const headLength = layoutLength(head);
  if (range.from < headLength)
    yield* touching(layoutFields(head, reader.read(0, headLength), 0), range);
  const length = layoutLength(unit);
  const first = Math.max(0, Math.floor((range.from - headLength) / length));
  for (let at = headLength + first * length; at < Math.min(range.to, reader.size); at += length) {
    yield* touching(layoutFields(unit, reader.read(at, length), at), range);
  }
}

/** Those of some fields that touch a range. */
export function touching(fields: readonly ByteField[], { from, to }: ByteRange): ByteField[] {
  return fields.filter(({ at, length }) => at < to && at + length > from);
}
