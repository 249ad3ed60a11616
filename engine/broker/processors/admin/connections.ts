/** Who is connected. Upstream: AdminBrokerProcessor.getConsumerConnectionList, getProducerConnectionList, getAllProducerInfo. */
import type {
  ClientConnection,
  ProducerInfo,
} from "../../../protocol/bodies/client-connections.js";
import { getAllProducerInfo } from "../../../protocol/requests/get-all-producer-info.js";
import { getConsumerConnectionList } from "../../../protocol/requests/get-consumer-connection-list.js";
import { getProducerConnectionList } from "../../../protocol/requests/get-producer-connection-list.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext, ClientChannel } from "../../broker-context.js";

export function registerConnections(dispatcher: Dispatcher, context: BrokerContext): void {
  const { clients } = context;
  dispatcher.register(getConsumerConnectionList, ({ header }) => {
    const group = clients.consumerGroup(header.consumerGroup);
    if (group === undefined) {
      const remark = `the consumer group[${header.consumerGroup}] not online`;
      return { code: ResponseCode.CONSUMER_NOT_ONLINE, remark };
    }
    return {
      content: {
        connectionSet: [...group.channels.values()].map(connectionOf),
        consumeFromWhere: group.consumeFromWhere,
        consumeType: group.consumeType,
        messageModel: group.messageModel,
        subscriptionTable: new Map(group.subscriptions),
      },
    };
  });
  dispatcher.register(getProducerConnectionList, ({ header }) => {
    const channels = clients.producerGroups().get(header.producerGroup);
    if (channels === undefined) {
      const remark = `the producer group[${header.producerGroup}] not exist`;
      return { code: ResponseCode.SYSTEM_ERROR, remark };
    }
    return { content: { connectionSet: [...channels.values()].map(connectionOf) } };
  });
  dispatcher.register(getAllProducerInfo, () => {
    const groups = [...clients.producerGroups()];
    return {
      content: {
        data: new Map(
          groups.map(([group, channels]) => [group, [...channels.values()].map(producerOf)]),
        ),
      },
    };
  });
}

function connectionOf({
  clientId,
  connection,
  language,
  version,
}: ClientChannel): ClientConnection {
  return { clientAddr: connection.remoteAddress, clientId, language, version };
}

/** Upstream tells the address as Java prints a socket address: behind a slash. */
function producerOf(channel: ClientChannel): ProducerInfo {
  const { clientId, connection, language, lastUpdateTimestamp, version } = channel;
  return {
    clientId,
    language,
    lastUpdateTimestamp,
    remoteIp: `/${connection.remoteAddress}`,
    version,
  };
}
