/**
 * SQL92 filters: an expression becomes a predicate over a message's properties. Upstream: SqlFilter, SelectorParser.
 * Loaded when the first such expression is met; the grammar is in sql92.peggy.
 */
import { compileNode, type Evaluate, type PropertyLookup } from "./sql92-compile.js";
import { parseSql92 } from "./sql92-parser.js";

export type { PropertyLookup } from "./sql92-compile.js";

/** Does a message with these properties match? What cannot be evaluated does not. */
export type Sql92Predicate = (property: PropertyLookup) => boolean;

/** An expression as it was understood: a predicate, or why there is none. */
export type CompiledSql92 =
  | { readonly matches: Sql92Predicate; readonly problem?: undefined }
  | { readonly matches?: undefined; readonly problem: string };

/** Upstream's text for whatever is wrong with an expression. */
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
  if (expression.length > MAX_LENGTH) return { problem: REFUSED };
  try {
    const evaluate = compileNode(parseSql92(expression));
    return { matches: (property) => isTrue(evaluate, property) };
  } catch {
    return { problem: REFUSED };
  }
}

function isTrue(evaluate: Evaluate, property: PropertyLookup): boolean {
  try {
    return evaluate(property) === true;
  } catch {
    return false;
  }
}
