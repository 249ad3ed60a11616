import type { Bursts } from "../output/bursts.js";

/** Runs over all items, at most `width` at a time; the results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  run: (item: T) => Promise<R>,
  width = 16,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await run(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}

/**
 * As `inParallel`, but each result is handed out as soon as it and those before it are there, so that the first rows
 * show while later ones are still asked for.
 */
export async function* streamParallel<T, R>(
  items: readonly T[],
  run: (item: T) => Promise<R>,
  width = 16,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  let next = 0;
  const fill = (): void => {
    while (running.length < width && next < items.length) {
      const result = run(items[next++] as T);
      // Whoever takes it sees the failure; until then it must not count as unhandled.
      result.catch(() => undefined);
      running.push(result);
    }
  };
  for (fill(); running.length > 0; fill()) yield await (running.shift() as Promise<R>);
}

/** The items of lists one by one; those of a list are written out together. */
export function itemsOf<T>(lists: AsyncIterable<readonly T[]>): Bursts<T> {
  let hasMore = false;
  async function* items(): AsyncGenerator<T> {
    for await (const list of lists) {
      let left = list.length;
      for (const item of list) {
        hasMore = --left > 0;
        yield item;
      }
    }
  }
  return { [Symbol.asyncIterator]: items, hasMore: () => hasMore, written: () => undefined };
}
