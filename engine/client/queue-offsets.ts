/** Offsets of one queue, asked of its broker's master. Upstream: MQAdminImpl, RemoteBrokerOffsetStore. */
import { getEarliestMsgStoretime } from "../protocol/requests/get-earliest-msg-storetime.js";
import { getMaxOffset } from "../protocol/requests/get-max-offset.js";
import { getMinOffset } from "../protocol/requests/get-min-offset.js";
import { queryConsumerOffset } from "../protocol/requests/query-consumer-offset.js";
import { searchOffsetByTimestamp } from "../protocol/requests/search-offset-by-timestamp.js";
import { updateConsumerOffset } from "../protocol/requests/update-consumer-offset.js";
import { ResponseCode } from "../protocol/response-codes.js";
import type { Client } from "./client.js";
import type { MessageQueue } from "./message-queue.js";

/** Queue offset after the newest message. */
export async function maxOffset(client: Client, queue: MessageQueue): Promise<number> {
  const address = await client.routes.masterOf(queue);
  return (await client.remoting.call(address, getMaxOffset, at(queue))).header.offset;
}

/** Queue offset of the oldest message that is still there. */
export async function minOffset(client: Client, queue: MessageQueue): Promise<number> {
  const address = await client.routes.masterOf(queue);
  return (await client.remoting.call(address, getMinOffset, at(queue))).header.offset;
}

/** Queue offset of the first message stored at `timestamp` (ms) or later. */
export async function offsetByTime(
  client: Client,
  queue: MessageQueue,
  timestamp: number,
): Promise<number> {
  const address = await client.routes.masterOf(queue);
  const header = { ...at(queue), timestamp: BigInt(timestamp) };
  return (await client.remoting.call(address, searchOffsetByTimestamp, header)).header.offset;
}

/** Store time (ms) of the oldest message; -1 when there is none. */
export async function earliestStoreTime(client: Client, queue: MessageQueue): Promise<number> {
  const address = await client.routes.masterOf(queue);
  return (await client.remoting.call(address, getEarliestMsgStoretime, at(queue))).header.timestamp;
}

/** What the group has committed; undefined when nothing. A broker may answer 0 for a queue that begins at 0. */
export async function committedOffset(
  client: Client,
  consumerGroup: string,
  queue: MessageQueue,
): Promise<number | undefined> {
  const address = await client.routes.masterOf(queue);
  const answer = await client.remoting.call(
    address,
    queryConsumerOffset,
    { consumerGroup, ...at(queue) },
    { accept: [ResponseCode.QUERY_NOT_FOUND] },
  );
  const offset = answer.code === ResponseCode.SUCCESS ? answer.header.offset : -1;
  return offset >= 0 ? offset : undefined;
}

/** Commits and waits for the broker's answer. */
export async function commitOffset(
  client: Client,
  consumerGroup: string,
  commit: { queue: MessageQueue; offset: number; oneway?: boolean },
): Promise<void> {
  const address = await client.routes.masterOf(commit.queue);
  const header = { consumerGroup, ...at(commit.queue), commitOffset: commit.offset };
  if (commit.oneway === true)
    await client.remoting.callOneway(address, updateConsumerOffset, header);
  else await client.remoting.call(address, updateConsumerOffset, header);
}

function at({ topic, queueId }: MessageQueue): { topic: string; queueId: number } {
  return { topic, queueId };
}
