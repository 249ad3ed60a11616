import type {
  ClientConnection,
  ConsumerConnection,
} from "../../engine/protocol/bodies/client-connections.js";
import type { ConsumerRunningInfo } from "../../engine/protocol/bodies/consumer-running-info.js";
import { getConsumerConnectionList } from "../../engine/protocol/requests/get-consumer-connection-list.js";
import { getConsumerRunningInfo } from "../../engine/protocol/requests/get-consumer-running-info.js";
import { getProducerConnectionList } from "../../engine/protocol/requests/get-producer-connection-list.js";
import type { Admin } from "./admin.js";
import { inParallel } from "./parallel.js";
import { RETRY_PREFIX, routeAddresses, topicRoute } from "./topics.js";

export type { ClientConnection, ConsumerConnection, ConsumerRunningInfo };

/**
 * Clients of a consumer group with their subscriptions. Every broker of the group's retry topic is asked (upstream asks
 * one at random), or the one given; RefusedError with code 206 (not found) when nobody is online.
 */
export async function consumerConnection(
  admin: Admin,
  group: string,
  brokerAddr?: string,
): Promise<ConsumerConnection> {
  const addresses =
    brokerAddr === undefined
      ? routeAddresses(await topicRoute(admin, RETRY_PREFIX + group))
      : [brokerAddr];
  const [first, ...others] = await answersOf(addresses, async (address) =>
    (await admin.broker(address, getConsumerConnectionList, { consumerGroup: group })).content(),
  );
  return others.reduce(
    (all, one) => ({ ...all, connectionSet: merge(all.connectionSet, one.connectionSet) }),
    first,
  );
}

/** Clients of a producer group, asked of every broker of a topic that the group sends to. */
export async function producerConnection(
  admin: Admin,
  group: string,
  topic: string,
): Promise<ClientConnection[]> {
  const addresses = routeAddresses(await topicRoute(admin, topic));
  const answers = await answersOf(addresses, async (address) =>
    (await admin.broker(address, getProducerConnectionList, { producerGroup: group })).content(),
  );
  return answers.reduce<ClientConnection[]>((all, one) => merge(all, one.connectionSet), []);
}

/** What a client of a group says about itself. The first broker of the group's route passes the question on. */
export async function runningInfo(
  admin: Admin,
  group: string,
  clientId: string,
): Promise<ConsumerRunningInfo> {
  const [address] = routeAddresses(await topicRoute(admin, RETRY_PREFIX + group));
  const answer = await admin.broker(
    address ?? "",
    getConsumerRunningInfo,
    { consumerGroup: group, clientId, jstackEnable: false },
    { timeoutMs: Math.max(admin.timeoutMs, 12_000) },
  );
  return answer.content();
}

/** The answers of those who gave one; the first refusal when nobody did. */
async function answersOf<T>(
  addresses: readonly string[],
  ask: (address: string) => Promise<T>,
): Promise<[T, ...T[]]> {
  const settled = await inParallel(addresses, (address) =>
    ask(address).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    ),
  );
  const [first, ...others] = settled.flatMap((one) => ("value" in one ? [one.value] : []));
  if (first !== undefined) return [first, ...others];
  throw settled.flatMap((one) => ("error" in one ? [one.error] : []))[0];
}

function merge(
  all: readonly ClientConnection[],
  more: readonly ClientConnection[],
): ClientConnection[] {
  const known = new Set(all.map((one) => one.clientId));
  return [...all, ...more.filter((one) => !known.has(one.clientId))];
}
