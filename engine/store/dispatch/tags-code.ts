/** The third field of a consume queue entry. Upstream: CommitLog.checkMessageAndReturnSize. [S-CQ-2] */
import { PropertyName } from "../../message/property-names.js";
import { propertyOf } from "../../message/properties.js";
import { tagsCode } from "../../message/tags.js";
import { SystemTopic } from "../../message/topic-names.js";
import type { DelayLevels } from "../delay-levels.js";

/** Hash of the tag; in the delay topic the time of delivery. */
export function entryTagsCodeOf(
  record: { topic: string; properties: string; storeTimestamp: number },
  levels: DelayLevels,
): number {
  const { topic, properties } = record;
  if (topic === SystemTopic.SCHEDULE) {
    const level = Number(propertyOf(properties, PropertyName.DELAY) ?? 0);
    if (level > 0) return levels.deliverTimestamp(level, record.storeTimestamp);
  }
  return tagsCode(propertyOf(properties, PropertyName.TAGS));
}
