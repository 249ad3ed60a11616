import { defineCommand } from "../../../src/cli/define-command.js";
import { address, integer, long, text } from "../../../src/cli/options.js";
import {
  entryText,
  queuePart,
  type QueuePart,
  subscriptionRecord,
  subscriptionText,
} from "../../../src/admin/consume-queue.js";

const RULE = "======================================\n";

const options = {
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
  queue: integer("-q, --queue <id>", "queue num, ie. 1").required(),
  index: long("-i, --index <index>", "start queue index.").required(),
  count: integer("-c, --count <count>", "how many.").default(10),
  broker: address("-b, --broker <address>", "broker addr.").completes("broker"),
  consumer: text("-g, --consumer <group>", "consumer group.").completes("group"),
};

export default defineCommand<typeof options, QueuePart>({
  name: "queryCq",
  summary: "Query cq command.",
  impact: "read",
  options,
  examples: [
    { line: "mqadmin queryCq -t pay-events -q 0 -i 1518", says: "ten entries of a consume queue" },
    {
      line: "mqadmin queryCq -t pay-events -q 0 -i 1518 -c 3 -g pay-worker",
      says: "and what the group's filter makes of them",
    },
  ],
  run: async ({ admin }, { topic, queue: queueId, index, count, broker, consumer }) => [
    await queuePart(admin, { topic, queueId, index, count, broker, consumerGroup: consumer }),
  ],
  columns: [],
  single: true,
  record: (part) => ({
    broker: part.broker,
    minIndex: part.minQueueIndex,
    maxIndex: part.maxQueueIndex,
    subscription:
      part.subscriptionData === undefined ? null : subscriptionRecord(part.subscriptionData),
    filter: part.filterData ?? null,
    entries: part.queueData.map((entry, at) => ({
      index: part.index + at,
      physicOffset: entry.physicOffset,
      physicSize: entry.physicSize,
      tagsCode: entry.tagsCode,
      extendData: entry.extendDataJson ?? null,
      bitMap: entry.bitMap ?? null,
      isMatched: entry.eval,
      message: entry.msg ?? null,
    })),
  }),
  shape: {
    broker: "string",
    minIndex: "integer",
    maxIndex: "integer",
    subscription: "any",
    filter: "string?",
    entries: [
      {
        index: "integer",
        physicOffset: "integer",
        physicSize: "integer",
        tagsCode: "integer",
        extendData: "string?",
        bitMap: "string?",
        isMatched: "boolean",
        message: "string?",
      },
    ],
  },
  async *plain(rows, { consumer }) {
    for await (const part of rows) {
      const { subscriptionData, filterData, queueData, index } = part;
      if (subscriptionData !== undefined) {
        yield `Subscription data: \n${subscriptionText(subscriptionData)}\n${RULE}`;
      }
      if (consumer !== undefined || filterData !== undefined)
        yield `Filter data: \n${filterData ?? "null"}\n${RULE}`;
      yield `Queue data: \nmax: ${part.maxQueueIndex}, min: ${part.minQueueIndex}\n${RULE}`;
      for (const [at, entry] of queueData.entries()) {
        yield `idx: ${index + at}\n${entryText(entry)}\n${RULE}`;
      }
    }
  },
});
