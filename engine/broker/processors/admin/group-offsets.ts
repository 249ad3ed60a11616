/** Offsets of groups are copied and compared. Upstream: AdminBrokerProcessor.cloneGroupOffset, queryCorrectionOffset. */
import { cloneGroupOffset } from "../../../protocol/requests/clone-group-offset.js";
import { queryCorrectionOffset } from "../../../protocol/requests/query-correction-offset.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";

const LONG_MAX = 2n ** 63n - 1n;

export function registerGroupOffsets(dispatcher: Dispatcher, context: BrokerContext): void {
  dispatcher.register(cloneGroupOffset, ({ header }) => {
    cloneOffsets(context, header);
    return {};
  });
  dispatcher.register(queryCorrectionOffset, ({ header }) => ({
    content: { correctionOffsets: corrections(context, header) },
  }));
}

interface Clone {
  srcGroup: string;
  destGroup: string;
  topic?: string | undefined;
  offline?: boolean | undefined;
}

/** A blank topic stands for all of the source group; upstream finds them and then copies none. */
function cloneOffsets({ clients, offsets, topics }: BrokerContext, asked: Clone): void {
  const { srcGroup, destGroup, topic = "" } = asked;
  const named = topic.trim() === "" ? offsets.topicsOfGroup(srcGroup) : [topic];
  const subscriptions = clients.consumerGroup(srcGroup)?.subscriptions;
  for (const each of named) {
    if (topics.get(each) === undefined) continue;
    const isLive = asked.offline !== true && subscriptions !== undefined && subscriptions.size > 0;
    if (isLive && !subscriptions.has(each)) continue;
    offsets.cloneGroup(srcGroup, destGroup, each);
  }
}

interface Correction {
  topic: string;
  compareGroup: string;
  /** Groups left out, separated by commas. (Upstream deletes their offsets; nobody can want that of a question.) */
  filterGroups?: string | undefined;
}

/** Lowest offset of all groups per queue; Long.MAX_VALUE where the compared group is not ahead of it. */
function corrections({ offsets, store }: BrokerContext, asked: Correction): Map<number, bigint> {
  const { topic } = asked;
  const left = new Set((asked.filterGroups ?? "").split(","));
  const lowest = new Map<number, bigint>();
  for (const group of offsets.groupsOfTopic(topic)) {
    if (left.has(group)) continue;
    for (const [queueId, offset] of offsets.ofGroup(group, topic)) {
      if (offset < store.minOffset(topic, queueId)) continue;
      const before = lowest.get(queueId) ?? LONG_MAX;
      lowest.set(queueId, BigInt(offset) < before ? BigInt(offset) : before);
    }
  }
  for (const [queueId, offset] of offsets.ofGroup(asked.compareGroup, topic)) {
    const low = lowest.get(queueId) ?? LONG_MAX;
    lowest.set(queueId, low > BigInt(offset) ? LONG_MAX : low);
  }
  return lowest;
}
