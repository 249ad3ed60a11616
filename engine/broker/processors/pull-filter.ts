/** Which messages a pull takes. Upstream: FilterAPI, ExpressionMessageFilter, ExpressionForRetryMessageFilter. */
import { javaHashCode } from "../../base/java-hash.js";
import type { Sql92Predicate } from "../../filter/sql92.js";
import { recordParts } from "../../message/decode.js";
import { decodeProperties, type Properties } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import type { SubscriptionData } from "../../protocol/bodies/subscription-data.js";
import type { MessageFilter } from "../../store/store-api.js";
import type { ConsumerFilters } from "../consumer-filter.js";

const ALL = "*";

/** A filter by tag hash alone: the consumer compares the tags themselves. Undefined takes everything. */
export function tagFilter(expression: string | undefined): MessageFilter | undefined {
  if (expression === undefined || expression === "" || expression === ALL) return undefined;
  return hashFilter(tagsOf(expression).map(javaHashCode));
}

/** The filter of a subscription by tags that came with a heartbeat. */
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

/** By properties; consume queue entries tell nothing about them. */
export function propertyFilter(matches: Sql92Predicate): MessageFilter {
  return filterOf((properties) => matches((name) => properties.get(name)));
}

/** Messages of a retry topic, by what their group asks of the topic they were first sent to (filterSupportRetry). */
export function retryFilter(group: string, filters: ConsumerFilters): MessageFilter {
  return filterOf((properties) => {
    const topic = properties.get(PropertyName.RETRY_TOPIC) ?? "";
    const matches = filters.get(topic, group)?.matches;
    return matches?.((name) => properties.get(name)) ?? true;
  });
}

function filterOf(matches: (properties: Properties) => boolean): MessageFilter {
  const matchesProperties = (text: string): boolean => matches(decodeProperties(text));
  return {
    matchesTagsCode: () => true,
    matchesProperties,
    matchesRecord(record) {
      const parts = recordParts(record, 0);
      return (
        parts !== undefined &&
        matchesProperties(record.toString("utf8", parts.propertiesAt, parts.end))
      );
    },
  };
}
