/** PEEK_MESSAGE 200052. Upstream: PeekMessageProcessor (5.3.3). */
import { peekMessage } from "../../../protocol/requests/peek-message.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";
import { peekOffset } from "../../pop/pop-offset.js";
import { brokerRefusal, checkReading } from "./pop-checks.js";
import { ownQueues, type QueueToRead, retryQueues } from "./retry-topics.js";

interface PeekHeader {
  consumerGroup: string;
  topic: string;
  queueId: number;
  maxMsgNums: number;
}

interface Peeked {
  records: Buffer[];
  count: number;
  bytes: number;
  rest: number;
}

/** One of this many peeks looks at retries first. */
const RETRY_FIRST_ONE_IN = 5;

/** Only on the main port, as upstream. */
export function registerPeekMessage(dispatcher: Dispatcher, context: BrokerContext): void {
  dispatcher.register(peekMessage, ({ header, connection }) => {
    const refusal = brokerRefusal(context, "peeking");
    if (refusal !== undefined) return refusal;
    const topic = checkReading(context, header, connection);
    if ("code" in topic) return topic;
    const random = Math.floor(Math.random() * 100);
    const own = ownQueues(topic, header.queueId, random);
    const retries = retryQueues(context, header, { random });
    const isRetryFirst = random % RETRY_FIRST_ONE_IN === 0;
    const peeked: Peeked = { records: [], count: 0, bytes: 0, rest: 0 };
    for (const queue of isRetryFirst ? [...retries, ...own] : [...own, ...retries]) {
      peek(context, header, { queue, peeked });
    }
    const { records, count, bytes, rest } = peeked;
    const isFound = count > 0;
    if (isFound) {
      const { consumerGroup, queueId } = header;
      context.stats.groupGet(consumerGroup, header.topic, Math.max(0, queueId), count, bytes);
    }
    return {
      code: isFound ? ResponseCode.SUCCESS : ResponseCode.PULL_NOT_FOUND,
      remark: isFound ? "FOUND" : "NO_MESSAGE_IN_QUEUE",
      header: { popTime: 0, invisibleTime: 0, reviveQid: 0, restNum: rest },
      body: isFound ? records : undefined,
    };
  });
}

function peek(
  { offsets, store }: BrokerContext,
  { consumerGroup: group, maxMsgNums }: PeekHeader,
  { queue, peeked }: { queue: QueueToRead; peeked: Peeked },
): void {
  const { topic, queueId } = queue;
  const offset = peekOffset({ offsets, store }, { topic, group, queueId });
  peeked.rest += store.maxOffset(topic, queueId) - offset;
  const maxCount = maxMsgNums - peeked.count;
  if (maxCount <= 0) return;
  let got = store.get({ topic, queueId, queueOffset: offset, maxCount });
  if (got.status === "OFFSET_TOO_SMALL" || got.status === "OFFSET_OVERFLOW_BADLY") {
    got = store.get({ topic, queueId, queueOffset: got.nextBeginOffset, maxCount });
  }
  if (got.status !== "FOUND") return;
  peeked.records.push(...got.records);
  peeked.count += got.count;
  peeked.bytes += got.bytes;
}
