/**
 * Turns away what waited too long for its turn. Upstream: BrokerFastFailure. There a thread looks through the queues of
 * others; here one thread does the work, so that a request waits while those are worked on that were read from the
 * socket with it, and while a slow disk holds everything up. Nothing is waiting behind it where it can be counted.
 */
import { ackMessage } from "../protocol/requests/ack-message.js";
import { batchAckMessage } from "../protocol/requests/batch-ack-message.js";
import { changeMessageInvisibletime } from "../protocol/requests/change-message-invisibletime.js";
import { consumerSendMsgBack } from "../protocol/requests/consumer-send-msg-back.js";
import { endTransaction } from "../protocol/requests/end-transaction.js";
import { heartBeat } from "../protocol/requests/heart-beat.js";
import { litePullMessage } from "../protocol/requests/lite-pull-message.js";
import { notification } from "../protocol/requests/notification.js";
import { peekMessage } from "../protocol/requests/peek-message.js";
import { pollingInfo } from "../protocol/requests/polling-info.js";
import { popMessage } from "../protocol/requests/pop-message.js";
import { pullMessage } from "../protocol/requests/pull-message.js";
import { recallMessage } from "../protocol/requests/recall-message.js";
import { sendBatchMessage } from "../protocol/requests/send-batch-message.js";
import { sendMessage } from "../protocol/requests/send-message.js";
import { sendMessageV2 } from "../protocol/requests/send-message-v2.js";
import { ResponseCode } from "../protocol/response-codes.js";
import type { Connection, Dispatcher, Reply } from "../remoting/api.js";
import type { BrokerContext } from "./broker-context.js";
import type { BrokerConfig } from "./config/broker-config.js";

/** Requests that wait in one queue upstream, and the key that says for how long. */
const SENDS = new Set([
  ...[sendMessage, sendMessageV2, sendBatchMessage].map(({ code }) => code),
  consumerSendMsgBack.code,
  recallMessage.code,
]);
const QUEUES: readonly (readonly [Iterable<number>, keyof BrokerConfig & `waitTime${string}`])[] = [
  [SENDS, "waitTimeMillsInSendQueue"],
  [
    [pullMessage, popMessage, peekMessage, notification, pollingInfo].map(({ code }) => code),
    "waitTimeMillsInPullQueue",
  ],
  [[litePullMessage.code], "waitTimeMillsInLitePullQueue"],
  [[heartBeat.code], "waitTimeMillsInHeartbeatQueue"],
  [[endTransaction.code], "waitTimeMillsInTransactionQueue"],
  [
    [ackMessage, batchAckMessage, changeMessageInvisibletime].map(({ code }) => code),
    "waitTimeMillsInAckQueue",
  ],
];
const LIMIT_KEYS = new Map(QUEUES.flatMap(([codes, key]) => [...codes].map((code) => [code, key])));

type Asked = Pick<BrokerContext, "config" | "clock" | "store">;

/** Has to be asked before anything else is found out about a request. */
export function failFast(dispatcher: Dispatcher, { config, clock, store }: Asked): void {
  dispatcher.guard(({ code }, { lastReceivedMs }: Connection): Reply | undefined => {
    const key = LIMIT_KEYS.get(code);
    if (key === undefined) return undefined;
    const isFast = config.brokerFastFailureEnable;
    if (store.heldUpMs > 0 && SENDS.has(code)) {
      return isFast ? cleaned("PCBUSY", store.heldUpMs) : REJECTED;
    }
    const waitedMs = clock.now() - lastReceivedMs;
    return isFast && waitedMs >= config[key] ? cleaned("TIMEOUT", waitedMs) : undefined;
  });
}

const REJECTED: Reply = {
  code: ResponseCode.SYSTEM_BUSY,
  remark: "[REJECTREQUEST]system busy, start flow control for a while",
};

function cleaned(why: "PCBUSY" | "TIMEOUT", periodMs: number): Reply {
  const remark =
    `[${why}_CLEAN_QUEUE]broker busy, start flow control for a while, ` +
    `period in queue: ${periodMs}ms, size of queue: 0`;
  return { code: ResponseCode.SYSTEM_BUSY, remark };
}
