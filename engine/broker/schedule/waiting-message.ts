/** Where a message waits until it is due. Upstream: HookUtils.handleScheduleMessage. */
import { RocketmqError } from "../../base/errors.js";
import { propertyOf, removeProperty, setProperty } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import { entersQueue } from "../../message/sys-flag.js";
import { SystemTopic } from "../../message/topic-names.js";
import type { DelayLevels } from "../../store/delay-levels.js";
import type { MessageToStore, PutStatus } from "../../store/store-api.js";

/** The part of the broker that knows the times. */
export interface WaitingPlaces {
  schedule: { levels: DelayLevels };
}

/**
 * Puts a message that must not be delivered yet where it waits, in place; a status says why it cannot be stored at all.
 * Open and rolled back transactions are left alone: they wait when they are committed.
 */
export function holdUntilDue(
  context: WaitingPlaces,
  message: MessageToStore,
): PutStatus | undefined {
  if (!entersQueue(message.sysFlag)) return undefined;
  waitForDelayLevel(message, context.schedule.levels);
  return undefined;
}

/** Asks for the wheel; dropped from a message with a delay level, which wins. */
const TIMER_REQUESTS = [
  PropertyName.TIMER_DELIVER_MS,
  PropertyName.TIMER_DELAY_SEC,
  PropertyName.TIMER_DELAY_MS,
];

/** The level in a text as Java's Integer.parseInt takes it; throws as upstream answers another text. */
function delayLevelOf(text: string | undefined): number {
  if (text === undefined || text === "") return 0;
  const level = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (Math.abs(level) <= 0x7fff_ffff) return level;
  throw new RocketmqError(
    `java.lang.NumberFormatException: For input string: ${JSON.stringify(text)}`,
    { kind: "failed" },
  );
}

/** Moves a message with a delay level to the queue of its level, in place; levels above the highest are the highest. */
function waitForDelayLevel(message: MessageToStore, levels: DelayLevels): void {
  const asked = delayLevelOf(propertyOf(message.properties, PropertyName.DELAY));
  if (asked <= 0) return;
  const level = Math.min(asked, levels.count);
  let { properties } = message;
  for (const name of TIMER_REQUESTS) properties = removeProperty(properties, name);
  if (level !== asked) properties = setProperty(properties, PropertyName.DELAY, String(level));
  message.properties = withRealPlace(properties, message);
  message.topic = SystemTopic.SCHEDULE;
  message.queueId = level - 1;
}

/** The property string with the topic and queue that the message is meant for. */
function withRealPlace(
  properties: string,
  { topic, queueId }: { topic: string; queueId: number },
): string {
  const named = setProperty(properties, PropertyName.REAL_TOPIC, topic);
  return setProperty(named, PropertyName.REAL_QID, String(queueId));
}
