/** What the store works on together: everything that one turn of the event loop put. Upstream: GroupCommitRequest. */
import type { DispatchedRecord } from "./dispatch/dispatcher.js";
import type { PutResult } from "./store-api.js";

/** A put whose answer is due; a batch has one for all its records. */
export interface PendingPut {
  done: (result: PutResult) => void;
  result: PutResult;
  waitStoreOk: boolean;
  answered: boolean;
}

/** What one turn of the event loop appended. */
export interface Turn {
  records: DispatchedRecord[];
  puts: PendingPut[];
  /** End of the log before its first record. */
  start: number;
}

export function newTurn(): Turn {
  return { records: [], puts: [], start: 0 };
}
