/** Shows that something is under way. */
export interface Progress {
  /** Replaces the line shown: `reading broker-a 3/12`. */
  say(line: string): void;
  /** Takes the line away. */
  clear(): void;
}
