import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { address, boolean, integer, long, parseDateTime, text } from "../../../src/cli/options.js";
import { plainTable } from "../../../src/output/plain.js";
import { front } from "../../../src/admin/java-text.js";
import {
  type OfflineResetQueue,
  resetGroup,
  type ResetOutcome,
  type ResetQueue,
  resetQueueOf,
} from "../../../src/admin/offset-reset.js";

const FORMAT = "%-40s  %-40d  %-40d";
const COLUMNS: Column<ResetQueue>[] = [
  { header: "#brokerName", key: "brokerName", text: (row) => front(row.brokerName, 32) },
  { header: "#queueId", key: "queueId" },
  { header: "#offset", key: "offset" },
];
const OFFLINE_FORMAT = "%-20s  %-20d  %-20d  %-20d  %-20d  %-20d";
const OFFLINE_COLUMNS: Column<OfflineResetQueue>[] = [
  { header: "#brokerName", key: "brokerName", text: (row) => front(row.brokerName, 32) },
  { header: "#queueId", key: "queueId" },
  { header: "#brokerOffset", key: "brokerOffset" },
  { header: "#consumerOffset", key: "consumerOffset" },
  { header: "#timestampOffset", key: "timestampOffset" },
  { header: "#resetOffset", key: "offset" },
];

const options = {
  group: text("-g, --group <group>", "set the consumer group").required().completes("group"),
  topic: text("-t, --topic <topic>", "set the topic").required().completes("topic"),
  timestamp: text(
    "-s, --timestamp <time>",
    "set the timestamp[now|currentTimeMillis|yyyy-MM-dd#HH:mm:ss:SSS]",
  ).required(),
  force: boolean(
    "-f, --force <flag>",
    "set the force rollback by timestamp switch[true|false]. Deprecated.",
  ).default(true),
  cluster: text(
    "-c, --cluster <cluster>",
    "Cluster name or lmq parent topic, lmq is used to find the route.",
  ).completes("cluster"),
  broker: address("-b, --broker <address>", "broker addr").completes("broker"),
  queue: integer("-q, --queue <id>", "queue id"),
  offset: long("-o, --offset <offset>", "Expect queue offset, not support old version broker"),
};

export default defineCommand<typeof options, ResetOutcome>({
  name: "resetOffsetByTime",
  summary: "Reset consumer offset by timestamp(without client restart).",
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin resetOffsetByTime -g pay-worker -t pay-events -s 2025-09-19#17:00:00:000",
      says: "consume again what was stored from then on",
    },
    {
      line: "mqadmin resetOffsetByTime -g pay-worker -t pay-events -s now -b 10.0.0.11:10911 -q 1 -o 300",
      says: "set one queue to one offset",
    },
  ],
  run: async ({ admin, clock }, given) => {
    const { group, topic, force, broker, queue, offset, cluster } = given;
    const time = timeOf(given.timestamp, clock.now());
    if (broker !== undefined && queue !== undefined) {
      return [await resetQueueOf(admin, broker, { group, topic, queueId: queue, time, offset })];
    }
    return [await resetGroup(admin, { group, topic, time, force, routeTopic: cluster })];
  },
  columns: [],
  single: true,
  record: ({ time, queues }) => ({ time, queues }),
  async *plain(rows, given) {
    const { group, topic, force, broker, queue, timestamp } = given;
    for await (const { how, time, queues } of rows) {
      const times = `timestamp(string)[${timestamp}], timestamp(long)[${time}]\n`;
      const what = `group[${group}], topic[${topic}]`;
      if (how === "queue") {
        yield `start reset consumer offset by specified, ${what}, queueId[${queue}], broker[${broker}], ${times}`;
        yield `reset consumer offset to ${queues[0]?.offset ?? 0}\n`;
      } else if (how === "offline") {
        yield `reset consumer offset by specified consumerGroup[${group}], topic[${topic}], force[${force}], ${times}`;
        yield* plainTable(
          { columns: OFFLINE_COLUMNS, format: OFFLINE_FORMAT },
          queues as OfflineResetQueue[],
        );
      } else {
        yield `start reset consumer offset by specified, ${what}, force[${force}], ${times}`;
        yield* plainTable({ columns: COLUMNS, format: FORMAT }, queues);
      }
    }
  },
});

/** Milliseconds of a time as it is typed; -1 is the end. */
function timeOf(text: string, now: number): number {
  const time = text === "now" ? now : parseDateTime(text);
  if (time !== undefined) return time;
  throw new UsageError(`-s, --timestamp: ${text} is not a time`, {
    hint: "now, milliseconds, -1 for the end, or 2025-09-19#17:25:31:101",
  });
}
