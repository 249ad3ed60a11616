/** QUERY_MESSAGE 12, VIEW_MESSAGE_BY_ID 33. Upstream: QueryMessageProcessor. */
import { queryMessage } from "../../protocol/requests/query-message.js";
import { viewMessageById } from "../../protocol/requests/view-message-by-id.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import type { Dispatcher } from "../../remoting/api.js";
import type { BrokerContext } from "../broker-context.js";

export function registerQueryMessage(
  dispatcher: Dispatcher,
  { store, config }: BrokerContext,
): void {
  dispatcher.register(queryMessage, ({ header }) => {
    const { topic, key, beginTimestamp, endTimestamp, uniqueKeyQuery } = header;
    const wanted = uniqueKeyQuery === true ? config.defaultQueryMaxNum : header.maxNum;
    const maxCount = Math.min(wanted, config.maxMsgsNumBatch);
    const found = store.query(topic, key, maxCount, beginTimestamp, endTimestamp);
    if (found.records.length === 0) {
      return {
        code: ResponseCode.QUERY_NOT_FOUND,
        remark: "can not find message, maybe time range not correct",
        header: { indexLastUpdateTimestamp: 0, indexLastUpdatePhyoffset: 0 },
      };
    }
    return {
      header: {
        indexLastUpdateTimestamp: found.indexLastUpdateTimestamp,
        indexLastUpdatePhyoffset: found.indexLastUpdatePhysicalOffset,
      },
      body: found.records,
    };
  });
  dispatcher.register(viewMessageById, ({ header: { offset } }) => {
    const record = store.record(offset);
    if (record !== undefined) return { body: record };
    const remark = `can not find message by the offset, ${offset}`;
    return { code: ResponseCode.SYSTEM_ERROR, remark };
  });
}
