/** From when to when a topic's messages are, and how far a group is in time. Upstream: AdminBrokerProcessor.queryConsumeTimeSpan, QueueTimeSpan. */
import type { QueueTimeSpan } from "../../../protocol/bodies/query-consume-time-span-body.js";
import { queryConsumeTimeSpan } from "../../../protocol/requests/query-consume-time-span.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import { queueIds } from "./queue-range.js";

export function registerConsumeTimeSpan(dispatcher: Dispatcher, context: BrokerContext): void {
  dispatcher.register(queryConsumeTimeSpan, ({ header: { group, topic } }) => {
    const config = context.topics.get(topic);
    if (config === undefined) {
      return { code: ResponseCode.TOPIC_NOT_EXIST, remark: `topic[${topic}] not exist` };
    }
    return {
      content: {
        consumeTimeSpanSet: queueIds(config.writeQueueNums).map((id) =>
          timeSpan(context, { group, topic }, id),
        ),
      },
    };
  });
}

function timeSpan(
  context: BrokerContext,
  { group, topic }: { group: string; topic: string },
  queueId: number,
): QueueTimeSpan {
  const { clock, offsets, store } = context;
  const minTimeStamp = store.earliestStoreTime(topic, queueId);
  const max = store.maxOffset(topic, queueId);
  const maxTimeStamp = store.storeTimeAt(topic, queueId, max - 1);
  const offset = offsets.get(group, topic, queueId);
  const consumeTimeStamp =
    offset > 0 ? store.storeTimeAt(topic, queueId, offset - 1) : minTimeStamp;
  return {
    messageQueue: { topic, brokerName: context.config.brokerName, queueId },
    minTimeStamp,
    minTimeStampStr: timeText(minTimeStamp),
    maxTimeStamp,
    maxTimeStampStr: timeText(maxTimeStamp),
    consumeTimeStamp,
    consumeTimeStampStr: timeText(consumeTimeStamp),
    delayTime: offset < max ? clock.now() - store.storeTimeAt(topic, queueId, offset) : 0,
  };
}

/** "yyyy-MM-dd#HH:mm:ss:SSS" in local time. Upstream: UtilAll.YYYY_MM_DD_HH_MM_SS_SSS. */
function timeText(ms: number): string {
  const at = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return `${day}#${time}:${String(at.getMilliseconds()).padStart(3, "0")}`;
}
