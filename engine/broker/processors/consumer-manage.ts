/** GET_CONSUMER_LIST_BY_GROUP 38. Upstream: ConsumerManageProcessor. */
import { getConsumerListByGroup } from "../../protocol/requests/get-consumer-list-by-group.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import type { Dispatcher } from "../../remoting/api.js";
import type { BrokerContext } from "../broker-context.js";

export function registerConsumerManage(dispatcher: Dispatcher, { clients }: BrokerContext): void {
  dispatcher.register(getConsumerListByGroup, ({ header: { consumerGroup } }) => {
    const channels = clients.consumerGroup(consumerGroup)?.channels.values() ?? [];
    const consumerIdList = [...new Set([...channels].map(({ clientId }) => clientId))];
    if (consumerIdList.length === 0) {
      const remark = `no consumer for this group, ${consumerGroup}`;
      return { code: ResponseCode.SYSTEM_ERROR, remark };
    }
    return { content: { consumerIdList } };
  });
}
