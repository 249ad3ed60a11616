/** A group is set to other offsets. Upstream: AdminBrokerProcessor.resetOffset, resetOffsetInner; Broker2Client.resetOffset. */
import type { QueueEntry } from "../../../protocol/bodies/message-queue.js";
import {
  resetOffsetBody,
  resetOffsetBodyForC,
  type ResetOffsetBody,
} from "../../../protocol/bodies/reset-offset-body.js";
import { invokeBrokerToResetOffset } from "../../../protocol/requests/invoke-broker-to-reset-offset.js";
import { resetConsumerClientOffset } from "../../../protocol/requests/reset-consumer-client-offset.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import { Version, versionName } from "../../../protocol/versions.js";
import type { Dispatcher, Reply } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import { offsetOfTime } from "../time-offset.js";
import { queueIds } from "./queue-range.js";

interface Asked {
  topic: string;
  group: string;
  /** Milliseconds; negative is the end of the queue. */
  timestamp: number;
  isForce: boolean;
  queueId?: number | undefined;
  offset?: number | undefined;
}

type Answer = Reply<Record<never, never>, ResetOffsetBody>;

export function registerResetOffset(dispatcher: Dispatcher, context: BrokerContext): void {
  dispatcher.register(invokeBrokerToResetOffset, ({ command, header }) =>
    context.config.useServerSideResetOffset
      ? resetHere(context, header)
      : resetAtClients(context, header, command.language === "CPP"),
  );
}

/** The broker sets its own table, whether anybody is online or not; consumers learn it with their next pull. */
function resetHere(context: BrokerContext, asked: Asked): Answer {
  const { group, topic } = asked;
  if (context.config.brokerRole === "SLAVE") return failed("Can not reset offset in slave broker");
  const config = context.topics.get(topic);
  if (config === undefined) {
    return { code: ResponseCode.TOPIC_NOT_EXIST, remark: `Topic ${topic} does not exist` };
  }
  if (!context.groups.has(group)) {
    return {
      code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
      remark: `Group ${group} does not exist`,
    };
  }
  const queueId = asked.queueId ?? -1;
  const offset = asked.offset ?? -1;
  if (queueId >= 0 && offset !== -1) {
    const min = context.store.minOffset(topic, queueId);
    const max = context.store.maxOffset(topic, queueId);
    if ((min >= 0 && offset < min) || offset > max + 1) {
      return failed(`Target offset ${offset} not in consume queue range [${min}-${max}]`);
    }
    return assign(context, asked, [[queueId, offset]]);
  }
  const ids = queueId >= 0 ? [queueId] : queueIds(config.readQueueNums);
  if (ids.length === 0) return failed("No queues to reset.");
  return assign(
    context,
    asked,
    ids.map((id) => [id, offsetAt(context, asked, id)]),
  );
}

function assign(
  context: BrokerContext,
  asked: Asked,
  to: [queueId: number, offset: number][],
): Answer {
  const { group, topic } = asked;
  for (const [queueId, offset] of to) context.offsets.assignReset(group, topic, queueId, offset);
  return {
    content: {
      offsetTable: to.map(([queueId, offset]) => entry(context, asked, { queueId, offset })),
    },
  };
}

function entry(
  { config }: BrokerContext,
  { topic }: Asked,
  { queueId, offset }: { queueId: number; offset: number },
): QueueEntry<number> {
  return { queue: { topic, brokerName: config.brokerName, queueId }, value: offset };
}

function offsetAt(context: BrokerContext, { timestamp, topic }: Asked, queueId: number): number {
  if (timestamp < 0) return context.store.maxOffset(topic, queueId);
  return offsetOfTime(context, { topic, queueId, timestamp: BigInt(timestamp) });
}

/** The way of 4.x: every consumer that is online is told to go elsewhere and commits it itself. */
function resetAtClients(context: BrokerContext, asked: Asked, isC: boolean): Answer {
  const config = context.topics.get(asked.topic);
  if (config === undefined) {
    const remark = `[reset-offset] reset offset failed, no topic in this broker. topic=${asked.topic}`;
    return { code: context.release.noTopicToReset, remark };
  }
  const offsetTable: QueueEntry<number>[] = [];
  for (const queueId of queueIds(config.writeQueueNums)) {
    const committed = context.offsets.get(asked.group, asked.topic, queueId);
    if (committed === -1) return failed(`THe consumer group <${asked.group}> not exist`);
    const target = Math.max(0, offsetAt(context, asked, queueId));
    const offset = asked.isForce || target < committed ? target : committed;
    offsetTable.push(entry(context, asked, { queueId, offset }));
  }
  return tellConsumers(context, asked, { offsetTable, isC }) ?? { content: { offsetTable } };
}

/** Undefined when all were told. */
function tellConsumers(
  { clients }: BrokerContext,
  { group, timestamp, topic }: Asked,
  { isC, offsetTable }: { isC: boolean; offsetTable: QueueEntry<number>[] },
): Answer | undefined {
  const channels = [...(clients.consumerGroup(group)?.channels.values() ?? [])];
  if (channels.length === 0) {
    const remark = `Consumer not online, so can not reset offset, Group: ${group} Topic: ${topic} Timestamp: ${timestamp}`;
    return { code: ResponseCode.CONSUMER_NOT_ONLINE, remark };
  }
  const body = isC
    ? resetOffsetBodyForC.encode({
        offsetTable: offsetTable.map(({ queue, value }) => ({ ...queue, offset: value })),
      })
    : resetOffsetBody.encode({ offsetTable });
  for (const { connection, version } of channels) {
    if (version < Version.V3_0_7_SNAPSHOT) {
      return failed(`the client does not support this feature. version=${versionName(version)}`);
    }
    // Upstream leaves isForce unset here, which is false on the wire; consumers do not look at it.
    const header = { topic, group, timestamp, isForce: false };
    connection.callOneway(resetConsumerClientOffset, header, { body, timeoutMs: 5000 });
  }
  return undefined;
}

function failed(remark: string): Answer {
  return { code: ResponseCode.SYSTEM_ERROR, remark };
}
