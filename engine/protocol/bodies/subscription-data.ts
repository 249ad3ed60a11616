import { bean, flag, list, long, type Shape, text } from "../shape.js";

/** What a group wants of a topic. Upstream: SubscriptionData. */
export interface SubscriptionData {
  topic: string;
  /** "*", tags joined by "||", or SQL. */
  subString: string;
  tagsSet: string[];
  /** Java hash codes of the tags. */
  codeSet: number[];
  /** Milliseconds; the greater one is the newer. */
  subVersion: number;
  /** "TAG" or "SQL92". */
  expressionType: string;
  classFilterMode: boolean;
}

/** Go may list the hash codes as text ([R-GO-3]). */
const codes: Shape<number[]> = list(long);

export const subscriptionDataShape: Shape<SubscriptionData> = bean<SubscriptionData>({
  classFilterMode: flag,
  codeSet: codes,
  expressionType: text.or("TAG"),
  subString: text,
  subVersion: long,
  tagsSet: list(text),
  topic: text,
});
