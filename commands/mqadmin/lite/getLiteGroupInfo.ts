import { defineCommand } from "../../../src/cli/define-command.js";
import { integer, text } from "../../../src/cli/options.js";
import { isoTime } from "../../../src/output/cell.js";
import { printf } from "../../../src/output/printf.js";
import { millisText } from "../../../src/admin/java-text.js";
import {
  askLiteBrokers,
  errorLine,
  type LiteAnswer,
  liteBrokers,
  type LiteGroupInfo,
  liteGroupInfo,
  type LiteLagInfo,
} from "../../../src/admin/lite.js";

const OFFSETS = "%-50s %-16s %-16s %-16s %-30s%n";
const LAGS = "%-6s %-40s %-12s %-30s%n";

/** What all brokers together say of a group. */
interface GroupSummary {
  answers: LiteAnswer<LiteGroupInfo>[];
  totalLagCount: number;
  /** Milliseconds; undefined when nothing waits. */
  earliest: number | undefined;
  /** Longest queues of waiting messages first. */
  byCount: LiteLagInfo[];
  /** Longest waits first. */
  byTime: LiteLagInfo[];
  isCut: boolean;
}

const options = {
  parentTopic: text("-p, --parentTopic <topic>", "Parent topic name").required().completes("topic"),
  group: text("-g, --group <group>", "Consumer group").required().completes("group"),
  liteTopic: text("-l, --liteTopic <name>", "query lite topic detail"),
  topK: integer("-k, --topK <count>", "topK value of each broker").default(20),
};

export default defineCommand<typeof options, GroupSummary>({
  name: "getLiteGroupInfo",
  summary: "Get lite group info.",
  since: "5.5.0",
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin getLiteGroupInfo -p chats -g chat-workers -k 5",
      says: "what waits for a group, and in which light topics most",
    },
    {
      line: "mqadmin getLiteGroupInfo -p chats -g chat-workers -l session-4711",
      says: "how far it is with one of them",
    },
  ],
  run: async ({ admin, fail }, { parentTopic, group, liteTopic, topK }) => {
    const wanted = { group, liteTopic: liteTopic === "" ? undefined : liteTopic, topK };
    const brokers = await liteBrokers(admin, parentTopic);
    const answers: LiteAnswer<LiteGroupInfo>[] = [];
    const asked = askLiteBrokers(brokers, (one) => liteGroupInfo(admin, one, wanted), fail);
    for await (const answer of asked) answers.push(answer);
    return [summaryOf(answers, topK)];
  },
  columns: [],
  single: true,
  record: ({ answers, totalLagCount, earliest, byCount, byTime, isCut }) => ({
    totalLagCount,
    ...timeFields("earliestUnconsumed", earliest),
    brokers: answers.flatMap(({ brokerName, info }) =>
      info === undefined ? [] : [brokerRecord(brokerName, info)],
    ),
    failedBrokers: answers.flatMap(({ brokerName, info }) =>
      info === undefined ? [brokerName] : [],
    ),
    byLagCount: byCount.map(lagRecord),
    byLagTime: byTime.map(lagRecord),
    isCut,
  }),
  shape: {
    totalLagCount: "integer",
    earliestUnconsumed: "time?",
    brokers: [
      {
        brokerName: "string",
        lagCount: "integer?",
        brokerOffset: "integer?",
        consumerOffset: "integer?",
        lastUpdate: "time?",
      },
    ],
    failedBrokers: ["string"],
    byLagCount: [{ liteTopic: "string", lagCount: "integer", earliestUnconsumed: "time?" }],
    byLagTime: [{ liteTopic: "string", lagCount: "integer", earliestUnconsumed: "time?" }],
    isCut: "boolean",
  },
  async *plain(rows, { parentTopic, group, liteTopic = "" }, { clock }) {
    const isOne = liteTopic !== "";
    for await (const { answers, totalLagCount, earliest, byCount, byTime } of rows) {
      yield `Lite Group Info: [${group}] [${parentTopic}]\n`;
      if (isOne)
        yield printf(
          OFFSETS,
          ...["#Broker Name", "#BrokerOffset", "#ConsumeOffset", "#LagCount", "#LastUpdate"],
        );
      for (const { brokerName, info } of answers) {
        if (info === undefined) yield errorLine(brokerName);
        else if (isOne) yield offsetLine(brokerName, info);
      }
      const now = clock.now();
      const since = earliest ?? now;
      yield `Total Lag Count: ${totalLagCount}\n`;
      yield `Min Unconsumed Timestamp: ${since} (${Math.trunc((now - since) / 1000)} s ago)\n\n`;
      if (isOne) continue;
      yield `------TopK by lag count-----\n${lagTable(byCount)}`;
      yield `\n------TopK by lag time------\n${lagTable(byTime)}`;
    }
  },
});

