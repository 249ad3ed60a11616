/** Which messages make a batch. Upstream: MessageBatch.generateFromList, the ListSplitter of the batch example. */
import { RocketmqError } from "../base/errors.js";
import { isRetryTopic } from "../message/topic-names.js";
import type { OutgoingMessage } from "./outgoing-message.js";

/** Throws a usage error unless brokers take these messages as one batch. */
export function checkBatch(messages: readonly OutgoingMessage[]): void {
  const [first] = messages;
  if (first === undefined) throw refused("a batch needs at least one message");
  for (const message of messages) {
    if (message.topic !== first.topic) {
      throw refused("The topic of the messages in one batch should be the same");
    }
    if (isRetryTopic(message.topic)) throw refused("Retry Group is not supported for batching");
    if ((message.delayLevel ?? 0) > 0 || message.properties?.DELAY !== undefined) {
      throw refused("TimeDelayLevel is not supported for batching");
    }
    if ((message.waitStoreOk ?? true) !== (first.waitStoreOk ?? true)) {
      throw refused("The waitStoreMsgOK of the messages in one batch should the same");
    }
  }
}

/**
 * Cuts a list into parts whose sizes add up to at most `maxBytes`; an item that is too large alone is a part of its
 * own, which the size check of the send then refuses.
 */
export function splitBySize<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  maxBytes: number,
): T[][] {
  const parts: T[][] = [];
  let bytes = Infinity;
  for (const item of items) {
    const size = sizeOf(item);
    if (bytes + size > maxBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(item);
    bytes += size;
  }
  return parts;
}

function refused(message: string): RocketmqError {
  return new RocketmqError(message, { kind: "usage" });
}
