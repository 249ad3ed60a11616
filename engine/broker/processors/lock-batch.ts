/** LOCK_BATCH_MQ 41, UNLOCK_BATCH_MQ 42. Upstream: AdminBrokerProcessor.lockBatchMQ, unlockBatchMQ. */
import { lockBatchMq } from "../../protocol/requests/lock-batch-mq.js";
import { unlockBatchMq } from "../../protocol/requests/unlock-batch-mq.js";
import type { Dispatcher } from "../../remoting/api.js";
import type { BrokerContext } from "../broker-context.js";

export function registerLockBatch(dispatcher: Dispatcher, { locks }: BrokerContext): void {
  dispatcher.register(lockBatchMq, (exchange) => {
    const { consumerGroup, mqSet, clientId } = exchange.content();
    return { content: { lockOKMQSet: locks.lock(consumerGroup, mqSet, clientId) } };
  });
  dispatcher.register(unlockBatchMq, (exchange) => {
    const { consumerGroup, mqSet, clientId } = exchange.content();
    locks.unlock(consumerGroup, mqSet, clientId);
    return {};
  });
}
