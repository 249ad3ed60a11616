import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, int, list, long, named, table, text } from "../shape.js";
import {
  type ConsumeFromWhere,
  consumeFromWhereShape,
  type ConsumeType,
  consumeTypeShape,
  type MessageModel,
  messageModelShape,
} from "./consumer-enums.js";
import { type SubscriptionData, subscriptionDataShape } from "./subscription-data.js";

/** One connected client. Upstream: Connection. */
export interface ClientConnection {
  /** "ip:port" of the client. */
  clientAddr: string;
  clientId: string;
  language: string;
  /** MQVersion ordinal. */
  version: number;
}

/** Clients and subscriptions of a group. Upstream: ConsumerConnection. */
export interface ConsumerConnection {
  connectionSet: ClientConnection[];
  consumeFromWhere: ConsumeFromWhere;
  consumeType: ConsumeType;
  messageModel: MessageModel;
  /** By topic. */
  subscriptionTable: Map<string, SubscriptionData>;
}

/** Upstream: ProducerConnection. */
export interface ProducerConnection {
  connectionSet: ClientConnection[];
}

/** Upstream: ProducerInfo. */
export interface ProducerInfo {
  clientId: string;
  language: string;
  /** Milliseconds. */
  lastUpdateTimestamp: number;
  /** "remoteIP" on the wire. */
  remoteIp: string;
  version: number;
}

/** Clients of all producer groups. Upstream: ProducerTableInfo. */
export interface ProducerTableInfo {
  data: Map<string, ProducerInfo[]>;
}

const connection = bean<ClientConnection>({
  clientAddr: text,
  clientId: text,
  language: text,
  version: int,
});

export const consumerConnection: JsonBody<ConsumerConnection> = jsonBody(
  "ConsumerConnection",
  bean<ConsumerConnection>({
    connectionSet: list(connection),
    consumeFromWhere: consumeFromWhereShape,
    consumeType: consumeTypeShape,
    messageModel: messageModelShape,
    subscriptionTable: table(subscriptionDataShape),
  }),
);

export const producerConnection: JsonBody<ProducerConnection> = jsonBody(
  "ProducerConnection",
  bean<ProducerConnection>({ connectionSet: list(connection) }),
);

export const producerTableInfo: JsonBody<ProducerTableInfo> = jsonBody(
  "ProducerTableInfo",
  bean<ProducerTableInfo>({
    data: table(
      list(
        bean<ProducerInfo>({
          clientId: text,
          language: text,
          lastUpdateTimestamp: long,
          remoteIp: named(text, { wire: "remoteIP" }),
          version: int,
        }),
      ),
    ),
  }),
);
