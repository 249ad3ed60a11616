/** HEART_BEAT 34, UNREGISTER_CLIENT 35, CHECK_CLIENT_CONFIG 46. Upstream: ClientManageProcessor (5.3.3). */
import { retryTopic } from "../../message/topic-names.js";
import type {
  ConsumerData,
  HeartbeatData,
  SubscriptionData,
} from "../../protocol/bodies/heartbeat-data.js";
import { checkClientConfig } from "../../protocol/requests/check-client-config.js";
import { heartBeat } from "../../protocol/requests/heart-beat.js";
import { unregisterClient } from "../../protocol/requests/unregister-client.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import type { Connection, Dispatcher } from "../../remoting/api.js";
import { type BrokerContext, PERM_READ, PERM_WRITE } from "../broker-context.js";
import type { ClientIdentity, ConnectedClients } from "../client-registry.js";
import { isTagType, needsSql92 } from "../consumer-filter.js";
import { compileExpression, sql92Loading } from "../sql92-loader.js";
import { type PullRefusal, propertyFilterRefusal } from "./pull-checks.js";

export function registerClientManage(
  dispatcher: Dispatcher,
  context: BrokerContext,
  clients: ConnectedClients,
): void {
  dispatcher.register(heartBeat, (exchange) => {
    const data = exchange.content();
    const { language, version } = exchange.command;
    const client = { clientId: data.clientId, language, version };
    const sender = { context, clients, connection: exchange.connection, client };
    const answer = () => {
      const isSubChange = takeHeartbeat(sender, data);
      return context.release.tellsAbilities
        ? { header: { isSupportHeartBeatV2: true, isSubChange } }
        : {};
    };
    const subscriptions = data.consumerDataSet.flatMap((one) => one.subscriptionDataSet);
    const loading = needsSql92(subscriptions) ? sql92Loading() : undefined;
    return loading?.then(answer) ?? answer();
  });
  dispatcher.register(unregisterClient, ({ header, connection }) => {
    const { producerGroup, consumerGroup } = header;
    if (producerGroup !== undefined) clients.unregisterProducer(producerGroup, connection);
    if (consumerGroup !== undefined) {
      const isNotified = context.groups.get(consumerGroup)?.notifyConsumerIdsChangedEnable ?? true;
      clients.unregisterConsumer(consumerGroup, connection, isNotified);
    }
    return {};
  });
  dispatcher.register(checkClientConfig, (exchange) => {
    const { subscriptionData } = exchange.content();
    const check = (): Partial<PullRefusal> => checkSubscription(context, subscriptionData);
    const loading = needsSql92([subscriptionData]) ? sql92Loading() : undefined;
    return loading?.then(check) ?? check();
  });
}

function checkSubscription(
  { config }: BrokerContext,
  { expressionType, subString }: SubscriptionData,
): Partial<PullRefusal> {
  if (isTagType(expressionType)) return {};
  if (!config.enablePropertyFilter) return propertyFilterRefusal(expressionType);
  const { problem } = compileExpression(expressionType, subString);
  if (problem === undefined) return {};
  return { code: ResponseCode.SUBSCRIPTION_PARSE_FAILED, remark: problem };
}

interface Sender {
  context: BrokerContext;
  clients: ConnectedClients;
  connection: Connection;
  client: ClientIdentity;
}

/** Gives whether the client must send its subscriptions in full next time (IS_SUB_CHANGE). */
function takeHeartbeat(sender: Sender, data: HeartbeatData): boolean {
  const isV2 = data.heartbeatFingerprint !== 0;
  let isSubChange = !isV2;
  for (const consumer of data.consumerDataSet) {
    if (!takeConsumer(sender, consumer, isV2 && data.withoutSub)) continue;
    const { groupName } = consumer;
    if (sender.clients.exchangeFingerprint(groupName, data.heartbeatFingerprint))
      isSubChange = true;
  }
  for (const { groupName } of data.producerDataSet) {
    sender.clients.registerProducer(groupName, sender.connection, sender.client);
  }
  return isSubChange;
}

/** False for a group that does not exist and may not be made: it is passed over without an error, as upstream. */
function takeConsumer(sender: Sender, consumer: ConsumerData, withoutSub: boolean): boolean {
  const { context, clients, connection, client } = sender;
  const group = context.groups.find(consumer.groupName);
  if (group === undefined) return false;
  const isOrder = consumer.subscriptionDataSet.some(
    ({ topic }) => context.topics.get(topic)?.order === true,
  );
  if (group.retryQueueNums > 0) {
    context.topics.createInSendBack(retryTopic(consumer.groupName), group.retryQueueNums, {
      perm: PERM_READ | PERM_WRITE,
      isUnit: consumer.unitMode,
      isOrder,
    });
  }
  clients.registerConsumer(consumer, connection, {
    client,
    withSubscriptions: !withoutSub,
    isNotified: group.notifyConsumerIdsChangedEnable,
  });
  if (!withoutSub) context.filters.register(consumer.groupName, consumer.subscriptionDataSet);
  return true;
}
