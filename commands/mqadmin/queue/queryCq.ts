import { RocketmqError } from "../../../engine/base/errors.js";
import type {
  ConsumeQueueData,
  QueryConsumeQueueBody,
} from "../../../engine/protocol/bodies/query-consume-queue-body.js";
import { subscriptionDataShape } from "../../../engine/protocol/bodies/subscription-data.js";
import { prettyFastjson } from "../../../engine/protocol/fastjson.js";
import { queryConsumeQueue } from "../../../engine/protocol/requests/query-consume-queue.js";
import { defineCommand } from "../../../src/cli/define-command.js";
import { address, integer, long, text } from "../../../src/cli/options.js";
import { routeMasters, topicRoute } from "../../../src/admin/topics.js";

const RULE = "======================================\n";

/** A part of a consume queue, and where it was asked for. */
interface Part extends QueryConsumeQueueBody {
  broker: string;
  index: number;
}

const options = {
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
  queue: integer("-q, --queue <id>", "queue num, ie. 1").required(),
  index: long("-i, --index <index>", "start queue index.").required(),
  count: integer("-c, --count <count>", "how many.").default(10),
  broker: address("-b, --broker <address>", "broker addr.").completes("broker"),
  consumer: text("-g, --consumer <group>", "consumer group.").completes("group"),
};

export default defineCommand<typeof options, Part>({
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
  run: async ({ admin }, { topic, queue, index, count, broker: given, consumer }) => {
    const broker = given ?? routeMasters(await topicRoute(admin, topic))[0];
    if (broker === undefined) {
      throw new RocketmqError(`no master of ${topic} is there`, {
        kind: "not-found",
        hint: "name a slave with -b",
      });
    }
    const header = { topic, queueId: queue, index, count, consumerGroup: consumer };
    const answer = await admin.broker(broker, queryConsumeQueue, header);
    if (answer.body === undefined) {
      throw new RocketmqError(
        `${broker} has no entries there: ${answer.remark ?? "the queue ends before"}`,
        { kind: "not-found", hint: "mqadmin topicStatus shows first and last of each queue" },
      );
    }
    return [{ broker, index, ...answer.content() }];
  },
  columns: [],
  single: true,
  record: (part) => ({
    broker: part.broker,
    minIndex: part.minQueueIndex,
    maxIndex: part.maxQueueIndex,
    subscription:
      part.subscriptionData === undefined
        ? null
        : subscriptionDataShape.write(part.subscriptionData),
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
        const bean = subscriptionDataShape.write(subscriptionData);
        yield `Subscription data: \n${prettyFastjson(bean)}\n${RULE}`;
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

/** ConsumeQueueData.toString. */
function entryText(entry: ConsumeQueueData): string {
  const { physicOffset, physicSize, tagsCode, extendDataJson, bitMap, msg } = entry;
  const texts = `extendDataJson='${extendDataJson ?? "null"}', bitMap='${bitMap ?? "null"}'`;
  return `ConsumeQueueData{physicOffset=${physicOffset}, physicSize=${physicSize}, tagsCode=${tagsCode}, ${texts}, eval=${entry.eval}, msg='${msg ?? "null"}'}`;
}
