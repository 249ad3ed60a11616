import type { OutputStream } from "../cli/streams.js";

/** Shows that something is under way. */
export interface Progress {
  /** Replaces the line shown: `reading broker-a 3/12`. */
  readonly say: (line: string) => void;
  /** Takes the line away. */
  readonly clear: () => void;
}

/** Progress on a terminal; elsewhere it says nothing. */
export function progressOn(stream: OutputStream): Progress {
  if (stream.isTTY !== true) return { say: () => undefined, clear: () => undefined };
  let shown = false;
  return {
    say(line) {
      shown = true;
      stream.write(`\r\u001B[2K${line.slice(0, Math.max(0, (stream.columns ?? 80) - 1))}`);
    },
    clear() {
      if (shown) stream.write("\r\u001B[2K");
      shown = false;
    },
  };
}
