import { setTimeout as sleep } from "node:timers/promises";

/** A row that knows the round it belongs to, counted from 0. */
export type InRound<T> = T & { round: number };

/** The rows of one round, or of rounds without end with a pause (ms) between them; ends when the signal says so. */
export async function* rounds<T>(
  rows: () => AsyncIterable<T>,
  options: { pauseMs: number | undefined; signal: AbortSignal },
): AsyncGenerator<InRound<T>> {
  const { pauseMs, signal } = options;
  for (let round = 0; !signal.aborted; round++) {
    for await (const row of rows()) yield { ...row, round };
    if (pauseMs === undefined) return;
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
