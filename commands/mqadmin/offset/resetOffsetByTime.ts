import type { Compat } from "../../../src/cli/compat.js";
import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { address, boolean, integer, long, parseDateTime, text } from "../../../src/cli/options.js";
import { plainTable } from "../../../src/output/plain.js";
import { resetGroup, type ResetOutcome } from "../../../src/admin/offset-reset.js";
import { resetOneQueue } from "../../../src/admin/offset-reset-queue.js";
import {
  offlineTable,
  RESET_SHAPE,
  resetRecord,
  resetTable,
} from "../../../src/admin/offset-reset-text.js";

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
  )
    .default(true)
    .formerly("5.1.0", { description: "set the force rollback by timestamp switch[true|false]" }),
  cluster: text(
    "-c, --cluster <cluster>",
    "Cluster name or lmq parent topic, lmq is used to find the route.",
  )
    .completes("cluster")
    .formerly("5.3.1", { spelling: "-c, --cplus", description: "reset c++ client offset" }),
  broker: address("-b, --broker <address>", "broker addr").completes("broker").since("5.0.0"),
  queue: integer("-q, --queue <id>", "queue id").since("5.0.0"),
  offset: long(
    "-o, --offset <offset>",
    "Expect queue offset, not support old version broker",
  ).since("5.1.0"),
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
    {
      line: "mqadmin resetOffsetByTime -g pay-worker -t pay-events -s -10m --dry-run",
      says: "what would be consumed again: offsets now and afterwards",
    },
  ],
  run: async ({ admin, clock, fail, compat }, given) => {
    const { group, topic, force, broker, queue, offset, cluster } = given;
    const time = timeOf(given.timestamp, clock.now());
    if (
      (broker ?? queue ?? offset) !== undefined &&
      (broker === undefined || queue === undefined)
    ) {
      // upstream would go on and reset every queue of every broker
      throw new UsageError(
        "-b, --broker and -q, --queue name one queue together, -o, --offset is for that",
      );
    }
    if (broker !== undefined && queue !== undefined) {
      return [await resetOneQueue(admin, broker, { group, topic, queueId: queue, time, offset })];
    }
    // what was -c --cplus once has no value; a cluster says nothing about the language of the clients
    const isCpp = cluster !== undefined && compat.isBefore("5.3.1");
    const routeTopic = isCpp ? undefined : cluster;
    return [await resetGroup(admin, { group, topic, time, force, routeTopic, isCpp, fail })];
  },
  columns: [],
  single: true,
  shape: RESET_SHAPE,
  record: resetRecord,
  async *plain(rows, given, { compat }) {
    for await (const row of rows) {
      yield title(row, given, compat);
      if (row.how === "queue") yield `reset consumer offset to ${row.queues[0]?.offset ?? 0}\n`;
      else if (row.how === "brokers") yield* plainTable(resetTable, row.queues);
      else {
        const header = compat.isBefore("5.1.0") ? "#rollbackOffset" : "#resetOffset";
        yield* plainTable(offlineTable(header), row.queues);
      }
    }
  },
});

interface Given {
  readonly group: string;
  readonly topic: string;
  readonly timestamp: string;
  readonly force: boolean;
  readonly queue: number | undefined;
  readonly broker: string | undefined;
}

function title({ how, time }: ResetOutcome, given: Given, compat: Compat): string {
  const { group, topic, timestamp, force, queue, broker } = given;
  const isOld = compat.isBefore("5.1.0");
  const times = `timestamp(string)[${timestamp}], timestamp(long)[${time}]\n`;
  const specified = how === "offline" ? `consumerGroup[${group}]` : `group[${group}]`;
  const who = `${specified}, topic[${topic}]`;
  if (how === "queue") {
    return `start reset consumer offset by specified, ${who}, queueId[${queue}], broker[${broker}], ${times}`;
  }
  if (isOld) return `rollback consumer offset by specified ${who}, force[${force}], ${times}`;
  const start = how === "offline" ? "reset" : "start reset";
  const comma = how === "offline" ? "" : ",";
  return `${start} consumer offset by specified${comma} ${who}, force[${force}], ${times}`;
}

/** Milliseconds of a time as it is typed; -1 is the end. */
function timeOf(text: string, now: number): number {
  const time = text === "now" ? now : parseDateTime(text);
  if (time !== undefined) return time;
  throw new UsageError(`-s, --timestamp: ${text} is not a time`, {
    hint: "now, milliseconds, -1 for the end, -10m, or 2025-09-19#17:25:31:101",
  });
}
