/** The store is cleaned now instead of later. Upstream: AdminBrokerProcessor.cleanExpiredConsumeQueue, deleteExpiredCommitLog, cleanUnusedTopic. */
import { cleanExpiredConsumequeue } from "../../../protocol/requests/clean-expired-consumequeue.js";
import { cleanUnusedTopic } from "../../../protocol/requests/clean-unused-topic.js";
import { deleteExpiredCommitlog } from "../../../protocol/requests/delete-expired-commitlog.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";

export function registerCleaning(dispatcher: Dispatcher, { store, topics }: BrokerContext): void {
  dispatcher.register(cleanExpiredConsumequeue, () => {
    store.cleanExpiredConsumeQueues();
    return {};
  });
  dispatcher.register(deleteExpiredCommitlog, () => {
    store.deleteExpiredCommitLog();
    return {};
  });
  dispatcher.register(cleanUnusedTopic, () => {
    const known = topics.all();
    const unused = [...store.queues().keys()].filter(
      (topic) => !known.has(topic) && !topics.isSystemTopic(topic),
    );
    if (unused.length > 0) store.deleteTopics(unused);
    return {};
  });
}
