import { defineCommand } from "../../../src/cli/define-command.js";
import { dateTime, integer, long, text } from "../../../src/cli/options.js";
import type { Admin } from "../../../src/admin/admin.js";
import { messageShape } from "../../../src/admin/message-text.js";
import { PlainTextError } from "../../../src/admin/plain-text-error.js";
import { QueueReader, readableQueues, TOOLS_GROUP } from "../../../src/admin/queue-reader.js";
import { type Queue, queueText } from "../../../src/admin/queues.js";
import { type Reading, readingRecord, readingText, readUpTo } from "../../../src/admin/reading.js";

const options = {
  topic: text("-t, --topic <topic>", "Topic name").required().completes("topic"),
  brokerName: text("-b, --brokerName <name>", "Broker name"),
  queueId: integer("-i, --queueId <id>", "Queue Id"),
  offset: long("-o, --offset <offset>", "Queue offset"),
  consumerGroup: text("-g, --consumerGroup <group>", "Consumer group name").default(TOOLS_GROUP),
  beginTimestamp: dateTime(
    "-s, --beginTimestamp  <time>",
    "Begin timestamp[currentTimeMillis|yyyy-MM-dd#HH:mm:ss:SSS]",
  ),
  endTimestamp: dateTime(
    "-e, --endTimestamp  <time>",
    "End timestamp[currentTimeMillis|yyyy-MM-dd#HH:mm:ss:SSS]",
  ),
  count: long("-c, --MessageNumber <count>", "Number of message to be consumed").default(128),
};

/** What is asked for, checked. */
interface Wanted {
  topic: string;
  queue: Queue | undefined;
  offset: number | undefined;
  count: number;
  times: { begin: number | undefined; end: number | undefined };
  signal: AbortSignal;
}

export default defineCommand<typeof options, Reading>({
  name: "consumeMessage",
  summary: "Consume message.",
  formerSummary: [{ before: "5.0.0", summary: "Consume message" }],
  impact: "read",
  options,
  examples: [
    { line: "mqadmin consumeMessage -t pay-events", says: "the first 128 messages of a topic" },
    {
      line: "mqadmin consumeMessage -t pay-events -b broker-a -i 0 -o 1500 -c 10",
      says: "ten from a place on",
    },
  ],
  run: ({ admin, clock, progress, signal }, given) => {
    const wanted = {
      topic: given.topic,
      queue: queueOf(given),
      offset: given.offset,
      count: given.count,
      times: { begin: given.beginTimestamp, end: given.endTimestamp },
      signal,
    };
    check(given, clock.now());
    const reader = new QueueReader(admin, given.consumerGroup);
    const readings =
      wanted.queue === undefined
        ? readTopic(admin, reader, wanted)
        : readOneQueue(reader, wanted.queue, wanted);
    return counted(readings, (count) => progress.say(`${count} of ${wanted.count} messages`));
  },
  columns: [],
  record: readingRecord,
  shape: messageShape,
  async *plain(rows, _options, { compat }) {
    for await (const row of rows) {
      yield row.kind === "found"
        ? "Consume ok\n"
        : readingText(row, { body: ({ body }) => body.toString("utf8"), release: compat });
    }
  },
});

/** Queue after queue until the count is used up. */
async function* readTopic(
  admin: Admin,
  reader: QueueReader,
  wanted: Wanted,
): AsyncGenerator<Reading> {
  let left = wanted.count;
  for (const queue of await readableQueues(admin, wanted.topic)) {
    if (left <= 0 || wanted.signal.aborted) return;
    const { min, max } = await reader.bounds(queue, wanted.times);
    const isMore = max - min > left;
    if (isMore) {
      const text = `The older ${left} message of the ${queue.queueId} queue will be provided\n`;
      yield { kind: "text", text };
    }
    const last = isMore ? min + left - 1 : max;
    yield* readUpTo(reader, queue, { min, last, signal: wanted.signal });
    left -= isMore ? left : max - min;
  }
}

async function* readOneQueue(
  reader: QueueReader,
  queue: Queue,
  wanted: Wanted,
): AsyncGenerator<Reading> {
  const { offset = -1, count } = wanted;
  const { min, max } = await reader.bounds(queue, wanted.times);
  if (offset > max) {
    yield { kind: "text", text: `${queueText(queue)} no matched msg, offset=${offset}\n` };
    return;
  }
  const from = Math.max(min, offset);
  const isMore = max - from > count;
  if (isMore) yield { kind: "text", text: `The oldler ${count} message will be provided\n` };
  const last = isMore ? from + count - 1 : max;
  yield* readUpTo(reader, queue, { min: from, last, signal: wanted.signal });
}

/** Tells how many messages there were so far. */
async function* counted(
  readings: AsyncIterable<Reading>,
  tell: (count: number) => void,
): AsyncGenerator<Reading> {
  let count = 0;
  for await (const reading of readings) {
    if (reading.kind === "message") tell(++count);
    yield reading;
  }
}

function queueOf(given: {
  topic: string;
  brokerName: string | undefined;
  queueId: number | undefined;
}): Queue | undefined {
  const { topic, brokerName, queueId } = given;
  if (queueId === undefined) return undefined;
  if (brokerName === undefined) throw refusal("Please set the brokerName before queueId!");
  return { topic, brokerName, queueId };
}

function check(
  given: {
    count: number;
    queueId: number | undefined;
    offset: number | undefined;
    beginTimestamp: number | undefined;
    endTimestamp: number | undefined;
  },
  now: number,
): void {
  const { beginTimestamp: begin, endTimestamp: end } = given;
  if (given.count <= 0) throw refusal("Please input a positive messageNumber!");
  if (given.offset !== undefined && given.queueId === undefined)
    throw refusal("Please set queueId before offset!");
  if (begin !== undefined && begin > now)
    throw refusal("Please set the beginTimestamp before now!");
  if (end !== undefined && end > now) throw refusal("Please set the endTimestamp before now!");
  if (begin !== undefined && end !== undefined && begin > end) {
    throw refusal(
      "Please make sure that the beginTimestamp is less than or equal to the endTimestamp",
    );
  }
}

function refusal(text: string): PlainTextError {
  return new PlainTextError(text, { kind: "usage" });
}
