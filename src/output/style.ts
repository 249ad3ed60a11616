import { Chalk, type ChalkInstance } from "chalk";

/** Colours for a terminal; NO_COLOR and a dumb terminal have none. */
export function styleFor(env: Readonly<Record<string, string | undefined>>): ChalkInstance {
  const plain = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return new Chalk({ level: plain ? 0 : 1 });
}
