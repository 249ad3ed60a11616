/** A broker on a clock that is moved, producers that are asked, and a look into its topics. */
import type { ExecutionContext } from "ava";
import { ManualClock } from "../../../../engine/base/clock.js";
import { decodeRecord, decodeRecords } from "../../../../engine/message/decode.js";
import type { Message } from "../../../../engine/message/message.js";
import { parseOffsetMessageId } from "../../../../engine/message/message-id.js";
import { checkTransactionState } from "../../../../engine/protocol/requests/check-transaction-state.js";
import { endTransaction } from "../../../../engine/protocol/requests/end-transaction.js";
import { heartBeat } from "../../../../engine/protocol/requests/heart-beat.js";
import { pullMessage } from "../../../../engine/protocol/requests/pull-message.js";
import type { clientOf } from "../harness.js";
import { brokerFor, heartbeat, pullHeader, temporaryFolder } from "../harness.js";

export const HALF = "RMQ_SYS_TRANS_HALF_TOPIC";
export const OP = "RMQ_SYS_TRANS_OP_HALF_TOPIC";
export const GIVEN_UP = "TRANS_CHECK_MAX_TIME_TOPIC";
export const COMMIT = 8;
export const ROLLBACK = 12;
export const UNKNOWN = 0;

const ILLEGAL_OPERATION = 604;
const START_MS = 1_700_000_000_000;
export const INTERVAL_MS = 5_000;
const TIMEOUT_MS = 3_000;

export type Client = ReturnType<typeof clientOf>;

/** What a check said. */
export interface Check {
  tranStateTableOffset: number;
  commitLogOffset: number;
  message: Message;
  header: { msgId?: string | undefined; transactionId?: string | undefined };
}

export interface World {
  clock: ManualClock;
  storeDir: string;
  broker: Awaited<ReturnType<typeof brokerFor>>;
  /** Moves the time by one round of checks and waits until it is over. */
  round(): Promise<void>;
}

export async function world(
  t: ExecutionContext,
  given: { clock?: ManualClock; storeDir?: string; config?: object } = {},
): Promise<World> {
  const clock = given.clock ?? new ManualClock(START_MS);
  const storeDir = given.storeDir ?? temporaryFolder(t);
  const config = {
    transactionCheckInterval: INTERVAL_MS,
    transactionTimeOut: TIMEOUT_MS,
    serverChannelMaxIdleTimeSeconds: 1_000_000,
    ...given.config,
  };
  const broker = await brokerFor(t, { clock, storeDir, config });
  const round = async (): Promise<void> => {
    await clock.advance(INTERVAL_MS);
    await settle();
  };
  return { clock, storeDir, broker, round };
}

/** Lets sockets and puts come to rest. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A producer of the group "producers" that notes what it is asked and answers nothing by itself. */
export async function producer(client: Client, clientId = "p1"): Promise<Check[]> {
  const checks: Check[] = [];
  client.dispatcher.register(checkTransactionState, ({ header, body }) => {
    checks.push({ ...header, message: decodeRecord(body), header });
    return {};
  });
  await client.call(heartBeat, {}, { content: heartbeat(clientId, []) });
  return checks;
}

export interface Half {
  queueOffset: number;
  commitLogOffset: number;
}

export async function sendHalf(
  world: World,
  client: Client,
  given: { topic?: string; id?: string; queueId?: number; properties?: object } = {},
): Promise<Half> {
  const { topic = "orders", id = "ID1", queueId = 1, properties = {} } = given;
  const sent = await client.send(topic, {
    properties: { UNIQ_KEY: id, TRAN_MSG: "true", PGROUP: "producers", ...properties },
    queueId,
    sysFlag: 4,
    ...{ bornTimestamp: world.clock.now() },
  });
  if (sent.code !== 0) throw new Error(`${sent.code} ${sent.remark ?? ""}`);
  return {
    queueOffset: sent.header.queueOffset,
    commitLogOffset: parseOffsetMessageId(sent.header.msgId)?.physicalOffset ?? -1,
  };
}

export function end(client: Client, half: Half, type: number, other: object = {}) {
  const header = {
    topic: "orders",
    producerGroup: "producers",
    tranStateTableOffset: half.queueOffset,
    commitLogOffset: half.commitLogOffset,
    commitOrRollback: type,
    fromTransactionCheck: false,
    msgId: "ID1",
    ...other,
  };
  return client.call(endTransaction, header, { accept: [1, 2, 11, ILLEGAL_OPERATION] });
}

export function answer(client: Client, check: Check | undefined, type: number) {
  const { tranStateTableOffset: queueOffset = -1, commitLogOffset = -1 } = check ?? {};
  return end(client, { queueOffset, commitLogOffset }, type, { fromTransactionCheck: true });
}

/** All messages of a queue. */
export async function messagesIn(client: Client, topic: string, queueId = 0): Promise<Message[]> {
  const header = pullHeader(topic, { queueId });
  const found: Message[] = [];
  for (;;) {
    const queueOffset = found.length;
    const { body } = await client.call(pullMessage, { ...header, queueOffset });
    const more = body === undefined ? [] : decodeRecords(body);
    if (more.length === 0) return found;
    found.push(...more);
  }
}
