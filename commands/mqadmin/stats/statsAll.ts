import { upstreamPrints } from "../../../src/admin/plain-text-error.js";
import type { Compat } from "../../../src/cli/compat.js";
import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { flag, text } from "../../../src/cli/options.js";
import { plainHeader } from "../../../src/output/plain.js";
import { printf } from "../../../src/output/printf.js";
import { CodeError } from "../../../src/admin/explain.js";
import { front } from "../../../src/admin/java-text.js";
import { itemsOf, streamParallel } from "../../../src/admin/parallel.js";
import { TrafficReader, type TopicTraffic } from "../../../src/admin/stats.js";
import { DLQ_PREFIX, RETRY_PREFIX, topicNames } from "../../../src/admin/topics.js";

const TOPIC_NOT_EXIST = 17;
/** Topics asked about at a time, each with some of its groups. */
const WIDTH = 8;

const columns: Column<TopicTraffic>[] = [
  { header: "#Topic", key: "topic" },
  { header: "#Consumer Group", key: "group", type: "string?" },
  { header: "#Accumulation", key: "accumulation", type: "integer?" },
  {
    header: "#InTPS",
    key: "inTps",
    type: "number?",
    text: (row) => rate(row.inTps),
  },
  {
    header: "#OutTPS",
    key: "outTps",
    type: "number?",
    text: (row) => (row.group === undefined ? "" : rate(row.outTps)),
  },
  { header: "#InMsg24Hour", key: "inMsg24Hour", type: "integer?" },
  {
    header: "#OutMsg24Hour",
    key: "outMsg24Hour",
    type: "integer?",
    text: (row) => (row.group === undefined ? "NO_CONSUMER" : String(row.outMsg24Hour ?? 0)),
  },
];

const options = {
  activeTopic: flag("-a, --activeTopic", "print active topic only"),
  topic: text("-t, --topic <topic>", "print select topic only").completes("topic"),
};

export default defineCommand<typeof options, TopicTraffic>({
  name: "statsAll",
  summary: "Topic and Consumer tps stats.",
  formerSummary: [{ before: "5.1.4", summary: "Topic and Consumer tps stats" }],
  impact: "read",
  options,
  examples: [
    { line: "mqadmin statsAll -a", says: "topics with traffic in the last 24 hours" },
    { line: "mqadmin statsAll -t pay-events", says: "one topic and its groups" },
  ],
  run: async ({ admin, fail, compat }, { activeTopic, topic = "" }) => {
    const names = (await topicNames(admin)).filter(
      (name) => !name.startsWith(RETRY_PREFIX) && !name.startsWith(DLQ_PREFIX),
    );
    const wanted = topic === "" ? names : names.filter((name) => name === topic);
    if (topic !== "" && wanted.length === 0) {
      const header = plainHeader({ columns, format: formatsOf(compat).format });
      throw upstreamPrints(header, unknownTopic(topic));
    }
    const reader = new TrafficReader(admin, { isForAll: topic === "" });
    const rowsOf = async (name: string): Promise<TopicTraffic[]> => {
      try {
        const rows = await reader.topic(name);
        return activeTopic ? rows.filter(isActive) : rows;
      } catch (thrown) {
        fail(thrown);
        return [];
      }
    };
    return itemsOf(streamParallel(wanted, rowsOf, WIDTH));
  },
  columns,
  async *plain(rows, _options, { compat }) {
    const { format, lonely, width } = formatsOf(compat);
    yield plainHeader({ columns, format });
    for await (const row of rows) {
      const { topic, group, accumulation = 0, inTps = 0, inMsg24Hour = 0 } = row;
      const { outTps = 0, outMsg24Hour = 0 } = row;
      const names = [front(topic, width), front(group ?? "", width)];
      yield group === undefined
        ? printf(`${lonely}\n`, ...names, accumulation, inTps, "", inMsg24Hour, "NO_CONSUMER")
        : printf(`${format}\n`, ...names, accumulation, inTps, outTps, inMsg24Hour, outMsg24Hour);
    }
  },
});

/** Since 4.9.3 names have more room; `lonely` is for a topic that nobody consumes. */
function formatsOf(compat: Compat): { format: string; lonely: string; width: number } {
  const width = compat.isBefore("4.9.3") ? 32 : 64;
  const names = `%-${width}s  %-${width}s`;
  return {
    format: `${names} %12d %11.2f %11.2f %14d %14d`,
    lonely: `${names} %12d %11.2f %11s %14d %14s`,
    width,
  };
}

function rate(value: number | undefined): string {
  return printf("%.2f", value ?? 0);
}

function isActive({ inMsg24Hour, outMsg24Hour }: TopicTraffic): boolean {
  return (inMsg24Hour ?? 0) > 0 || (outMsg24Hour ?? 0) > 0;
}

function unknownTopic(topic: string): CodeError {
  const remark = `No topic route info in name server for the topic: ${topic}`;
  return new CodeError(TOPIC_NOT_EXIST, remark, {
    kind: "not-found",
    hint: "mqadmin topicList shows the topics that statsAll counts",
  });
}
