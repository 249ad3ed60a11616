import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { flag, text } from "../../../src/cli/options.js";
import { plainHeader } from "../../../src/output/plain.js";
import { printf } from "../../../src/output/printf.js";
import { front } from "../../../src/admin/java-text.js";
import { streamParallel } from "../../../src/admin/parallel.js";
import { topicTraffic, type TopicTraffic } from "../../../src/admin/stats.js";
import { DLQ_PREFIX, RETRY_PREFIX, topicNames } from "../../../src/admin/topics.js";

const FORMAT = "%-64s  %-64s %12d %11.2f %11.2f %14d %14d";
/** A topic that nobody consumes. */
const LONELY_FORMAT = "%-64s  %-64s %12d %11.2f %11s %14d %14s\n";

const columns: Column<TopicTraffic>[] = [
  { header: "#Topic", key: "topic", text: (row) => front(row.topic, 64) },
  {
    header: "#Consumer Group",
    key: "group",
    value: (row) => row.group ?? null,
    text: (row) => front(row.group ?? "", 64),
  },
  { header: "#Accumulation", key: "accumulation" },
  { header: "#InTPS", key: "inTps", text: (row) => printf("%.2f", row.inTps) },
  {
    header: "#OutTPS",
    key: "outTps",
    value: (row) => row.outTps ?? null,
    text: (row) => (row.outTps === undefined ? "" : printf("%.2f", row.outTps)),
  },
  { header: "#InMsg24Hour", key: "inMsg24Hour" },
  {
    header: "#OutMsg24Hour",
    key: "outMsg24Hour",
    value: (row) => row.outMsg24Hour ?? null,
    text: (row) => String(row.outMsg24Hour ?? "NO_CONSUMER"),
  },
];

const options = {
  activeTopic: flag("-a, --activeTopic", "print active topic only"),
  topic: text("-t, --topic <topic>", "print select topic only").completes("topic"),
};

export default defineCommand<typeof options, TopicTraffic>({
  name: "statsAll",
  summary: "Topic and Consumer tps stats.",
  impact: "read",
  options,
  examples: [
    { line: "mqadmin statsAll -a", says: "topics with traffic in the last 24 hours" },
    { line: "mqadmin statsAll -t pay-events", says: "one topic and its groups" },
  ],
  run: async ({ admin, fail }, { activeTopic, topic }) => {
    const names = (await topicNames(admin)).filter(
      (name) => !name.startsWith(RETRY_PREFIX) && !name.startsWith(DLQ_PREFIX),
    );
    const wanted =
      topic === undefined || topic === "" ? names : names.filter((name) => name === topic);
    const perTopic = streamParallel(wanted, (name) =>
      topicTraffic(admin, name).catch((thrown: unknown) => {
        fail(thrown);
        return [];
      }),
    );
    return flattened(perTopic, (row) => !activeTopic || isActive(row));
  },
  columns,
  async *plain(rows) {
    yield plainHeader({ columns, format: FORMAT });
    for await (const row of rows) {
      const { topic, group, accumulation, inTps, outTps, inMsg24Hour, outMsg24Hour } = row;
      const names = [front(topic, 64), front(group ?? "", 64)];
      yield group === undefined
        ? printf(LONELY_FORMAT, ...names, accumulation, inTps, "", inMsg24Hour, "NO_CONSUMER")
        : printf(`${FORMAT}\n`, ...names, accumulation, inTps, outTps, inMsg24Hour, outMsg24Hour);
    }
  },
});

function isActive({ inMsg24Hour, outMsg24Hour }: TopicTraffic): boolean {
  return inMsg24Hour > 0 || (outMsg24Hour ?? 0) > 0;
}

async function* flattened<T>(
  lists: AsyncIterable<T[]>,
  isWanted: (item: T) => boolean,
): AsyncGenerator<T> {
  for await (const list of lists) yield* list.filter(isWanted);
}
