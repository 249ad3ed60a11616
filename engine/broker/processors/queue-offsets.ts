/** SEARCH_OFFSET_BY_TIMESTAMP 29, GET_MAX_OFFSET 30, GET_MIN_OFFSET 31, GET_EARLIEST_MSG_STORETIME 32. Upstream: AdminBrokerProcessor. */
import { getEarliestMsgStoretime } from "../../protocol/requests/get-earliest-msg-storetime.js";
import { getMaxOffset } from "../../protocol/requests/get-max-offset.js";
import { getMinOffset } from "../../protocol/requests/get-min-offset.js";
import { searchOffsetByTimestamp } from "../../protocol/requests/search-offset-by-timestamp.js";
import type { Dispatcher } from "../../remoting/api.js";
import type { BrokerContext } from "../broker-context.js";
import { offsetOfTime } from "./time-offset.js";

/** Unknown topics and queues are no error: 0, or −1 for a time. */
export function registerQueueOffsets(dispatcher: Dispatcher, context: BrokerContext): void {
  const { store } = context;
  dispatcher.register(searchOffsetByTimestamp, ({ header }) => {
    const { topic, queueId, timestamp, boundaryType } = header;
    const boundary = boundaryType?.toUpperCase() === "UPPER" ? "upper" : "lower";
    return { header: { offset: offsetOfTime(context, { topic, queueId, timestamp, boundary }) } };
  });
  dispatcher.register(getMaxOffset, ({ header: { topic, queueId } }) => ({
    header: { offset: store.maxOffset(topic, queueId) },
  }));
  dispatcher.register(getMinOffset, ({ header: { topic, queueId } }) => ({
    header: { offset: store.minOffset(topic, queueId) },
  }));
  dispatcher.register(getEarliestMsgStoretime, ({ header: { topic, queueId } }) => ({
    header: { timestamp: store.earliestStoreTime(topic, queueId) },
  }));
}
