import type { MessageStore } from "../store/store-api.js";
import { newTopic } from "./boot-topics.js";
import type { TopicConfigTable } from "./broker-context.js";

/**
 * Makes a topic for queues of the store that belong to none: where topics.json was lost, or was kept in a form that is not
 * read. No upstream counterpart: there such messages cannot be reached. Returns the names.
 */
export function adoptTopics(store: MessageStore, topics: TopicConfigTable): string[] {
  const adopted = [...store.queues()]
    .filter(([topic, ids]) => topics.get(topic) === undefined && ids.length > 0)
    .map(([topic, ids]) => {
      const queues = Math.max(...ids) + 1;
      return { ...newTopic(topic), readQueueNums: queues, writeQueueNums: queues };
    });
  if (adopted.length > 0) topics.putAll(adopted);
  return adopted.map(({ topicName }) => topicName);
}