function summaryOf(answers: LiteAnswer<LiteGroupInfo>[], topK: number): GroupSummary {
  const infos = answers.flatMap(({ info }) => (info === undefined ? [] : [info]));
  const times = infos.map((one) => one.earliestUnconsumedTimestamp).filter((time) => time > 0);
  const lists = infos.flatMap((one) => [one.lagCountTopK ?? [], one.lagTimestampTopK ?? []]);
  return {
    answers,
    totalLagCount: infos.reduce((sum, one) => sum + Math.max(0, one.totalLagCount), 0),
    earliest: times.length === 0 ? undefined : Math.min(...times),
    byCount: infos.flatMap((one) => one.lagCountTopK ?? []).sort((a, b) => b.lagCount - a.lagCount),
    byTime: infos
      .flatMap((one) => one.lagTimestampTopK ?? [])
      .sort((a, b) => a.earliestUnconsumedTimestamp - b.earliestUnconsumedTimestamp),
    isCut: lists.some((list) => list.length >= topK),
  };
}

function offsetLine(
  brokerName: string,
  { liteTopicOffsetWrapper: offsets }: LiteGroupInfo,
): string {
  if (offsets === undefined) return printf(OFFSETS, brokerName, "-", "-", "-", "-");
  const { brokerOffset, consumerOffset, lastTimestamp } = offsets;
  const lag = brokerOffset - consumerOffset;
  return printf(OFFSETS, brokerName, brokerOffset, consumerOffset, lag, timeText(lastTimestamp));
}

function lagTable(lags: readonly LiteLagInfo[]): string {
  const rows = lags.map(({ liteTopic, lagCount, earliestUnconsumedTimestamp }, at) =>
    printf(LAGS, at + 1, liteTopic, lagCount, timeText(earliestUnconsumedTimestamp)),
  );
  return printf(LAGS, "NO", "Lite Topic", "Lag Count", "UnconsumedTimestamp") + rows.join("");
}

function brokerRecord(brokerName: string, info: LiteGroupInfo): unknown {
  const offsets = info.liteTopicOffsetWrapper;
  return {
    brokerName,
    lagCount: info.totalLagCount < 0 ? null : info.totalLagCount,
    brokerOffset: offsets?.brokerOffset ?? null,
    consumerOffset: offsets?.consumerOffset ?? null,
    ...timeFields("lastUpdate", offsets?.lastTimestamp),
  };
}

function lagRecord({ liteTopic, lagCount, earliestUnconsumedTimestamp }: LiteLagInfo): unknown {
  return {
    liteTopic,
    lagCount,
    ...timeFields("earliestUnconsumed", earliestUnconsumedTimestamp),
  };
}

function timeFields(key: string, time: number | undefined): Record<string, unknown> {
  const known = time !== undefined && time > 0 ? time : undefined;
  return { [key]: isoTime(known) ?? null, [`${key}Ms`]: known ?? null };
}

function timeText(time: number): string {
  return time > 0 ? millisText(time) : "-";
}
