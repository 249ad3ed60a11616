/** Tags as numbers. Upstream: MessageExtBrokerInner.tagsString2tagsCode. [S-CQ-2] */
import { javaHashCode } from "../base/java-hash.js";

/** The tag hash that a consume queue entry carries: Java's String.hashCode, 0 without a tag. */
export function tagsCode(tags: string | undefined): number {
  return tags === undefined ? 0 : javaHashCode(tags);
}
