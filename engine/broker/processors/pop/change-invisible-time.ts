/** CHANGE_MESSAGE_INVISIBLETIME 200053. Upstream: ChangeInvisibleTimeProcessor (5.3.3). */
import { changeMessageInvisibletime } from "../../../protocol/requests/change-message-invisibletime.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher, Reply } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import { ORDER_REVIVE_QUEUE } from "../../pop/pop-names.js";
import type { PopService } from "../../pop/pop-service.js";
import { parseReceipt, type Receipt } from "../../pop/receipt.js";
import { appendAck, appendCheckPoint } from "../../pop/revive-log.js";
import { illegalReviveQueue, isReviveQueue } from "./ack-message.js";
import { checkAck } from "./pop-checks.js";

interface ChangeHeader {
  consumerGroup: string;
  topic: string;
  queueId: number;
  extraInfo: string;
  offset: number;
  invisibleTime: number;
}

interface ChangeAnswer {
  popTime: number;
  invisibleTime: number;
  reviveQid: number;
}

type ChangeReply = Reply<ChangeAnswer, undefined>;

export function registerChangeInvisibleTime(
  dispatcher: Dispatcher,
  context: BrokerContext,
  pop: PopService,
): void {
  dispatcher.register(
    changeMessageInvisibletime,
    ({ header, connection }): ChangeReply | Promise<ChangeReply> => {
      const checked = checkAck(context, header, connection);
      if ("code" in checked) return checked;
      const { topic, queueId, offset } = header;
      const { store } = context;
      if (offset < store.minOffset(topic, queueId) || offset >= store.maxOffset(topic, queueId)) {
        return { code: ResponseCode.NO_MESSAGE };
      }
      const receipt = parseReceipt(header.extraInfo);
      const { reviveQueueId } = receipt;
      if (reviveQueueId === ORDER_REVIVE_QUEUE) return changeOrderly(context, pop, header);
      if (!isReviveQueue(context, reviveQueueId)) return illegalReviveQueue(reviveQueueId);
      return change(context, header, receipt);
    },
  );
}

/** A new check point first, then the acknowledgement of the old one: whatever happens between, the message comes back. */
async function change(
  context: BrokerContext,
  header: ChangeHeader,
  receipt: Receipt,
): Promise<ChangeReply> {
  const { consumerGroup, topic, queueId, offset, invisibleTime } = header;
  const { reviveQueueId, brokerName, startOffset } = receipt;
  // The pop time tells the check points of one message apart: it must not be that of the old one.
  const popTime = Math.max(context.clock.now(), receipt.popTime + 1);
  const message = { topic, consumerGroup, queueId, brokerName };
  const isStored = await appendCheckPoint(context, reviveQueueId, {
    ...message,
    bitMap: 0,
    diffs: [0],
    invisibleTime,
    count: 1,
    popTime,
    reviveOffset: 0,
    startOffset: offset,
  });
  if (!isStored) return { code: ResponseCode.SYSTEM_ERROR };
  context.stats.checkPoint(consumerGroup, topic);
  context.stats.acknowledged(consumerGroup, topic, 1);
  const ack = { ...message, startOffset, popTime: receipt.popTime, ackOffset: offset };
  await appendAck(context, reviveQueueId, ack);
  return { header: { popTime, invisibleTime, reviveQid: reviveQueueId } };
}

function changeOrderly(
  { clock, offsets }: BrokerContext,
  pop: PopService,
  header: ChangeHeader,
): ChangeReply {
  const { consumerGroup: group, topic, queueId, offset, invisibleTime } = header;
  const { popTime } = parseReceipt(header.extraInfo);
  if (offset < offsets.get(group, topic, queueId)) {
    // upstream leaves the fields of its answer at 0
    return { header: { popTime: 0, invisibleTime: 0, reviveQid: 0 } };
  }
  const visibleTime = clock.now() + invisibleTime;
  const queue = { topic, group, queueId };
  pop.orders.setNextVisibleTime(queue, { queueOffset: offset, popTime, visibleTime });
  return {
    header: { popTime, invisibleTime: visibleTime - popTime, reviveQid: ORDER_REVIVE_QUEUE },
  };
}
