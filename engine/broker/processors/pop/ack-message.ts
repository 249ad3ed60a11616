/** ACK_MESSAGE 200051, BATCH_ACK_MESSAGE 200151. Upstream: AckMessageProcessor (5.3.3). */
import type { BatchAck } from "../../../protocol/bodies/batch-ack-message-body.js";
import { ackMessage } from "../../../protocol/requests/ack-message.js";
import { batchAckMessage } from "../../../protocol/requests/batch-ack-message.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Connection, Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import type { QueueOfGroup } from "../../pop/consumer-order-info.js";
import { markedTopic, ORDER_REVIVE_QUEUE } from "../../pop/pop-names.js";
import type { PopService } from "../../pop/pop-service.js";
import { parseReceipt } from "../../pop/receipt.js";
import { appendAck, appendBatchAck } from "../../pop/revive-log.js";
import { checkAck, type Refusal } from "./pop-checks.js";

type PlainReply = Refusal | Record<string, never>;

interface AckHeader {
  consumerGroup: string;
  topic: string;
  queueId: number;
  extraInfo: string;
  offset: number;
}

/** The acknowledgement was not written: the message comes back, unless the client tries again. */
const NOT_STORED: Refusal = {
  code: ResponseCode.SYSTEM_ERROR,
  remark: "the acknowledgement was not stored",
};

export function registerAckMessage(
  dispatcher: Dispatcher,
  context: BrokerContext,
  pop: PopService,
): void {
  dispatcher.register(ackMessage, ({ header, connection }) =>
    acknowledge({ context, pop, connection }, header),
  );
  dispatcher.register(batchAckMessage, async ({ body, content, connection }) => {
    const acks = body.length === 0 ? [] : content().acks;
    if (acks.length === 0) return { code: ResponseCode.NO_MESSAGE };
    const { brokerName } = content();
    const replies = await Promise.all(
      acks.map((ack) => acknowledgeSeveral({ context, pop, connection }, ack, brokerName)),
    );
    return replies.find((reply) => "code" in reply) ?? {};
  });
}

interface Acking {
  context: BrokerContext;
  pop: PopService;
  connection: Connection;
}

async function acknowledge(acking: Acking, header: AckHeader): Promise<PlainReply> {
  const { context, connection } = acking;
  const checked = checkAck(context, header, connection);
  if ("code" in checked) return checked;
  const { consumerGroup, topic, queueId, offset } = header;
  const minOffset = context.store.minOffset(topic, queueId);
  const maxOffset = context.store.maxOffset(topic, queueId);
  if (offset < minOffset || offset > maxOffset) {
    const range = `commit:${offset}, store:${minOffset}~${maxOffset}`;
    return {
      code: ResponseCode.NO_MESSAGE,
      remark: `offset is illegal, key:${topic}@${queueId}, ${range}`,
    };
  }
  const receipt = parseReceipt(header.extraInfo);
  const { reviveQueueId, startOffset, popTime, brokerName } = receipt;
  if (reviveQueueId === ORDER_REVIVE_QUEUE) {
    return ackOrderly(acking, { topic, group: consumerGroup, queueId }, { offset, popTime });
  }
  if (!isReviveQueue(context, reviveQueueId)) return illegalReviveQueue(reviveQueueId);
  context.stats.acknowledged(consumerGroup, topic, 1);
  const ack = { topic, consumerGroup, queueId, startOffset, popTime, brokerName };
  const isStored = await appendAck(context, reviveQueueId, { ...ack, ackOffset: offset });
  return isStored ? {} : NOT_STORED;
}

async function acknowledgeSeveral(
  acking: Acking,
  ack: BatchAck,
  brokerName: string,
): Promise<PlainReply> {
  const { context } = acking;
  const { consumerGroup, queueId, startOffset, popTime, reviveQueueId } = ack;
  const topic = markedTopic(ack.topic, consumerGroup, ack.retry);
  if (topic === undefined) {
    return { code: ResponseCode.SYSTEM_ERROR, remark: "getRetry fail, format is wrong" };
  }
  const minOffset = context.store.minOffset(topic, queueId);
  const maxOffset = context.store.maxOffset(topic, queueId);
  const ackOffsets = setBits(ack.bitSet)
    .map((index) => startOffset + index)
    .filter((offset) => offset >= minOffset && offset <= maxOffset);
  if (ackOffsets.length === 0) return {};
  if (reviveQueueId === ORDER_REVIVE_QUEUE) {
    const queue = { topic, group: consumerGroup, queueId };
    const replies = ackOffsets.map((offset) => ackOrderly(acking, queue, { offset, popTime }));
    return replies.find((reply) => "code" in reply) ?? {};
  }
  if (!isReviveQueue(context, reviveQueueId)) return illegalReviveQueue(reviveQueueId);
  context.stats.acknowledged(consumerGroup, topic, ackOffsets.length);
  const isStored = await appendBatchAck(context, reviveQueueId, {
    ackOffset: -1,
    ackOffsets,
    brokerName,
    consumerGroup,
    popTime,
    queueId,
    startOffset,
    topic,
  });
  return isStored ? {} : NOT_STORED;
}

/** Orderly pops are not in the revive topic: the group's offset moves on when the first messages are acknowledged. */
function ackOrderly(
  { context, pop, connection }: Acking,
  queue: QueueOfGroup,
  { offset, popTime }: { offset: number; popTime: number },
): PlainReply {
  const { topic, group, queueId } = queue;
  const { offsets } = context;
  const committed = offsets.get(group, topic, queueId);
  if (offset < committed) return {};
  const next = pop.orders.acknowledge(queue, { queueOffset: offset, popTime });
  if (next === "stale") return {};
  context.stats.acknowledged(group, topic, 1);
  if (next === "illegal") {
    const moved = `old:${committed}, commit:${offset}, next:-1, /${connection.remoteAddress}`;
    return {
      code: ResponseCode.MESSAGE_ILLEGAL,
      remark: `offset is illegal, key:${topic}@${group}@${queueId}, ${moved}`,
    };
  }
  if (offsets.pendingReset(group, topic, queueId) === undefined) {
    offsets.commit(group, topic, queueId, next);
  }
  if (!pop.orders.isBlocked(queue, undefined)) pop.notify(queue);
  return {};
}

export function isReviveQueue({ config }: Pick<BrokerContext, "config">, queueId: number): boolean {
  return queueId >= 0 && queueId < config.reviveQueueNum;
}

export function illegalReviveQueue(queueId: number): Refusal {
  return {
    code: ResponseCode.MESSAGE_ILLEGAL,
    remark: `the revive queue ${queueId} of the receipt does not exist`,
  };
}

/** Indexes of the bits that are set. Upstream: BitSet.valueOf, whose bytes are little-endian. */
function setBits(base64: string): number[] {
  const indexes: number[] = [];
  for (const [at, byte] of Buffer.from(base64, "base64").entries()) {
    for (let bit = 0; bit < 8; bit++) if ((byte & (1 << bit)) !== 0) indexes.push(at * 8 + bit);
  }
  return indexes;
}
