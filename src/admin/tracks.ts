import { messageOf } from "../../engine/base/errors.js";
import type { Message } from "../../engine/message/message.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { clusterInfo, MASTER_ID } from "./clusters.js";
import { consumeStats } from "./consume-stats.js";
import { type ConsumerConnection, consumerConnection } from "./consumers.js";
import { CodeError, codeText, RefusedError } from "./explain.js";
import { hostText } from "./message-text.js";
import { inParallel } from "./parallel.js";
import { topicGroups, topicRoute } from "./topics.js";

export type TrackType =
  | "CONSUMED"
  | "CONSUMED_BUT_FILTERED"
  | "PULL"
  | "NOT_CONSUME_YET"
  | "NOT_ONLINE"
  | "CONSUME_BROADCASTING"
  | "UNKNOWN";

/** How one group stands to one message. Upstream: MessageTrack. */
export interface Track {
  group: string;
  type: TrackType;
  /** Why it is not known. */
  exception: string | undefined;
  /** The name server's words, where it is why. */
  namesrvSaid?: { code: number; remark: string } | undefined;
}

/** Which release's text it is to be. */
interface Release {
  readonly isBefore: (release: string) => boolean;
}

/** One track per group that consumes the message's topic. Upstream: messageTrackDetail. */
export async function messageTracks(admin: Admin, message: Message): Promise<Track[]> {
  const route = await topicRoute(admin, message.topic);
  const groups = await topicGroups(admin, route, message.topic);
  return inParallel(groups, (group) => trackOf(admin, message, group));
}

/** MessageTrack.toString. */
export function trackText(track: Track, release?: Release): string {
  const { group, namesrvSaid } = track;
  const { type, exception } =
    namesrvSaid !== undefined
      ? { type: track.type, exception: namesrvRefusal(namesrvSaid, release) }
      : release?.isBefore("5.0.0") === true && track.type === "CONSUME_BROADCASTING"
        ? BROADCASTING_BEFORE_5
        : track;
  return `MessageTrack [consumerGroup=${group}, trackType=${type}, exceptionDesc=${exception ?? "null"}]`;
}

/** Older tools took a broadcasting group, which has no offsets at brokers, for one that never consumed. */
const BROADCASTING_BEFORE_5 = {
  type: "NOT_ONLINE",
  exception:
    "CODE:206 DESC:Not found the consumer group consume stats, because return offset table is empty, maybe the consumer not consume any message",
} as const;

async function trackOf(admin: Admin, message: Message, group: string): Promise<Track> {
  try {
    const connection = await consumerConnection(admin, group);
    return {
      group,
      type: await typeOf(admin, message, { group, connection }),
      exception: undefined,
    };
  } catch (thrown) {
    return { group, ...failureOf(thrown) };
  }
}

async function typeOf(
  admin: Admin,
  message: Message,
  { group, connection }: { group: string; connection: ConsumerConnection },
): Promise<TrackType> {
  if (connection.consumeType === "CONSUME_ACTIVELY") return "PULL";
  if (connection.consumeType !== "CONSUME_PASSIVELY") return "UNKNOWN";
  if (!(await isConsumed(admin, message, group))) return "NOT_CONSUME_YET";
  const wanted = connection.subscriptionTable.get(message.topic)?.tagsSet ?? [];
  const isWanted =
    wanted.length === 0 || wanted.includes("*") || wanted.includes(message.tags ?? "");
  return isWanted ? "CONSUMED" : "CONSUMED_BUT_FILTERED";
}

/** Whether the group's offset at the message's broker is beyond the message. */
async function isConsumed(admin: Admin, message: Message, group: string): Promise<boolean> {
  const [stats, info] = await Promise.all([consumeStats(admin, group), clusterInfo(admin)]);
  const store = hostText(message.storeHost);
  return stats.queues.some(
    (queue) =>
      queue.topic === message.topic &&
      queue.queueId === message.queueId &&
      info.brokerAddrTable.get(queue.brokerName)?.brokerAddrs.get(MASTER_ID) === store &&
      queue.consumerOffset > message.queueOffset,
  );
}

function failureOf(thrown: unknown): Omit<Track, "group"> {
  if (thrown instanceof RefusedError && thrown.broker === undefined) {
    const { code, remark } = thrown;
    return { type: "UNKNOWN", exception: namesrvRefusal(thrown), namesrvSaid: { code, remark } };
  }
  if (!(thrown instanceof RefusedError) && !(thrown instanceof CodeError)) {
    return { type: "UNKNOWN", exception: messageOf(thrown) };
  }
  const exception = `CODE:${thrown.code} DESC:${thrown.remark}`;
  if (thrown.code === ResponseCode.CONSUMER_NOT_ONLINE) return { type: "NOT_ONLINE", exception };
  if (thrown.code === ResponseCode.BROADCAST_CONSUMPTION)
    return { type: "CONSUME_BROADCASTING", exception };
  return { type: "UNKNOWN", exception };
}

/** UtilAll.exceptionSimpleDesc: the exception's text and its first stack frame, that of 4.8.0 or 5.3.3. */
function namesrvRefusal(
  { code, remark }: { code: number; remark: string },
  release?: Release,
): string {
  const thrower = "org.apache.rocketmq.client.impl.MQClientAPIImpl.getTopicRouteInfoFromNameServer";
  const text = `org.apache.rocketmq.client.exception.MQClientException: ${codeText(code, remark)}`;
  const isOld = release?.isBefore("5.1.0") === true;
  const line = isOld ? 1385 : 1998;
  const page = isOld
    ? "http://rocketmq.apache.org/docs/faq/"
    : "https://rocketmq.apache.org/docs/bestPractice/06FAQ";
  const help = remark.includes("for further details.") ? "" : `\nSee ${page} for further details.`;
  return `${text}${help}, ${thrower}(MQClientAPIImpl.java:${line})`;
}
