/** The known word that was probably meant: at most a third of it differs. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  let best: { word: string; distance: number } | undefined;
  for (const one of known) {
    const distance = editDistance(wanted, one.toLowerCase());
    if (best === undefined || distance < best.distance) best = { word: one, distance };
  }
  const allowed = Math.floor(Math.max(wanted.length, best?.word.length ?? 0) / 3);
  return best !== undefined && best.distance <= allowed ? best.word : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours that make one word of the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row++) {
    const line = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? cost) + 1);
      }
      line.push(cost);
    }
    beforeLast = last;
    last = line;
  }
  return last[to.length] ?? 0;
}
