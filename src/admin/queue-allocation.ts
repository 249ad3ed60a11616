import { stringifyFastjson } from "../../engine/protocol/fastjson.js";
import { CodeError } from "./explain.js";
import { hashOrder, queueHash, textHashOrder } from "./java-order.js";
import type { Queue } from "./queues.js";
import { logicalBroker } from "./static-topic-status.js";
import type { TopicRouteData } from "./topics.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";

const READABLE = 4;

/** Queues of one consumer. */
export interface Allocation {
  consumer: string;
  queues: Queue[];
}

/** The queues that clients consume from, in the order of the route. */
export function readableQueues(route: TopicRouteData, topic: string): Queue[] {
  const mappings = [...(route.topicQueueMappingByBroker?.values() ?? [])];
  return mappings.length > 0
    ? mappings.flatMap(({ currIdMap, scope }) =>
        [...currIdMap.keys()].map((queueId) => ({
          topic,
          brokerName: logicalBroker(scope),
          queueId,
        })),
      )
    : route.queueDatas
        .filter(({ perm }) => (perm & READABLE) !== 0)
        .flatMap(({ brokerName, readQueueNums }) =>
          Array.from({ length: readQueueNums }, (_, queueId) => ({ topic, brokerName, queueId })),
        );
}

/**
 * How clients share the queues of a topic among them: contiguous blocks, the first consumers get those left over.
 * Upstream: AllocateMessageQueueAveragely. It walks the queues in the order of Java's hash set, and so does this:
 * what it prints depends on it.
 */
export function allocate(queues: readonly Queue[], consumers: readonly string[]): Allocation[] {
  if (queues.length === 0) {
    throw new CodeError(ResponseCode.SYSTEM_ERROR, "mqAll is null or mqAll empty", {
      kind: "not-found",
      hint: "no queue of the topic can be read",
    });
  }
  const all = hashOrder(queues, { hash: queueHash });
  const each = Math.floor(all.length / consumers.length);
  const left = all.length % consumers.length;
  return [...new Set(consumers)].map((consumer) => {
    const index = consumers.indexOf(consumer);
    const start = index * each + Math.min(index, left);
    return { consumer, queues: all.slice(start, start + each + (index < left ? 1 : 0)) };
  });
}

/** An allocation as upstream prints it: fastjson's compact text of a RebalanceResult. */
export function allocationJson(allocations: readonly Allocation[]): string {
  const byConsumer = new Map(allocations.map(({ consumer, queues }) => [consumer, queues]));
  const inOrder = textHashOrder(byConsumer.keys()).map((consumer) => [
    consumer,
    byConsumer.get(consumer) ?? [],
  ]);
  return stringifyFastjson({ result: new Map(inOrder as [string, Queue[]][]) });
}
