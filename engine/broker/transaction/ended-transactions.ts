/**
 * What became of transactions since the broker started, by the queue offset of their first half message. Upstream has
 * no such table: a commit whose record of the end is not written yet is asked about, and delivered, a second time.
 */
export type EndState = "committing" | "committed" | "rolledBack";

/** Ends remembered; what was forgotten is found in the key index. */
const CAPACITY = 100_000;

export class EndedTransactions {
  private readonly states = new Map<number, EndState>();
  /** Origin → queue offset of the newest copy of the half message. */
  private readonly copies = new Map<number, number>();

  /** Have the copies made before the start been looked for? */
  knowsCopies = false;

  stateOf(origin: number): EndState | undefined {
    return this.states.get(origin);
  }

  set(origin: number, state: EndState): void {
    remember(this.states, origin, state);
  }

  /** The end failed: the transaction is open again. */
  reopen(origin: number): void {
    this.states.delete(origin);
  }

  noteCopy(origin: number, queueOffset: number): void {
    remember(this.copies, origin, queueOffset);
  }

  newestCopy(origin: number): number | undefined {
    return this.copies.get(origin);
  }
}

function remember<V>(table: Map<number, V>, key: number, value: V): void {
  table.delete(key);
  table.set(key, value);
  if (table.size <= CAPACITY) return;
  for (const oldest of table.keys()) {
    table.delete(oldest);
    return;
  }
}
