/**
 * SQL92 filters: an expression becomes a predicate over a message's properties. Upstream: SqlFilter, SelectorParser.
 * Loaded when the first such expression is met; the grammar is in sql92.peggy.
 */
import { compileNode, type Evaluate, type PropertyLookup, Sql92Refusal } from "./sql92-compile.js";
import { parseSql92 } from "./sql92-parser.js";

export type { PropertyLookup } from "./sql92-compile.js";

/** Does a message with these properties match? What cannot be evaluated does not. */
export type Sql92Predicate = (property: PropertyLookup) => boolean;

/** An expression as it was understood: a predicate, or why there is none. */
export type CompiledSql92 =
  | { readonly matches: Sql92Predicate; readonly problem?: undefined }
  | { readonly matches?: undefined; readonly problem: string };

/** How upstream begins what it says of a wrong expression. */
const REFUSED = "Invalid MessageSelector. ";
/** Expressions kept, good and bad ones. Upstream: SelectorParser.PARSE_CACHE. */
const MAX_KEPT = 100;
/** Characters of an expression: twice what the properties of a message may have. */
const MAX_LENGTH = 65_536;

const kept = new Map<string, CompiledSql92>();

/** Never throws; what was compiled lately is not compiled again. */
export function compileSql92(expression: string): CompiledSql92 {
  let compiled = kept.get(expression);
  if (compiled === undefined) {
    compiled = compile(expression);
    const [oldest] = kept.keys();
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  } else {
    kept.delete(expression);
  }
  kept.set(expression, compiled);
  return compiled;
}

function compile(expression: string): CompiledSql92 {
  if (expression.length > MAX_LENGTH)
    return { problem: `${REFUSED}It has more than ${MAX_LENGTH} characters.` };
  try {
    const evaluate = compileNode(parseSql92(expression));
    return { matches: (property) => isTrue(evaluate, property) };
  } catch (error) {
    return { problem: REFUSED + reasonOf(error, expression) };
  }
}

/** Where a parser's error is, or what the compiler found; an expression that took the stack has no place. */
function reasonOf(error: unknown, expression: string): string {
  if (error instanceof Sql92Refusal) return error.message;
  const start = (error as { location?: { start: Place } }).location?.start;
  if (start === undefined) return "It is too complex.";
  const found = /^\w{1,40}|^\S/.exec(expression.slice(start.offset))?.[0];
  const shown = found === undefined ? "<EOF>" : JSON.stringify(found);
  return `Encountered ${shown} at line ${start.line}, column ${start.column}.`;
}

interface Place {
  offset: number;
  line: number;
  column: number;
}

function isTrue(evaluate: Evaluate, property: PropertyLookup): boolean {
  try {
    return evaluate(property) === true;
  } catch {
    return false;
  }
}
