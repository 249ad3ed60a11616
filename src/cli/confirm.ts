import type { Streams } from "./streams.js";

/** Asks on the terminal; no answer is no. */
export async function confirmed(question: string, { stdin, stderr }: Streams): Promise<boolean> {
  stderr.write(`${question} [y/N] `);
  for await (const chunk of stdin) return /^\s*y(es)?\s*$/i.test(String(chunk));
  return false;
}
