/** Which messages a pull takes. Upstream: FilterAPI, ExpressionMessageFilter. */
import { javaHashCode } from "../../base/java-hash.js";
import type { SubscriptionData } from "../../protocol/bodies/subscription-data.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import type { MessageFilter } from "../../store/store-api.js";

const ALL = "*";

/** Upstream: ExpressionType.isTagType. */
export function isTagExpression(expressionType: string | undefined): boolean {
  return expressionType === undefined || expressionType === "" || expressionType === "TAG";
}

/** A filter by tag hash alone: the consumer compares the tags themselves. Undefined takes everything. */
export function tagFilter(expression: string | undefined): MessageFilter | undefined {
  if (expression === undefined || expression === "" || expression === ALL) return undefined;
  return hashFilter(tagsOf(expression).map(javaHashCode));
}

/** The filter of a subscription that came with a heartbeat. */
export function subscriptionFilter(subscription: SubscriptionData): MessageFilter | undefined {
  if (subscription.classFilterMode || subscription.subString === ALL) return undefined;
  const { codeSet, subString } = subscription;
  return codeSet.length > 0 ? hashFilter(codeSet) : tagFilter(subString);
}

/** The tags of an expression, without blanks; upstream leaves out empty ones. */
export function tagsOf(expression: string): string[] {
  return expression.split("||").flatMap((tag) => tag.trim() || []);
}

function hashFilter(codes: readonly number[]): MessageFilter {
  const wanted = new Set(codes);
  // The entry's code is an int64, the subscription's an int32.
  return { matchesTagsCode: (tagsCode) => wanted.has(tagsCode | 0) };
}

/** Upstream's parser takes an expression without any tag between its separators for an error, but not a blank one. */
export function isOnlySeparators(expression: string | undefined): boolean {
  return expression !== undefined && expression !== "" && expression.split("||").join("") === "";
}

/** SQL92 needs the filter grammar; without it the broker answers as one with enablePropertyFilter=false. */
export function filterRefusal(expressionType: string | undefined): {
  code: number;
  remark: string;
} {
  return {
    code: ResponseCode.SYSTEM_ERROR,
    remark: `The broker does not support consumer to filter message by ${expressionType ?? ""}`,
  };
}
