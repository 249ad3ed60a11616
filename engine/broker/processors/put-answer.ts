/** What a client is told of a put. Upstream: SendMessageProcessor.handlePutMessageResult (spec: behaviour 3.4). */
import { ResponseCode } from "../../protocol/response-codes.js";
import type { BrokerRelease } from "../release.js";
import type { MessageStore, PutResult, PutStatus } from "../../store/store-api.js";

/** The limits that refusals name. */
export interface AnswerConfig {
  maxMessageSize: number;
  timerMaxDelaySec: number;
  timerCongestNumEachSlot: number;
  timerWheelEnable: boolean;
}

/** Codes of statuses under which the message is stored; the answer carries the full header then. */
const STORED: Partial<Record<PutStatus, number>> = {
  PUT_OK: ResponseCode.SUCCESS,
  FLUSH_DISK_TIMEOUT: ResponseCode.FLUSH_DISK_TIMEOUT,
  FLUSH_SLAVE_TIMEOUT: ResponseCode.FLUSH_SLAVE_TIMEOUT,
  SLAVE_NOT_AVAILABLE: ResponseCode.SLAVE_NOT_AVAILABLE,
};

/** The code of a put that stored the message; undefined when it did not. */
export function storedCode(status: PutStatus): number | undefined {
  return STORED[status];
}

export function illegalMessage(limits: string): { code: number; remark: string } {
  return {
    code: ResponseCode.MESSAGE_ILLEGAL,
    remark: "the message is illegal, maybe msg body or properties length not matched. " + limits,
  };
}

/** The refusal of a put that did not store the message. */
export function putRefusal(
  result: Pick<PutResult, "status">,
  context: {
    store: Pick<MessageStore, "runtimeInfo">;
    config: AnswerConfig;
    release: Pick<BrokerRelease, "illegalMessageLimits" | "pageCacheBusy">;
  },
): { code: number; remark: string } {
  switch (result.status) {
    case "MESSAGE_ILLEGAL":
    case "PROPERTIES_SIZE_EXCEEDED":
      return illegalMessage(context.release.illegalMessageLimits(context.config.maxMessageSize));
    case "SERVICE_NOT_AVAILABLE":
      return {
        code: ResponseCode.SERVICE_NOT_AVAILABLE,
        remark:
          "service not available now. It may be caused by one of the following reasons: " +
          `the broker's disk is full ${diskRatios(context.store)}, messages are put to the slave, ` +
          "message store has been shut down, etc.",
      };
    case "OS_PAGE_CACHE_BUSY":
      return {
        code: context.release.pageCacheBusy,
        remark: "[PC_SYNCHRONIZED]broker busy, start flow control for a while",
      };
    case "WHEEL_TIMER_MSG_ILLEGAL":
    case "WHEEL_TIMER_FLOW_CONTROL":
    case "WHEEL_TIMER_NOT_ENABLE":
      return timerRefusal(result.status, context.config);
    case "CREATE_MAPPED_FILE_FAILED":
      return {
        code: ResponseCode.SYSTEM_ERROR,
        remark: "create mapped file failed, server is busy or broken.",
      };
    case "IN_SYNC_REPLICAS_NOT_ENOUGH":
      return { code: ResponseCode.SYSTEM_ERROR, remark: "in-sync replicas not enough" };
    default:
      return { code: ResponseCode.SYSTEM_ERROR, remark: "UNKNOWN_ERROR" };
  }
}

function timerRefusal(status: PutStatus, config: AnswerConfig): { code: number; remark: string } {
  if (status === "WHEEL_TIMER_MSG_ILLEGAL") {
    return {
      code: ResponseCode.MESSAGE_ILLEGAL,
      remark:
        "timer message illegal, the delay time should not be bigger than the max delay " +
        `${config.timerMaxDelaySec * 1000}ms; or if set del msg, the delay time should be bigger than the current time`,
    };
  }
  const least = config.timerCongestNumEachSlot;
  const most = least * 2;
  const remark =
    status === "WHEEL_TIMER_NOT_ENABLE"
      ? `accurate timer message is not enabled, timerWheelEnable is ${config.timerWheelEnable}`
      : `timer message is under flow control, max num limit is ${most} or the current value is ` +
        `greater than ${least} and less than ${most}, trigger random flow control`;
  return { code: ResponseCode.SYSTEM_ERROR, remark };
}

function diskRatios(store: Pick<MessageStore, "runtimeInfo">): string {
  const info = store.runtimeInfo();
  const ratio = (key: string) =>
    Number(info[key] ?? -1)
      .toFixed(2)
      .padStart(5);
  const queues = ratio("consumeQueueDiskRatio");
  return `[CL: ${ratio("commitLogDiskRatio")} CQ: ${queues} INDEX: ${queues}]`;
}
