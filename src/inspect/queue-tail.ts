import { type QueueChoice, type QueuePart, type QueuePath, queuePaths } from "./queue-folders.js";

export interface QueueTailOptions<Row> {
  part: QueuePart;
  choice: QueueChoice;
  /** Where each queue begins to be read. */
  first: number;
  rows: (queue: QueuePath, from: number) => Iterable<Row>;
  /** Where to read on behind a row. */
  behind: (row: Row) => number;
  /** Neither this row of a queue is wanted nor those behind it. */
  isEnd?: (row: Row) => boolean;
}

/** What the queues of a path hold; each further call gives what came since, of queues that are new as well. */
export function queueTail<Row>(
  path: string,
  { part, choice, first, rows, behind, isEnd }: QueueTailOptions<Row>,
): () => Generator<Row> {
  const next = new Map<string, number>();
  return function* read() {
    for (const queue of queuePaths(path, choice, part)) {
      for (const row of rows(queue, next.get(queue.path) ?? first)) {
        if (isEnd?.(row) === true) break;
        next.set(queue.path, behind(row));
        yield row;
      }
    }
  };
}
