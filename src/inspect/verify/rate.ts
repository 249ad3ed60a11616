/** One line about work whose amount is known: how far, how fast, how long still. */
export function rateLine(what: string, done: number, total: number, elapsedMs: number): string {
  const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
  const perMs = elapsedMs === 0 ? 0 : done / elapsedMs;
  const left = perMs === 0 ? "" : `, ${timeText((total - done) / perMs)} left`;
  return `${what} ${bytesText(done)} of ${bytesText(total)} (${String(percent)} %), ${bytesText(perMs * 1000)}/s${left}`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? String(Math.round(value)) : value.toFixed(1)} ${UNITS[unit] ?? ""}`;
}

function timeText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${String(seconds)} s`;
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}
