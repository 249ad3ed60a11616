/** One message consumed on request of an operator. Upstream: ConsumeMessageConcurrentlyService.consumeMessageDirectly. */
import { messageOf } from "../base/errors.js";
import type {
  ConsumeMessageDirectlyResult,
  ConsumeResult as DirectResult,
} from "../protocol/bodies/consume-message-directly-result.js";
import type { ConsumeResult, MessageListener } from "./consume-service.js";
import { type ReceivedMessage, restoreTopic } from "./received-message.js";

const RESULTS: Record<ConsumeResult, DirectResult> = {
  SUCCESS: "CR_SUCCESS",
  LATER: "CR_LATER",
  LEAVE: "CR_RETURN_NULL",
};

/** Calls the listener outside of all queues: no offset moves, nothing is given back. */
export async function consumeDirectly(
  consumer: { group: string; listener: MessageListener; isOrderly: boolean },
  message: ReceivedMessage,
): Promise<ConsumeMessageDirectlyResult> {
  const begin = performance.now();
  restoreTopic(message, consumer.group);
  const { topic, brokerName, queueId } = message;
  const context = { queue: { topic, brokerName, queueId }, delayLevel: 0 };
  let consumeResult: DirectResult;
  let remark: string | undefined;
  try {
    consumeResult = RESULTS[(await consumer.listener([message], context)) ?? "SUCCESS"];
  } catch (error) {
    consumeResult = "CR_THROW_EXCEPTION";
    remark = messageOf(error);
  }
  const spentTimeMills = Math.round(performance.now() - begin);
  return { autoCommit: true, order: consumer.isOrderly, consumeResult, remark, spentTimeMills };
}
