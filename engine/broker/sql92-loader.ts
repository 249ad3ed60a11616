/** The grammar of SQL92 filters, which is loaded when the first such expression is met. Upstream: FilterFactory. */
import type { CompiledSql92 } from "../filter/sql92.js";

export const SQL92 = "SQL92";

let compile: ((expression: string) => CompiledSql92) | undefined;

/** Undefined once the grammar is there. */
export function sql92Loading(): Promise<void> | undefined {
  if (compile !== undefined) return undefined;
  return import("../filter/sql92.js").then((loaded) => {
    compile = loaded.compileSql92;
  });
}

/** The predicate of an expression, or what is wrong with it; of the types there are, only SQL92 has a grammar. */
export function compileExpression(type: string, expression: string): CompiledSql92 {
  if (type !== SQL92) return { problem: `there is no filter of type ${type}` };
  return compile?.(expression) ?? { problem: "the grammar is not loaded" };
}
