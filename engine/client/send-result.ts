/** What a producer gets back. Upstream: SendResult, MQClientAPIImpl.processSendResponse. */
import { ResponseCode } from "../protocol/response-codes.js";
import type { MessageQueue } from "./message-queue.js";

export type SendStatus =
  "SEND_OK" | "FLUSH_DISK_TIMEOUT" | "FLUSH_SLAVE_TIMEOUT" | "SLAVE_NOT_AVAILABLE";

export interface SendResult {
  /** All but SEND_OK: stored, but not flushed or replicated in time. */
  status: SendStatus;
  /** UNIQ_KEY; of a batch those of all its messages, separated by commas. */
  msgId: string;
  /** Address and physical offset as text; of a batch those of all its messages, separated by commas. */
  offsetMsgId: string;
  queue: MessageQueue;
  /** Of the first message. */
  queueOffset: number;
  transactionId: string | undefined;
  regionId: string;
  /** The broker wants sends and deliveries traced. */
  traceOn: boolean;
  /** To take a timer message back with (5.3). */
  recallHandle: string | undefined;
}

/** Codes with which a message is stored; others are errors. */
export const STORED_CODES: readonly number[] = [
  ResponseCode.SUCCESS,
  ResponseCode.FLUSH_DISK_TIMEOUT,
  ResponseCode.FLUSH_SLAVE_TIMEOUT,
  ResponseCode.SLAVE_NOT_AVAILABLE,
];

export function statusOf(code: number): SendStatus {
  switch (code) {
    case ResponseCode.FLUSH_DISK_TIMEOUT:
      return "FLUSH_DISK_TIMEOUT";
    case ResponseCode.FLUSH_SLAVE_TIMEOUT:
      return "FLUSH_SLAVE_TIMEOUT";
    case ResponseCode.SLAVE_NOT_AVAILABLE:
      return "SLAVE_NOT_AVAILABLE";
    default:
      return "SEND_OK";
  }
}
