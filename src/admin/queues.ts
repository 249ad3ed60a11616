/** One queue of a topic on one broker. Upstream: MessageQueue. */
export interface Queue {
  topic: string;
  brokerName: string;
  queueId: number;
}

/** Upstream's order: topic, broker, queue id; texts by code unit as Java compares them. */
export function compareQueues(a: Queue, b: Queue): number {
  return (
    compareTexts(a.topic, b.topic) ||
    compareTexts(a.brokerName, b.brokerName) ||
    a.queueId - b.queueId
  );
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** MessageQueue.toString. */
export function queueText({ topic, brokerName, queueId }: Queue): string {
  return `MessageQueue [topic=${topic}, brokerName=${brokerName}, queueId=${queueId}]`;
}

export function queueKey({ topic, brokerName, queueId }: Queue): string {
  return `${topic}\n${brokerName}\n${queueId}`;
}
