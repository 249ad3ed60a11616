/**
 * Rows that come in bursts and want to know what became of them. Output that is flushed after each row costs a system
 * call per row; these are flushed when no further one is ready.
 */
export interface Bursts<Row> extends AsyncIterable<Row> {
  /** Another row is ready: what was written may wait for it. */
  hasMore(): boolean;
  /** All rows that were taken have been written out. */
  written(): void;
}

export function isBursts<Row>(rows: object): rows is Bursts<Row> {
  return "hasMore" in rows && "written" in rows;
}
