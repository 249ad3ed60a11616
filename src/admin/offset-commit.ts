import { queryConsumerOffset } from "../../engine/protocol/requests/query-consumer-offset.js";
import { updateConsumerOffset } from "../../engine/protocol/requests/update-consumer-offset.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { change, type State } from "./change.js";
import { codeOf } from "./explain.js";

/** Where a group goes on in one queue of a broker. */
export interface CommittedOffset {
  group: string;
  topic: string;
  queueId: number;
  offset: number;
}

/** Commits an offset in a group's name. */
export async function commitOffset(
  admin: Admin,
  address: string,
  { group, topic, queueId, offset }: CommittedOffset,
): Promise<void> {
  await change(admin, address, updateConsumerOffset, {
    header: { consumerGroup: group, topic, queueId, commitOffset: offset },
    read: () => committedState(admin, address, { group, topic, queueId }),
    wanted: { offset },
  });
}

/** What a broker has as a group's offset in a queue; null when it has none. */
export async function committedState(
  admin: Admin,
  address: string,
  at: { group: string; topic: string; queueId: number },
): Promise<State> {
  const { group: consumerGroup, topic, queueId } = at;
  try {
    const header = { consumerGroup, topic, queueId, setZeroIfNotFound: false };
    return { offset: (await admin.broker(address, queryConsumerOffset, header)).header.offset };
  } catch (thrown) {
    if (codeOf(thrown) === ResponseCode.QUERY_NOT_FOUND) return null;
    throw thrown;
  }
}
