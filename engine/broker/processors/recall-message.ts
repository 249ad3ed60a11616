/** RECALL_MESSAGE 370: takes a timer message back before it is due. Upstream: RecallMessageProcessor (spec: behaviour 7.3). */
import { parseInt64 } from "../../base/int64.js";
import { encodeProperties } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import { recallMessage } from "../../protocol/requests/recall-message.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import { type Connection, type Dispatcher, held } from "../../remoting/api.js";
import { parseHostPort } from "../../remoting/host-port.js";
import type { MessageToStore } from "../../store/store-api.js";
import { type BrokerContext, PERM_WRITE } from "../broker-context.js";
import { holdUntilDue } from "../schedule/waiting-message.js";
import { decodeRecallHandle, type RecallHandle } from "../timer/recall-handle.js";
import { storedCode } from "./put-answer.js";
import type { Refusal } from "./send-checks.js";

const RECALL_TAG = "_RECALL_TAG_";
const NO_SERVICE = "recall failed, broker service not available";

export function registerRecallMessage(dispatcher: Dispatcher, context: BrokerContext): void {
  const region = (): Record<string, string> => ({
    [PropertyName.MSG_REGION]: context.config.regionId,
  });
  dispatcher.register(recallMessage, (exchange) => {
    const { header, connection } = exchange;
    const refused = (refusal: Refusal) => ({ ...refusal, extFields: region() });
    const refusal = serviceRefusal(context, header.topic);
    if (refusal !== undefined) return refused(refusal);
    const handle = decodeRecallHandle(header.recallHandle);
    if (handle === undefined) return refused(illegal("recall handle is invalid"));
    const wrong = handleRefusal(context, header.topic, handle);
    if (wrong !== undefined) return refused(wrong);
    const message = deleteMessage(context, handle, {
      producerGroup: header.producerGroup,
      connection,
    });
    const failure = { code: ResponseCode.SYSTEM_ERROR, remark: "recall failed, execute error" };
    if (holdUntilDue(context, message) !== undefined) return refused(failure);
    context.store.put(message, (result) => {
      if (storedCode(result.status) === undefined) {
        exchange.respond(refused(failure));
        return;
      }
      context.stats.topicPut(message.topic, message.queueId, 1, result.size);
      exchange.respond({ header: { msgId: handle.messageId }, extFields: region() });
    });
    return held;
  });
}

function serviceRefusal({ config, clock, topics }: BrokerContext, topic: string) {
  if (!config.recallMessageEnable) {
    return {
      code: ResponseCode.NO_PERMISSION,
      remark: "recall failed, operation is forbidden",
    };
  }
  if (config.brokerRole === "SLAVE") {
    return { code: ResponseCode.SLAVE_NOT_AVAILABLE, remark: NO_SERVICE };
  }
  const isWritable = (config.brokerPermission & PERM_WRITE) !== 0;
  if (
    clock.now() < config.startAcceptSendRequestTimeStamp ||
    !(isWritable || config.allowRecallWhenBrokerNotWriteable)
  ) {
    return { code: ResponseCode.SERVICE_NOT_AVAILABLE, remark: NO_SERVICE };
  }
  return topics.get(topic) === undefined
    ? {
        code: ResponseCode.TOPIC_NOT_EXIST,
        remark: `recall failed, the topic[${topic}] not exist`,
      }
    : undefined;
}

function handleRefusal(
  { config, clock }: BrokerContext,
  topic: string,
  handle: RecallHandle,
): Refusal | undefined {
  if (handle.topic !== topic) return illegal("recall failed, topic not match");
  if (handle.brokerName !== config.brokerName) return illegal(NO_SERVICE);
  const leftMs = (parseInt64(handle.timestamp) ?? -1) - clock.now();
  return leftMs <= 0 || leftMs >= config.timerMaxDelaySec * 1000
    ? illegal("recall failed, timestamp invalid")
    : undefined;
}

/** A timer message for the same moment, that stands for taking the other back. */
function deleteMessage(
  { clock, storeHost }: BrokerContext,
  handle: RecallHandle,
  from: { producerGroup: string | undefined; connection: Connection },
): MessageToStore {
  const now = clock.now();
  const { host: address, port } = parseHostPort(from.connection.remoteAddress);
  const properties: [string, string][] = [
    [PropertyName.TAGS, RECALL_TAG],
    [PropertyName.TIMER_DEL_UNIQKEY, `${handle.topic}+${handle.messageId}`],
    [PropertyName.UNIQ_KEY, handle.messageId],
    [PropertyName.TIMER_DELIVER_MS, handle.timestamp],
    [PropertyName.BORN_TIMESTAMP, String(now)],
    [PropertyName.TRACE_CONTEXT, ""],
  ];
  if (from.producerGroup !== undefined) properties.push([PropertyName.PGROUP, from.producerGroup]);
  return {
    topic: handle.topic,
    queueId: 0,
    body: Buffer.from("0"),
    properties: encodeProperties(properties),
    flag: 0,
    sysFlag: 0,
    bornTimestamp: now,
    bornHost: { address, port },
    storeHost,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    waitStoreOk: true,
  };
}

function illegal(remark: string): Refusal {
  return { code: ResponseCode.ILLEGAL_OPERATION, remark };
}
