import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, flag, list, text } from "../shape.js";
import { type MessageQueue, messageQueueShape } from "./message-queue.js";

/** Queues that a client of an orderly group takes or gives back. Upstream: LockBatchRequestBody, UnlockBatchRequestBody. */
export interface LockBatchRequest {
  clientId: string;
  consumerGroup: string;
  mqSet: MessageQueue[];
  /** Since 5.0: a call from broker to replica. */
  onlyThisBroker: boolean;
}

/** All queues that the client holds now. Upstream: LockBatchResponseBody. */
export interface LockBatchResponse {
  lockOKMQSet: MessageQueue[];
}

export const lockBatchRequest: JsonBody<LockBatchRequest> = jsonBody(
  "LockBatchRequest",
  bean<LockBatchRequest>({
    clientId: text,
    consumerGroup: text,
    mqSet: list(messageQueueShape),
    onlyThisBroker: flag,
  }),
);

export const lockBatchResponse: JsonBody<LockBatchResponse> = jsonBody(
  "LockBatchResponse",
  bean<LockBatchResponse>({ lockOKMQSet: list(messageQueueShape) }),
);
