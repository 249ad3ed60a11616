import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, int, list, oneOf, optional, type Shape, table, text, textTable } from "../shape.js";
import { type MessageModel, messageModelShape } from "./consumer-enums.js";
import { type MessageQueue, messageQueueShape } from "./message-queue.js";

/** Upstream: MessageRequestMode. */
export const MESSAGE_REQUEST_MODES = ["PULL", "POP"] as const;
export type MessageRequestMode = (typeof MESSAGE_REQUEST_MODES)[number];

const mode: Shape<MessageRequestMode> = oneOf(MESSAGE_REQUEST_MODES, "PULL");

/** How a group fetches a topic. Upstream: SetMessageRequestModeRequestBody. */
export interface SetMessageRequestModeBody {
  consumerGroup: string;
  mode: MessageRequestMode;
  popShareQueueNum: number;
  topic: string;
}

const setMode = bean<SetMessageRequestModeBody>({
  consumerGroup: text,
  mode,
  popShareQueueNum: int,
  topic: text,
});

export const setMessageRequestModeBody: JsonBody<SetMessageRequestModeBody> = jsonBody(
  "SetMessageRequestModeBody",
  setMode,
);

/** Topic → group → mode. Upstream: MessageRequestModeSerializeWrapper. */
export interface MessageRequestModeWrapper {
  messageRequestModeMap: Map<string, Map<string, SetMessageRequestModeBody>>;
}

export const messageRequestModeWrapper: JsonBody<MessageRequestModeWrapper> = jsonBody(
  "MessageRequestModeWrapper",
  bean<MessageRequestModeWrapper>({ messageRequestModeMap: table(table(setMode)) }),
);

/** Upstream: QueryAssignmentRequestBody. */
export interface QueryAssignmentRequest {
  clientId: string;
  consumerGroup: string;
  messageModel: MessageModel;
  strategyName: string;
  topic: string;
}

export const queryAssignmentRequest: JsonBody<QueryAssignmentRequest> = jsonBody(
  "QueryAssignmentRequest",
  bean<QueryAssignmentRequest>({
    clientId: text,
    consumerGroup: text,
    messageModel: messageModelShape,
    strategyName: text,
    topic: text,
  }),
);

/** Upstream: MessageQueueAssignment. */
export interface MessageQueueAssignment {
  attachments: Record<string, string>;
  messageQueue?: MessageQueue | undefined;
  mode: MessageRequestMode;
}

/** Upstream: QueryAssignmentResponseBody. */
export interface QueryAssignmentResponse {
  messageQueueAssignments: MessageQueueAssignment[];
}

export const queryAssignmentResponse: JsonBody<QueryAssignmentResponse> = jsonBody(
  "QueryAssignmentResponse",
  bean<QueryAssignmentResponse>({
    messageQueueAssignments: list(
      bean<MessageQueueAssignment>({
        attachments: textTable,
        messageQueue: optional(messageQueueShape),
        mode,
      }),
    ),
  }),
);
