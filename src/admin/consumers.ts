import type {
  ClientConnection,
  ConsumerConnection,
  ProducerConnection,
  ProducerInfo,
} from "../../engine/protocol/bodies/client-connections.js";
import type { ConsumerRunningInfo } from "../../engine/protocol/bodies/consumer-running-info.js";
import { getAllProducerInfo } from "../../engine/protocol/requests/get-all-producer-info.js";
import { getConsumerConnectionList } from "../../engine/protocol/requests/get-consumer-connection-list.js";
import { getConsumerRunningInfo } from "../../engine/protocol/requests/get-consumer-running-info.js";
import { getProducerConnectionList } from "../../engine/protocol/requests/get-producer-connection-list.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { codeOf } from "./explain.js";
import { inParallel } from "./parallel.js";
import { compareTexts } from "./queues.js";
import { RETRY_PREFIX, routeAddresses, topicNames, topicRoute } from "./topics.js";

export type { ClientConnection, ConsumerConnection, ConsumerRunningInfo, ProducerInfo };

/** Which brokers are asked, and who hears of one that could not be asked while others could. */
export interface Asked {
  /** Only this one. */
  brokerAddr?: string | undefined;
  /** Those of the group's retry topic, where they are known already. */
  addresses?: readonly string[];
  fail?: ((thrown: unknown) => void) | undefined;
}

/**
 * Clients of a consumer group with their subscriptions. Every broker of the group's retry topic is asked (upstream asks
 * one at random), or the one given; RefusedError with code 206 (not found) when nobody is online.
 */
export async function consumerConnection(
  admin: Admin,
  group: string,
  { brokerAddr, addresses: known, fail }: Asked = {},
): Promise<ConsumerConnection> {
  const addresses =
    brokerAddr === undefined ? (known ?? (await brokersOfGroup(admin, group))) : [brokerAddr];
  const ask = async (address: string): Promise<ConsumerConnection> =>
    (await admin.broker(address, getConsumerConnectionList, { consumerGroup: group })).content();
  const [first, ...others] = await answersOf(addresses, ask, {
    fail,
    isOrdinary: (thrown) => codeOf(thrown) === ResponseCode.CONSUMER_NOT_ONLINE,
  });
  return others.reduce(
    (all, one) => ({
      ...all,
      connectionSet: merge(all.connectionSet, one.connectionSet),
      subscriptionTable: new Map([...one.subscriptionTable, ...all.subscriptionTable]),
    }),
    first,
  );
}

/** Clients of a producer group, asked of every broker of a topic that the group sends to. */
export async function producerConnection(
  admin: Admin,
  { group, topic, fail }: { group: string; topic: string } & Pick<Asked, "fail">,
): Promise<ClientConnection[]> {
  const addresses = routeAddresses(await topicRoute(admin, topic));
  const ask = async (address: string): Promise<ProducerConnection> =>
    (await admin.broker(address, getProducerConnectionList, { producerGroup: group })).content();
  const answers = await answersOf(addresses, ask, {
    fail,
    isOrdinary: (thrown) => codeOf(thrown) === ResponseCode.SYSTEM_ERROR,
  });
  return answers.reduce<ClientConnection[]>((all, one) => merge(all, one.connectionSet), []);
}

/** Clients of all producer groups that are connected to one broker, sorted by group. */
export async function producerTable(
  admin: Admin,
  address: string,
): Promise<{ group: string; clients: ProducerInfo[] }[]> {
  const { data } = (await admin.broker(address, getAllProducerInfo, {})).content();
  return [...data]
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([group, clients]) => ({ group, clients }));
}

/** Every group that has a retry topic, sorted. */
export async function groupNames(admin: Admin): Promise<string[]> {
  const topics = (await topicNames(admin)).filter((topic) => topic.startsWith(RETRY_PREFIX));
  // those of pop consumption hold the topic behind a plus sign
  const groups = topics.map((topic) => topic.slice(RETRY_PREFIX.length).split("+", 1)[0] ?? "");
  return [...new Set(groups)];
}

/** Addresses of the brokers that a group's retry topic is on. */
export async function brokersOfGroup(admin: Admin, group: string): Promise<string[]> {
  return routeAddresses(await topicRoute(admin, RETRY_PREFIX + group));
}

/**
 * What a client of a group says about itself, asked through one broker after the other (upstream asks the first only):
 * a client need not be connected to all of them.
 */
export async function runningInfo(
  admin: Admin,
  client: { group: string; clientId: string; jstack?: boolean },
  addresses?: readonly string[],
): Promise<ConsumerRunningInfo> {
  const { group, clientId, jstack = false } = client;
  let refusal: unknown;
  for (const address of addresses ?? (await brokersOfGroup(admin, group))) {
    try {
      const answer = await admin.broker(
        address,
        getConsumerRunningInfo,
        { consumerGroup: group, clientId, jstackEnable: jstack },
        { timeoutMs: Math.max(admin.timeoutMs, 12_000) },
      );
      return answer.content();
    } catch (thrown) {
      refusal ??= thrown;
    }
  }
  throw refusal;
}

/** The answers of those who gave one; the first refusal when nobody did. */
async function answersOf<T>(
  addresses: readonly string[],
  ask: (address: string) => Promise<T>,
  { fail, isOrdinary }: { fail: Asked["fail"]; isOrdinary: (thrown: unknown) => boolean },
): Promise<[T, ...T[]]> {
  const settled = await inParallel(addresses, (address) =>
    ask(address).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    ),
  );
  const [first, ...others] = settled.flatMap((one) => ("value" in one ? [one.value] : []));
  const errors = settled.flatMap((one) => ("error" in one ? [one.error] : []));
  const odd = errors.filter((error) => !isOrdinary(error));
  if (first === undefined) throw odd[0] ?? errors[0];
  for (const error of odd) fail?.(error);
  return [first, ...others];
}

function merge(
  all: readonly ClientConnection[],
  more: readonly ClientConnection[],
): ClientConnection[] {
  const known = new Set(all.map((one) => one.clientId));
  return [...all, ...more.filter((one) => !known.has(one.clientId))];
}
