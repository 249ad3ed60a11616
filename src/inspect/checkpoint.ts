import { statSync } from "node:fs";
import { CorruptError } from "../../engine/base/errors.js";
import { FileReader, partOfStore } from "./store-files.js";

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
] as const;

/** The fields of a checkpoint file: of a store, or the file itself. [S-CHECK-1] */
export function readCheckpoint(path: string): CheckpointField[] {
  const file = partOfStore(path, "checkpoint");
  if (!statSync(file).isFile()) throw new CorruptError(`${path} holds no checkpoint`);
  const reader = new FileReader(file);
  try {
    const bytes = reader.read(0, FIELDS.length * 8);
    if (bytes.length < 24) throw new CorruptError(`${file} is shorter than a checkpoint`);
    return FIELDS.filter((_, i) => bytes.length >= (i + 1) * 8).map((one, i) => ({
      ...one,
      value: Number(bytes.readBigInt64BE(i * 8)),
    }));
  } finally {
    reader.close();
  }
}
