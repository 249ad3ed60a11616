import type {
  ConsumerRunningInfo,
  PopProcessQueueInfo,
  ProcessQueueInfo,
} from "../../engine/protocol/bodies/consumer-running-info.js";
import type { Compat } from "../cli/compat.js";
import { printf } from "../output/printf.js";
import { textHashOrder } from "./java-order.js";
import { secondsText } from "./java-text.js";
import { compareQueues, compareTexts, type Queue } from "./queues.js";

/** ConsumerRunningInfo.formatString: all that a client says about itself. */
export function runningReport(info: ConsumerRunningInfo, compat: Compat): string {
  const isWide = !compat.isBefore("4.9.3");
  const is5x = !compat.isBefore("5.0.0");
  return [
    properties(info),
    subscriptions(info),
    offsets(info, isWide),
    queues(info, isWide),
    ...(is5x ? [popQueues(info)] : []),
    rates(info, isWide),
    ...(is5x ? [userInfo(info)] : []),
    ...(info.jstack === undefined ? [] : [`#Consumer jstack#\n${info.jstack}`]),
  ].join("\n\n");
}

/** ProcessQueueInfo.toString; "droped" is upstream's spelling. */
export function processQueueText(info: ProcessQueueInfo): string {
  return (
    `ProcessQueueInfo [commitOffset=${info.commitOffset}, cachedMsgMinOffset=${info.cachedMsgMinOffset}, ` +
    `cachedMsgMaxOffset=${info.cachedMsgMaxOffset}, cachedMsgCount=${info.cachedMsgCount}, ` +
    `cachedMsgSizeInMiB=${info.cachedMsgSizeInMiB}, transactionMsgMinOffset=${info.transactionMsgMinOffset}, ` +
    `transactionMsgMaxOffset=${info.transactionMsgMaxOffset}, transactionMsgCount=${info.transactionMsgCount}, ` +
    `locked=${info.locked}, tryUnlockTimes=${info.tryUnlockTimes}, lastLockTimestamp=${stamp(info.lastLockTimestamp)}, ` +
    `droped=${info.dropped}, lastPullTimestamp=${stamp(info.lastPullTimestamp)}, ` +
    `lastConsumeTimestamp=${stamp(info.lastConsumeTimestamp)}]`
  );
}

function properties({ properties: all }: ConsumerRunningInfo): string {
  const lines = textHashOrder(Object.keys(all)).map((name) =>
    printf("%-40s: %s\n", name, all[name] ?? ""),
  );
  return `#Consumer Properties#\n${lines.join("")}`;
}

function subscriptions({ subscriptionSet }: ConsumerRunningInfo): string {
  const sorted = [...subscriptionSet].sort((a, b) =>
    compareTexts(`${a.topic}@${a.subString}`, `${b.topic}@${b.subString}`),
  );
  const lines = sorted.map(({ topic, classFilterMode, subString }, index) =>
    printf(
      "%03d Topic: %-40s ClassFilter: %-8s SubExpression: %s\n",
      index + 1,
      topic,
      classFilterMode,
      subString,
    ),
  );
  return `#Consumer Subscription#\n${lines.join("")}`;
}

function offsets({ mqTable }: ConsumerRunningInfo, isWide: boolean): string {
  const header = printf(
    `%-${isWide ? 64 : 32}s  %-32s  %-4s  %-20s\n`,
    "#Topic",
    "#Broker Name",
    "#QID",
    "#Consumer Offset",
  );
  const lines = byQueue(mqTable).map(({ queue, value }) =>
    printf(
      "%-32s  %-32s  %-4d  %-20d\n",
      queue.topic,
      queue.brokerName,
      queue.queueId,
      value.commitOffset,
    ),
  );
  return `#Consumer Offset#\n${header}${lines.join("")}`;
}

function queues({ mqTable }: ConsumerRunningInfo, isWide: boolean): string {
  const topic = `%-${isWide ? 64 : 32}s`;
  const lines = byQueue(mqTable).map(({ queue, value }) =>
    printf(
      `${topic}  %-32s  %-4d  %s\n`,
      queue.topic,
      queue.brokerName,
      queue.queueId,
      processQueueText(value),
    ),
  );
  return `#Consumer MQ Detail#\n${queueHeader(topic)}${lines.join("")}`;
}

function popQueues({ mqPopTable }: ConsumerRunningInfo): string {
  const lines = byQueue(mqPopTable).map(({ queue, value }) =>
    printf(
      "%-32s  %-32s  %-4d  %s\n",
      queue.topic,
      queue.brokerName,
      queue.queueId,
      popQueueText(value),
    ),
  );
  return `#Consumer Pop Detail#\n${queueHeader("%-32s")}${lines.join("")}`;
}

function queueHeader(topic: string): string {
  const format = `${topic}  %-32s  %-4s  %-20s\n`;
  return printf(format, "#Topic", "#Broker Name", "#QID", "#ProcessQueueInfo");
}

function rates({ statusTable }: ConsumerRunningInfo, isWide: boolean): string {
  const header = printf(
    `%-${isWide ? 64 : 32}s  %14s %14s %14s %14s %18s %25s\n`,
    "#Topic",
    "#Pull RT",
    "#Pull TPS",
    "#Consume RT",
    "#ConsumeOK TPS",
    "#ConsumeFailed TPS",
    "#ConsumeFailedMsgsInHour",
  );
  const lines = [...statusTable]
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([topic, status]) =>
      printf(
        "%-32s  %14.2f %14.2f %14.2f %14.2f %18.2f %25d\n",
        topic,
        status.pullRT,
        status.pullTPS,
        status.consumeRT,
        status.consumeOKTPS,
        status.consumeFailedTPS,
        status.consumeFailedMsgs,
      ),
    );
  return `#Consumer RT&TPS#\n${header}${lines.join("")}`;
}

function userInfo({ userConsumerInfo }: ConsumerRunningInfo): string {
  const lines = Object.keys(userConsumerInfo)
    .sort(compareTexts)
    .map((name) => printf("%-40s: %s\n", name, userConsumerInfo[name] ?? ""));
  return `#User Consume Info#\n${lines.join("")}`;
}

function popQueueText({ waitAckCount, dropped, lastPopTimestamp }: PopProcessQueueInfo): string {
  return `PopProcessQueueInfo [waitAckCount:${waitAckCount}, droped:${dropped}, lastPopTimestamp:${lastPopTimestamp}]`;
}

function byQueue<E extends { queue: Queue }>(table: readonly E[]): E[] {
  return [...table].sort((a, b) => compareQueues(a.queue, b.queue));
}

/** `20250919172541020` in the machine's time zone. Upstream: UtilAll.timeMillisToHumanString. */
function stamp(ms: number): string {
  const seconds = secondsText(ms).replaceAll(/\D/g, "");
  return seconds + String(new Date(ms).getMilliseconds()).padStart(3, "0");
}
