import { CorruptError } from "../../engine/base/errors.js";
import type { Context } from "../cli/context.js";
import { UsageError } from "../cli/exit-codes.js";
import type { Bursts } from "../output/bursts.js";

/** Where rows come from, and which are wanted. */
export interface RowSource<Row> {
  /** The rows that are there; asked again, while following, the ones that came since. */
  read: () => Iterable<Row>;
  accepts?: (row: Row) => boolean | Promise<boolean>;
  /** At most so many. */
  count?: number | undefined;
  /** Look for further rows until it is stopped. */
  follow?: boolean;
  /** Nothing more can come, though it was to be followed. */
  isOver?: () => boolean;
  /** Told when all was given, and not when it was stopped before. */
  ended?: () => void;
}

interface State {
  hasMore: boolean;
  /** Looks in a row that found something broken. */
  failures: number;
}

const MOST_FAILURES = 10;
const LOOK_MS = 100;
/** So long rows may be looked through without a thought for signals, and found ones wait for the next. */
const BREATH_MS = 20;

/** The wanted rows as they are found. Ends early when the command is told to stop. */
export function streamRows<Row>(context: Context, source: RowSource<Row>): Bursts<Row> {
  const { count = Infinity } = source;
  if (count < 0) throw new UsageError("-n: a count is not negative");
  const state = { hasMore: false, failures: 0 };
  return {
    [Symbol.asyncIterator]: () => rowsOf(context, { source, state, count }),
    hasMore: () => state.hasMore,
    written: () => undefined,
  };
}

async function* rowsOf<Row>(
  context: Context,
  about: { source: RowSource<Row>; state: State; count: number },
): AsyncGenerator<Row> {
  const { source, state } = about;
  const { signal } = context;
  let left = about.count;
  let breath = performance.now();
  while (left > 0) {
    // one row is held back, so that it is known whether another one follows at once
    let held: { row: Row } | undefined;
    for (const row of patiently(source, state)) {
      const accepted = source.accepts?.(row) ?? true;
      if (typeof accepted === "boolean" ? accepted : await accepted) {
        if (held !== undefined) {
          state.hasMore = true;
          yield held.row;
        }
        held = { row };
        if (--left === 0) break;
      }
      if (performance.now() - breath < BREATH_MS) continue;
      if (held !== undefined) {
        state.hasMore = false;
        yield held.row;
        held = undefined;
      }
      await new Promise((resolve) => setImmediate(resolve));
      if (isStopped(signal)) return;
      breath = performance.now();
    }
    if (held !== undefined) {
      state.hasMore = false;
      yield held.row;
    }
    if (isStopped(signal)) return;
    if (source.follow !== true || left === 0 || source.isOver?.() === true) break;
    await pause(context);
    if (isStopped(signal)) return;
  }
  source.ended?.();
}

/** What somebody is just writing looks broken for a moment: who follows looks again. */
function* patiently<Row>(source: RowSource<Row>, state: State): Generator<Row> {
  try {
    yield* source.read();
    state.failures = 0;
  } catch (error) {
    const isOften = ++state.failures >= MOST_FAILURES;
    if (isOften || source.follow !== true || !(error instanceof CorruptError)) throw error;
  }
}

/** Until it is time to look again, or to stop. */
function pause({ signal, clock }: Context): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = clock.after(LOOK_MS, done);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
}

/** Asked anew: it changes while something is waited for. */
function isStopped(signal: AbortSignal): boolean {
  return signal.aborted;
}
