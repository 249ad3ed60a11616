/** One change that repair makes to a store's folder. Paths are relative to the store's root. */
export type Operation = { says: string } & (
  | { op: "write"; file: string; at: number; bytes: Buffer }
  /** Zeros over a stretch. */
  | { op: "clear"; file: string; at: number; length: number }
  | { op: "resize"; file: string; size: number }
  | { op: "create"; file: string; size: number }
  | { op: "make-folder"; file: string }
  /** Out of the brokers' sight, into the quarantine. */
  | { op: "set-aside"; file: string }
  /** What was prepared below the repair's own folder goes to its place. */
  | { op: "put"; file: string; prepared: string }
);

/** Copies of bytes that are about to be written over: what did not decode. */
export interface Kept {
  file: string;
  at: number;
  length: number;
  why: string;
}

export interface RepairPlan {
  operations: Operation[];
  kept: Kept[];
}
