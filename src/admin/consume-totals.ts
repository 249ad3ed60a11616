/** What waits for a group by topic, and its rate (messages per second). */
export interface ConsumeTotals {
  readonly diffByTopic: ReadonlyMap<string, number>;
  readonly tps: number;
}

const HEAD = /^\{"consumeTps":(\d+(?:\.\d+)?(?:E-?\d+)?),"offsetTable":\{/;
const QUEUE =
  /\{"brokerName":"[^"\\]*","queueId":\d+,"topic":"([^"\\]*)"\}:\{"brokerOffset":(\d{1,15}),"consumerOffset":(-?\d{1,15}),"lastTimestamp":-?\d+(?:,"pullOffset":-?\d+)?\}(,|\}\}$)/y;

/**
 * The totals of one answer about a group, read off its text as brokers write it: a group that consumes a thousand topics
 * has thousands of queues, and nothing is wanted of each but two numbers. Undefined for any other text.
 */
export function scanTotals(body: Buffer | undefined): ConsumeTotals | undefined {
  const text = body?.toString("utf8") ?? "";
  const head = HEAD.exec(text);
  if (head === null) return undefined;
  const diffByTopic = new Map<string, number>();
  QUEUE.lastIndex = head[0].length;
  for (;;) {
    const match = QUEUE.exec(text);
    if (match === null) return undefined;
    const [, topic = "", brokerOffset, consumerOffset, end] = match;
    const diff = Number(brokerOffset) - Number(consumerOffset);
    diffByTopic.set(topic, (diffByTopic.get(topic) ?? 0) + diff);
    if (end !== ",") return { diffByTopic, tps: Number(head[1]) };
  }
}
