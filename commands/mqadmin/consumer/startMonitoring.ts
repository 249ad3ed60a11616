import { defineCommand } from "../../../src/cli/define-command.js";
import { duration, integer } from "../../../src/cli/options.js";
import { isoTime } from "../../../src/output/cell.js";
import { problemText } from "../../../src/admin/group-status.js";
import { type Finding, monitor } from "../../../src/admin/monitor.js";
import { deletionText } from "../../../src/admin/offset-moved.js";
import { PROBLEM_SHAPE, problemRecord } from "../../../src/admin/running-record.js";
import { orNull } from "../../../src/output/shape.js";

const PREFIX = "[MONITOR] ";
const NOTIFY = `${PREFIX} [NOTIFY] `;
const RULE = "=".repeat(41);

const options = {
  delay: duration("--delay <span>", "time before the first round (default 20s)")
    .extension()
    .default(20_000),
  interval: duration("--interval <span>", "time between rounds (default 1m)")
    .extension()
    .default(60_000),
  rounds: integer("--rounds <count>", "end after so many rounds").extension(),
};

export default defineCommand<typeof options, Finding>({
  name: "startMonitoring",
  summary: "Start Monitoring.",
  formerSummary: [{ before: "5.1.4", summary: "Start Monitoring" }],
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin startMonitoring",
      says: "every minute: what groups have still to do, and what is wrong with their clients",
    },
    {
      line: "mqadmin startMonitoring --delay 0s --rounds 1 -o jsonl",
      says: "one round, a record for each finding",
    },
  ],
  run: ({ admin, clock, signal, fail }, { delay, interval, rounds }) =>
    monitor(admin, {
      clock,
      signal,
      fail,
      delayMs: delay,
      intervalMs: interval,
      rounds,
    }),
  columns: [],
  record,
  shape: {
    kind: "string",
    time: "time",
    consumerGroup: "string?",
    topic: "string?",
    undone: orNull({ total: "integer", singleQueue: "integer", delayMs: "integer" }),
    deleted: orNull({
      brokerName: "string?",
      queueId: "integer?",
      offsetRequest: "integer",
      offsetNew: "integer",
      event: "time",
    }),
    isSubscriptionSame: "boolean?",
    problems: orNull([PROBLEM_SHAPE]),
  },
  async *plain(rows) {
    for await (const row of rows) for (const line of linesOf(row)) yield `${line}\n`;
  },
});

/** The lines that upstream writes to its log. */
function linesOf(row: Finding): string[] {
  switch (row.kind) {
    case "round-begin":
      return [`${PREFIX}${RULE}beginRound`];
    case "round-end":
      return [`${PREFIX}${RULE}endRound`];
    case "deleted":
      return [`${PREFIX}reportDeleteMsgsEvent: ${deletionText(row.moved)}`];
    case "undone": {
      const { consumerGroup, topic, total, singleQueue, delayMs } = row.undone;
      return [
        `${PREFIX}reportUndoneMsgs: UndoneMsgs [consumerGroup=${consumerGroup}, topic=${topic}, undoneMsgsTotal=${total}, undoneMsgsSingleMQ=${singleQueue}, undoneMsgsDelayTimeMills=${delayMs}]`,
      ];
    }
    case "clients": {
      const { consumerGroup, diagnosis } = row;
      const head = `${NOTIFY}reportConsumerRunningInfo: ConsumerGroup: ${consumerGroup}, `;
      if (!diagnosis.isSubscriptionSame) return [`${head}Subscription different`];
      return diagnosis.problems.map(
        (found) => `${head}ClientId: ${found.clientId ?? "none"}, ${problemText(found)}`,
      );
    }
  }
}

function record(row: Finding): unknown {
  const { kind, time } = row;
  const nothing = {
    kind,
    time: isoTime(time) ?? null,
    timeMs: time,
    consumerGroup: null,
    topic: null,
    undone: null,
    deleted: null,
    isSubscriptionSame: null,
    problems: null,
  };
  switch (kind) {
    case "round-begin":
    case "round-end":
      return nothing;
    case "undone": {
      const { consumerGroup, topic, ...undone } = row.undone;
      return { ...nothing, consumerGroup, topic, undone };
    }
    case "deleted": {
      const { consumerGroup, queue, offsetRequest, offsetNew, eventTimestamp } = row.moved;
      const deleted = {
        brokerName: queue?.brokerName ?? null,
        queueId: queue?.queueId ?? null,
        offsetRequest,
        offsetNew,
        event: isoTime(eventTimestamp) ?? null,
        eventMs: eventTimestamp,
      };
      return { ...nothing, consumerGroup, topic: queue?.topic ?? null, deleted };
    }
    case "clients": {
      const { consumerGroup, diagnosis } = row;
      const { isSubscriptionSame, problems } = diagnosis;
      return {
        ...nothing,
        consumerGroup,
        isSubscriptionSame,
        problems: problems.map(problemRecord),
      };
    }
  }
}
