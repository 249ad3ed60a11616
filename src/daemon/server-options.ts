import { UsageError } from "../cli/exit-codes.js";

/** Words of the form key=value, as Apache's mqbroker takes them behind its options. */
export function parseSettings(words: readonly string[]): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const word of words) {
    const equals = word.indexOf("=");
    if (equals <= 0) throw new UsageError(`${word} is not key=value`);
    settings[word.slice(0, equals).trim()] = word.slice(equals + 1);
  }
  return settings;
}
