import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, flag, int, list, named, text } from "../shape.js";
import {
  type ConsumeFromWhere,
  consumeFromWhereShape,
  type ConsumeType,
  consumeTypeShape,
  type MessageModel,
  messageModelShape,
} from "./consumer-enums.js";
import { type SubscriptionData, subscriptionDataShape } from "./subscription-data.js";

export type { SubscriptionData } from "./subscription-data.js";

/** Upstream: ProducerData. */
export interface ProducerData {
  groupName: string;
}

/** Upstream: ConsumerData. */
export interface ConsumerData {
  groupName: string;
  consumeType: ConsumeType;
  messageModel: MessageModel;
  consumeFromWhere: ConsumeFromWhere;
  subscriptionDataSet: SubscriptionData[];
  unitMode: boolean;
}

/** Groups of one client. Upstream: HeartbeatData. */
export interface HeartbeatData {
  /** "clientID" on the wire, unlike everywhere else. */
  clientId: string;
  producerDataSet: ProducerData[];
  consumerDataSet: ConsumerData[];
  /** Since 5.1; 0 = first form of the heartbeat. */
  heartbeatFingerprint: number;
  /** Since 5.1: subscriptions are left out because the server knows them. */
  withoutSub: boolean;
}

const consumerData = bean<ConsumerData>({
  consumeFromWhere: consumeFromWhereShape,
  consumeType: consumeTypeShape,
  groupName: text,
  messageModel: messageModelShape,
  subscriptionDataSet: list(subscriptionDataShape),
  unitMode: flag,
});

export const heartbeatData: JsonBody<HeartbeatData> = jsonBody(
  "HeartbeatData",
  bean<HeartbeatData>({
    clientId: named(text, { wire: "clientID" }),
    consumerDataSet: list(consumerData),
    heartbeatFingerprint: int,
    producerDataSet: list(bean<ProducerData>({ groupName: text })),
    withoutSub: flag,
  }),
);
