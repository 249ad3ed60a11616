import type {
  BrokerLiteInfo,
  ClientGroup,
  LiteClientInfo,
  LiteGroupInfo,
  LiteLagInfo,
  LiteTopicInfo,
  ParentTopicInfo,
} from "../../engine/protocol/bodies/lite-bodies.js";
import { getBrokerLiteInfo } from "../../engine/protocol/requests/get-broker-lite-info.js";
import { getLiteClientInfo } from "../../engine/protocol/requests/get-lite-client-info.js";
import { getLiteGroupInfo } from "../../engine/protocol/requests/get-lite-group-info.js";
import { getLiteTopicInfo } from "../../engine/protocol/requests/get-lite-topic-info.js";
import { getParentTopicInfo } from "../../engine/protocol/requests/get-parent-topic-info.js";
import { triggerLiteDispatch } from "../../engine/protocol/requests/trigger-lite-dispatch.js";
import type { Admin } from "./admin.js";
import { change } from "./change.js";
import { addressToAsk } from "./clusters.js";
import { streamParallel } from "./parallel.js";
import { topicRoute } from "./topics.js";

export type {
  BrokerLiteInfo,
  ClientGroup,
  LiteClientInfo,
  LiteGroupInfo,
  LiteLagInfo,
  LiteTopicInfo,
  ParentTopicInfo,
};

/** One broker of a parent topic's route, and the address to ask. */
export interface LiteBroker {
  readonly brokerName: string;
  readonly address: string;
}

/** What one broker answered; undefined when it did not. */
export interface LiteAnswer<T> extends LiteBroker {
  readonly info: T | undefined;
}

/** Light topics that one answer about a client names at most. */
export const MOST_LITE_TOPICS = 1000;

/** The queue that a light topic's messages are in. Upstream: LiteUtil.toLmqName. */
export function lmqName(parentTopic: string, liteTopic: string): string {
  return `%LMQ%$${parentTopic}$${liteTopic}`;
}

/** The brokers of a parent topic, in the order of its route. RefusedError with code 17 when it is nowhere. */
export async function liteBrokers(admin: Admin, parentTopic: string): Promise<LiteBroker[]> {
  const { brokerDatas } = await topicRoute(admin, parentTopic);
  return brokerDatas.flatMap((broker) => {
    const address = addressToAsk(broker);
    return address === undefined ? [] : [{ brokerName: broker.brokerName, address }];
  });
}

/** Asks brokers side by side; the answers in their order. `fail` hears of each that gave none. */
export async function* askLiteBrokers<T>(
  brokers: readonly LiteBroker[],
  ask: (address: string) => Promise<T>,
  fail: (thrown: unknown) => void,
): AsyncGenerator<LiteAnswer<T>> {
  const answers = streamParallel(brokers, async (broker) => {
    try {
      return { ...broker, info: await ask(broker.address), thrown: undefined };
    } catch (cause) {
      return { ...broker, info: undefined, thrown: { cause } };
    }
  });
  for await (const { thrown, ...answer } of answers) {
    yield answer;
    if (thrown !== undefined) fail(thrown.cause);
  }
}

/** What one broker keeps of light topics. */
export async function brokerLiteInfo(admin: Admin, address: string): Promise<BrokerLiteInfo> {
  return (await admin.broker(address, getBrokerLiteInfo, {})).content();
}

/** A parent topic at one broker. */
export async function parentTopicInfo(
  admin: Admin,
  address: string,
  topic: string,
): Promise<ParentTopicInfo> {
  return (await admin.broker(address, getParentTopicInfo, { topic })).content();
}

/** A light topic at one broker. */
export async function liteTopicInfo(
  admin: Admin,
  address: string,
  topic: { parentTopic: string; liteTopic: string },
): Promise<LiteTopicInfo> {
  return (await admin.broker(address, getLiteTopicInfo, topic)).content();
}

/** The light topics that a client of a group has at one broker. */
export async function liteClientInfo(
  admin: Admin,
  address: string,
  client: { parentTopic: string; group: string; clientId: string },
): Promise<LiteClientInfo> {
  const header = { ...client, maxCount: MOST_LITE_TOPICS };
  return (await admin.broker(address, getLiteClientInfo, header)).content();
}

/** How far a group is at one broker: with all its light topics, or with one. */
export async function liteGroupInfo(
  admin: Admin,
  address: string,
  wanted: { group: string; liteTopic: string | undefined; topK: number },
): Promise<LiteGroupInfo> {
  return (await admin.broker(address, getLiteGroupInfo, wanted)).content();
}

/** Lets one broker look at once for messages that wait for a group, or for one client of it. */
export async function dispatchLite(
  admin: Admin,
  address: string,
  to: { group: string; clientId: string | undefined },
): Promise<void> {
  await change(admin, address, triggerLiteDispatch, { header: to });
}

/** What one broker of several said, or that it did not: `[broker-a] error.` */
export function errorLine(name: string): string {
  return `[${name}] error.\n`;
}
