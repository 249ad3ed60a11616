import { CorruptError } from "../../engine/base/errors.js";
import { type FieldSource, unitFields } from "./hex-dump.js";
import { FileReader, partOfStore, segmentPaths } from "./store-files.js";

export interface CheckpointField {
  field: string;
  value: number;
  /** What the number is. */
  unit: "ms" | "bytes";
  /** Who writes it. */
  since: string;
}

const FIELDS = [
  { field: "physicMsgTimestamp", unit: "ms", since: "4.0" },
  { field: "logicsMsgTimestamp", unit: "ms", since: "4.0" },
  { field: "indexMsgTimestamp", unit: "ms", since: "4.0" },
  { field: "masterFlushedOffset", unit: "bytes", since: "5.0" },
  { field: "confirmPhyOffset", unit: "bytes", since: "5.1" },
  { field: "logicsPhysicalOffset", unit: "bytes", since: "5.5" },
] as const;

/** The last time that a Date can be; no offset comes near it either. */
const MOST = 8.64e15;

/** The fields of a checkpoint file: of a store, or the file itself. [S-CHECK-1] */
export function readCheckpoint(path: string): CheckpointField[] {
  const file = partOfStore(path, "checkpoint", () => false);
  const reader = new FileReader(file);
  try {
    const bytes = reader.read(0, FIELDS.length * 8);
    if (bytes.length < 24) throw new CorruptError(`${file} is shorter than a checkpoint`);
    const fields = FIELDS.filter((_, i) => bytes.length >= (i + 1) * 8).map((one, i) => ({
      ...one,
      value: Number(bytes.readBigInt64BE(i * 8)),
    }));
    const wrong = fields.find(({ value }) => value < 0 || value > MOST);
    if (wrong === undefined) return fields;
    throw new CorruptError(
      `${file} is no checkpoint: its ${wrong.field} would be ${String(wrong.value)}`,
    );
  } finally {
    reader.close();
  }
}

export function checkpointFields(path: string): FieldSource {
  const head = FIELDS.map(({ field, unit }) => ({
    name: field,
    type: "int64" as const,
    ...(unit === "ms" && { unit }),
  }));
  return {
    files: segmentPaths(partOfStore(path, "checkpoint", () => false)),
    fields: (_file, reader, range) =>
      unitFields(reader, range, { head, unit: [{ name: "(unused)", type: "bytes", length: 16 }] }),
  };
}
