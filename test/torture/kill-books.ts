/** What a broker that was killed has to hold still, and how it is looked for: through a client, and in the files. */
import type { Client } from "../../engine/client/client.js";
import { PullConsumer } from "../../engine/client/pull-consumer.js";
import type { MessageQueue } from "../../engine/client/message-queue.js";
import { CommitLogReader } from "../../src/inspect/commit-log.js";

export interface Acknowledged {
  topic: string;
  queueId: number;
  queueOffset: number;
  msgId: string;
}

const nameOf = ({ topic, queueId }: { topic: string; queueId: number }): string =>
  `${topic}/${queueId}`;

/** The ids that stand in the queues of a broker, by offset. */
export class StoredQueues {
  private readonly queues = new Map<string, string[]>();

  /** Reads on in all queues of a topic; returns what is wrong with their order. */
  async read(client: Client, topic: string): Promise<string[]> {
    const consumer = new PullConsumer(client, { group: "readers", register: false });
    const problems: string[] = [];
    for (const queue of await consumer.queues(topic).catch(() => [])) {
      problems.push(...(await this.readQueue(consumer, queue)));
    }
    return problems;
  }

  private async readQueue(consumer: PullConsumer, queue: MessageQueue): Promise<string[]> {
    const name = nameOf(queue);
    const ids = this.queues.get(name) ?? [];
    this.queues.set(name, ids);
    const [least, most] = [await consumer.minOffset(queue), await consumer.maxOffset(queue)];
    if (least !== 0) return [`${name} begins at ${least}`];
    if (most < ids.length) return [`${name} had ${ids.length} messages and has ${most}`];
    while (ids.length < most) {
      const from = ids.length;
      const page = await consumer.pull(queue, from, { maxCount: 32 });
      for (const { queueOffset, messageId } of page.messages) {
        if (queueOffset !== ids.length) return [`${name} has ${queueOffset} at ${ids.length}`];
        ids.push(messageId);
      }
      if (ids.length === from)
        return [`${name} ends at ${from} and not at ${most}: ${page.status}`];
    }
    return [];
  }

  missing(acknowledged: readonly Acknowledged[]): string[] {
    return acknowledged
      .filter((one) => this.queues.get(nameOf(one))?.[one.queueOffset] !== one.msgId)
      .map((one) => {
        const found = this.queues.get(nameOf(one))?.[one.queueOffset] ?? "nothing";
        return `${one.msgId} was acknowledged at ${nameOf(one)}/${one.queueOffset}, where ${found} is`;
      });
  }

  /** Those that stand in no queue of their topic. */
  absent<T extends Pick<Acknowledged, "topic" | "msgId">>(wanted: readonly T[]): T[] {
    const found = new Set<string>();
    for (const [name, ids] of this.queues) {
      const topic = name.slice(0, name.lastIndexOf("/"));
      for (const id of ids) found.add(`${topic} ${id}`);
    }
    return wanted.filter(({ topic, msgId }) => !found.has(`${topic} ${msgId}`));
  }

  /** Queues of this that do not begin another. */
  changed(later: StoredQueues): string[] {
    return [...this.queues].flatMap(([name, ids]) => {
      const now = later.queues.get(name) ?? [];
      const at = ids.findIndex((id, i) => now[i] !== id);
      return at < 0 ? [] : [`${name}/${at} is ${now[at] ?? "nothing"} and was ${ids[at] ?? ""}`];
    });
  }
}

/**
 * What is wrong in the commit log itself: each queue's offsets have to rise one by one, and no id may be there twice in a
 * topic, delayed messages that were delivered just before a kill included.
 */
export function logProblems(root: string): string[] {
  const next = new Map<string, number>();
  const seen = new Set<string>();
  const problems: string[] = [];
  const reader = new CommitLogReader(root);
  for (const { message, physicalOffset, crc } of reader.records()) {
    const name = nameOf(message);
    const expected = next.get(name) ?? 0;
    const { topic, queueOffset, messageId } = message;
    if (queueOffset !== expected) {
      problems.push(`at ${physicalOffset} ${name} has ${queueOffset}, not ${expected}`);
    }
    next.set(name, queueOffset + 1);
    if (crc !== "ok") problems.push(`the body at ${physicalOffset} has not its checksum`);
    const place = `${topic} ${messageId}`;
    if (seen.has(place)) problems.push(`${place} is in the log twice, again at ${physicalOffset}`);
    seen.add(place);
  }
  if (reader.end?.state === "torn") problems.push(`the log ends torn: ${reader.end.reason ?? ""}`);
  return problems;
}
