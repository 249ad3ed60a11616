import { UsageError } from "./exit-codes.js";
import type { Streams } from "./streams.js";

/** Asks on the terminal; where nobody can be asked, the answer has to be on the command line. */
export async function confirm(
  question: string,
  from: { streams: Streams; yes: boolean },
): Promise<boolean> {
  if (from.yes) return true;
  const { stdin, stderr } = from.streams;
  if (stdin.isTTY !== true || stderr.isTTY !== true) {
    throw new UsageError(`${question} Nobody is there to be asked`, { hint: "give --yes" });
  }
  stderr.write(`${question} [y/N] `);
  for await (const chunk of stdin) return /^\s*y(es)?\s*$/i.test(String(chunk));
  return false;
}
