/** Which groups read which topics. Upstream: AdminBrokerProcessor.queryTopicConsumeByWho, queryTopicsByConsumer, querySubscriptionByConsumer. */
import { querySubscriptionByConsumer } from "../../../protocol/requests/query-subscription-by-consumer.js";
import { queryTopicConsumeByWho } from "../../../protocol/requests/query-topic-consume-by-who.js";
import { queryTopicsByConsumer } from "../../../protocol/requests/query-topics-by-consumer.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import { REVIVE_READ_GROUP } from "../../pop/pop-names.js";

export function registerWhoConsumes(dispatcher: Dispatcher, context: BrokerContext): void {
  const { clients, offsets } = context;
  dispatcher.register(queryTopicConsumeByWho, ({ header: { topic } }) => {
    const groups = new Set([...clients.groupsSubscribedTo(topic), ...offsets.groupsOfTopic(topic)]);
    groups.delete(REVIVE_READ_GROUP);
    return { content: { groupList: [...groups] } };
  });
  dispatcher.register(queryTopicsByConsumer, ({ header }) => ({
    content: {
      brokerAddr: context.brokerAddress,
      topicList: [...offsets.topicsOfGroup(header.group)],
    },
  }));
  dispatcher.register(querySubscriptionByConsumer, ({ header: { group, topic = "" } }) => {
    const subscriptionData = clients.consumerGroup(group)?.subscriptions.get(topic);
    return { content: { group, topic, subscriptionData } };
  });
}
