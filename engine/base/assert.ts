/** A broken promise of our own code (never of the input): ends with exit code 70 in the tools. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** A value that our own code has made sure is there. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new AssertionError("a value is missing that must be there");
  return value;
}
