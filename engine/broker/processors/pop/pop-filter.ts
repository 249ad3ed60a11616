/** Which messages a pop takes. Upstream: PopMessageProcessor.processRequest with FilterAPI.build. */
import type { MessageFilter } from "../../../store/store-api.js";
import { isTagType } from "../../consumer-filter.js";
import { compileExpression, SQL92, sql92Loading } from "../../sql92-loader.js";
import { isOnlySeparators, propertyFilter, tagFilter } from "../pull-filter.js";

interface Asked {
  exp?: string | undefined;
  expType?: string | undefined;
}

/** Must the grammar of SQL92 be loaded before the pop can be checked? */
export function waitsForGrammar({ exp, expType }: Asked): Promise<void> | undefined {
  return expType === SQL92 && exp !== undefined ? sql92Loading() : undefined;
}

/** Undefined when the expression does not parse. */
export function popFilter({
  exp,
  expType,
}: Asked): { filter: MessageFilter | undefined } | undefined {
  if (exp === undefined || exp === "") return { filter: undefined };
  if (expType === undefined || isTagType(expType)) {
    return isOnlySeparators(exp) ? undefined : { filter: tagFilter(exp) };
  }
  const { matches } = compileExpression(expType, exp);
  return matches && { filter: propertyFilter(matches) };
}
