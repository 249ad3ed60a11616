import { codecsFor } from "../../engine/message/compression/body.js";
import { decodeRecord, decodeRecords } from "../../engine/message/decode.js";
import type { Message } from "../../engine/message/message.js";
import { parseOffsetMessageId } from "../../engine/message/message-id.js";
import { uniqKeyTime } from "../../engine/message/uniq-key.js";
import { queryMessage } from "../../engine/protocol/requests/query-message.js";
import { viewMessageById } from "../../engine/protocol/requests/view-message-by-id.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { addressToAsk } from "./clusters.js";
import { CodeError, RefusedError } from "./explain.js";
import { inParallel } from "./parallel.js";
import { findTopicRoute } from "./topics.js";

export type { Message };

/** The end of time in Java. */
export const LONG_MAX = 2n ** 63n - 1n;
/** Messages of one unique key that a broker looks for. */
export const UNIQUE_MAX = 32;
const LITE_PREFIX = "%LMQ%";
const QUERY_PATIENCE = 3;

export interface KeyQuery {
  topic: string;
  key: string;
  /** Per broker. */
  maxNum: number;
  /** Milliseconds. */
  begin: bigint;
  end: bigint;
  /** Brokers of other clusters are skipped; for a light topic it names the parent topic. */
  cluster?: string | undefined;
  /** What is looked for: K a key, T a tag, which brokers before 5.5 cannot find. Default K. */
  indexType?: "K" | "T" | undefined;
  /** Goes on behind this entry of the index; brokers before 5.5 begin anew. */
  lastKey?: string | undefined;
}

/** Messages that carry a key, of all brokers. CodeError 208 (not found) when there is none. */
export async function messagesByKey(admin: Admin, query: KeyQuery): Promise<Message[]> {
  const found = await queryBrokers(admin, { ...query, unique: false });
  const isMatch = (message: Message): boolean =>
    query.indexType === "T" ? message.tags === query.key : message.keyList.includes(query.key);
  return someOf(found.filter(isMatch));
}

/** Messages with a producer's id, oldest first. CodeError 208 (not found) when there is none. */
export async function messagesByUniqueKey(
  admin: Admin,
  query: {
    topic: string;
    id: string;
    begin?: bigint | undefined;
    end?: bigint | undefined;
    cluster?: string | undefined;
  },
): Promise<Message[]> {
  const { topic, id, begin = 0n, end = LONG_MAX, cluster } = query;
  const found = await queryBrokers(admin, {
    topic,
    key: id,
    maxNum: UNIQUE_MAX,
    begin,
    end,
    cluster,
    unique: true,
  });
  const matching = found.filter((message) => message.messageId === id);
  return someOf(matching.sort((a, b) => a.storeTimestamp - b.storeTimestamp));
}

/**
 * A message by its place (offset id) or by its producer's id. An offset id names the broker to ask; what looks like one
 * but leads nowhere is taken for a producer's id.
 */
export async function messageById(
  admin: Admin,
  query: { topic: string | undefined; id: string; cluster?: string | undefined },
): Promise<Message> {
  const placed = await messageByPlace(admin, query.topic, query.id);
  if (placed !== undefined) return placed;
  const { topic } = query;
  if (topic === undefined) {
    throw new CodeError(ResponseCode.NO_MESSAGE, "query message by id finished, but no message.", {
      kind: "not-found",
      hint: "a producer's id is looked for in a topic: give -t",
    });
  }
  const time = uniqKeyTime(query.id, Date.now());
  // The id tells when it was made, a second is upstream's allowance for clocks.
  const begin = time === undefined ? 0n : BigInt(Math.max(0, Math.trunc(time) - 1000));
  const [first] = await messagesByUniqueKey(admin, { ...query, topic, begin });
  return first as Message;
}

async function messageByPlace(
  admin: Admin,
  topic: string | undefined,
  id: string,
): Promise<Message | undefined> {
  const place = parseOffsetMessageId(id);
  if (place === undefined) return undefined;
  const { address, port } = place.storeHost;
  if (port <= 0 || port > 65_535) return undefined;
  try {
    const host = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
    const answer = await admin.broker(host, viewMessageById, {
      topic,
      offset: place.physicalOffset,
    });
    if (answer.body === undefined) return undefined;
    const message = decodeRecord(answer.body);
    await codecsFor([message]);
    return message;
  } catch {
    return undefined;
  }
}

async function queryBrokers(
  admin: Admin,
  query: KeyQuery & { unique: boolean },
): Promise<Message[]> {
  const { topic, cluster } = query;
  const isLite = topic.startsWith(LITE_PREFIX);
  const route = await findTopicRoute(admin, isLite && cluster !== undefined ? cluster : topic);
  const addresses = (route?.brokerDatas ?? [])
    .filter((broker) => isLite || cluster === undefined || broker.cluster === cluster)
    .map(addressToAsk)
    .filter((address) => address !== undefined);
  if (addresses.length === 0) {
    throw new CodeError(
      ResponseCode.TOPIC_NOT_EXIST,
      `The topic[${topic}] not matched route info`,
      {
        kind: "not-found",
        hint: "mqadmin topicRoute shows where a topic lives",
      },
    );
  }
  const answers = await inParallel(addresses, (address) => queryBroker(admin, address, query));
  return answers.flat();
}

async function queryBroker(
  admin: Admin,
  address: string,
  query: KeyQuery & { unique: boolean },
): Promise<Message[]> {
  const header = {
    topic: query.topic,
    key: query.key,
    maxNum: query.maxNum,
    beginTimestamp: query.begin,
    endTimestamp: query.end,
    uniqueKeyQuery: query.unique,
    indexType: query.unique ? "U" : (query.indexType ?? "K"),
    lastKey: query.lastKey,
  };
  try {
    const answer = await admin.broker(address, queryMessage, header, {
      timeoutMs: admin.timeoutMs * QUERY_PATIENCE,
    });
    if (answer.body === undefined) return [];
    const messages = decodeRecords(answer.body);
    await codecsFor(messages);
    return messages;
  } catch (thrown) {
    if (thrown instanceof RefusedError && thrown.code === ResponseCode.QUERY_NOT_FOUND) return [];
    throw thrown;
  }
}

function someOf(messages: Message[]): Message[] {
  if (messages.length > 0) return messages;
  throw new CodeError(ResponseCode.NO_MESSAGE, "query message by key finished, but no message.", {
    kind: "not-found",
  });
}
