/** A filter expression as brokers and other clients understand it. Upstream: FilterAPI, MessageSelector. */
import { RocketmqError } from "../base/errors.js";
import { javaHashCode } from "../base/java-hash.js";
import type { SubscriptionData } from "../protocol/bodies/heartbeat-data.js";

export type ExpressionType = "TAG" | "SQL92";

/** `*` (or nothing) for everything, else tags separated by `||`, or an SQL92 expression. */
export function buildSubscription(
  topic: string,
  expression: string,
  options: { type?: ExpressionType; version: number },
): SubscriptionData {
  const type = options.type ?? "TAG";
  const all = type === "TAG" && (expression.trim() === "" || expression === "*");
  const tags = all || type !== "TAG" ? [] : tagsOf(expression);
  if (type === "SQL92" && expression.trim() === "") {
    throw new RocketmqError("an SQL92 expression must not be empty", { kind: "usage" });
  }
  return {
    topic,
    subString: all ? "*" : expression,
    tagsSet: tags,
    codeSet: tags.map(javaHashCode),
    subVersion: options.version,
    expressionType: type,
    classFilterMode: false,
  };
}

/** Hash codes collide and a broker filters by them, so the client looks at the tag again. */
export function acceptsTags(subscription: SubscriptionData, tags: string | undefined): boolean {
  if (subscription.tagsSet.length === 0 || subscription.classFilterMode) return true;
  return tags !== undefined && subscription.tagsSet.includes(tags);
}

function tagsOf(expression: string): string[] {
  const tags = expression
    .split("||")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  if (tags.length === 0) {
    throw new RocketmqError(`the tag expression ${JSON.stringify(expression)} names no tag`, {
      kind: "usage",
    });
  }
  return [...new Set(tags)];
}
