/** Where a message waits until it is due. Upstream: HookUtils.handleScheduleMessage. */
import type { Clock } from "../../base/clock.js";
import { RocketmqError } from "../../base/errors.js";
import { propertyOf, removeProperty, setProperty } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import { entersQueue } from "../../message/sys-flag.js";
import { SystemTopic } from "../../message/topic-names.js";
import type { BrokerRelease } from "../release.js";
import type { DelayLevels } from "../../store/delay-levels.js";
import type { MessageToStore, PutStatus } from "../../store/store-api.js";

/** The part of the broker that knows the times. */
export interface WaitingPlaces {
  schedule: { levels: DelayLevels };
  timer: { isReject(outMs: number): boolean };
  config: { timerWheelEnable: boolean; timerPrecisionMs: number; timerMaxDelaySec: number };
  clock: Pick<Clock, "now">;
  release: Pick<BrokerRelease, "knowsTimers">;
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
  if (delayLevelOf(propertyOf(message.properties, PropertyName.DELAY)) > 0) {
    waitForDelayLevel(context, message);
    return undefined;
  }
  return context.release.knowsTimers && isTimed(message)
    ? waitForTimer(context, message)
    : undefined;
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
function waitForDelayLevel(
  { release, schedule: { levels } }: WaitingPlaces,
  message: MessageToStore,
): void {
  const asked = delayLevelOf(propertyOf(message.properties, PropertyName.DELAY));
  const level = Math.min(asked, levels.count);
  let { properties } = message;
  const dropped = release.knowsTimers ? TIMER_REQUESTS : [];
  for (const name of dropped) properties = removeProperty(properties, name);
  if (level !== asked) properties = setProperty(properties, PropertyName.DELAY, String(level));
  message.properties = withRealPlace(properties, message);
  message.topic = SystemTopic.SCHEDULE;
  message.queueId = level - 1;
}

/** What waits on the wheel already has its TIMER_OUT_MS. */
function isTimed({ topic, properties }: MessageToStore): boolean {
  return (
    topic !== SystemTopic.WHEEL_TIMER &&
    propertyOf(properties, PropertyName.TIMER_OUT_MS) === undefined &&
    TIMER_REQUESTS.some((name) => propertyOf(properties, name) !== undefined)
  );
}

/** Upstream: transformTimerMessage. What is due already is an ordinary message. */
function waitForTimer(context: WaitingPlaces, message: MessageToStore): PutStatus | undefined {
  const { config, clock, timer } = context;
  if (!config.timerWheelEnable) return "WHEEL_TIMER_NOT_ENABLE";
  const now = clock.now();
  const deliverMs = deliverTimeOf(message.properties, now);
  if (deliverMs === undefined) return "WHEEL_TIMER_MSG_ILLEGAL";
  if (deliverMs <= now) {
    const isDelete = propertyOf(message.properties, PropertyName.TIMER_DEL_UNIQKEY) !== undefined;
    return isDelete ? "WHEEL_TIMER_MSG_ILLEGAL" : undefined;
  }
  if (deliverMs - now > config.timerMaxDelaySec * 1000) return "WHEEL_TIMER_MSG_ILLEGAL";
  const precisionMs = config.timerPrecisionMs;
  const over = deliverMs % precisionMs;
  // A slot is emptied when its second is over, so that a full second belongs to the slot before it.
  const outMs = deliverMs - (over === 0 ? precisionMs : over);
  if (timer.isReject(outMs)) return "WHEEL_TIMER_FLOW_CONTROL";
  const timed = setProperty(message.properties, PropertyName.TIMER_OUT_MS, String(outMs));
  message.properties = withRealPlace(timed, message);
  message.topic = SystemTopic.WHEEL_TIMER;
  message.queueId = 0;
  return undefined;
}

/** Milliseconds since the epoch; undefined when the property is no whole number. */
function deliverTimeOf(properties: string, now: number): number | undefined {
  const read = (name: string): number | undefined => {
    const text = propertyOf(properties, name);
    if (text === undefined) return undefined;
    return /^[+-]?\d{1,19}$/.test(text) ? Number(text) : NaN;
  };
  const seconds = read(PropertyName.TIMER_DELAY_SEC);
  const ms = read(PropertyName.TIMER_DELAY_MS);
  const asked =
    seconds !== undefined
      ? now + seconds * 1000
      : ms !== undefined
        ? now + ms
        : read(PropertyName.TIMER_DELIVER_MS);
  return asked === undefined || Number.isNaN(asked) ? undefined : asked;
}

/** The property string with the topic and queue that the message is meant for. */
function withRealPlace(
  properties: string,
  { topic, queueId }: { topic: string; queueId: number },
): string {
  const named = setProperty(properties, PropertyName.REAL_TOPIC, topic);
  return setProperty(named, PropertyName.REAL_QID, String(queueId));
}
