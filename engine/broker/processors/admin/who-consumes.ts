/** Which groups read which topics. Upstream: AdminBrokerProcessor.queryTopicConsumeByWho, queryTopicsByConsumer, querySubscriptionByConsumer. */
import { querySubscriptionByConsumer } from "../../../protocol/requests/query-subscription-by-consumer.js";
import { queryTopicConsumeByWho } from "../../../protocol/requests/query-topic-consume-by-who.js";
import { queryTopicsByConsumer } from "../../../protocol/requests/query-topics-by-consumer.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";

export function registerWhoConsumes(dispatcher: Dispatcher, context: BrokerContext): void {
  const { clients, offsets } = context;
  dispatcher.register(queryTopicConsumeByWho, ({ header: { topic } }) => {
    const online = clients.groupsSubscribedTo(topic);
    return { content: { groupList: [...new Set([...online, ...offsets.groupsOfTopic(topic)])] } };
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
