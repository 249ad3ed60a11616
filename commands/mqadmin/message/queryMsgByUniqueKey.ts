import { RocketmqError } from "../../../engine/base/errors.js";
import { defineCommand } from "../../../src/cli/define-command.js";
import { dateTime, flag, text } from "../../../src/cli/options.js";
import {
  describe,
  type Lookup,
  lookupRecord,
  lookupShape,
  lookupText,
  pushOrSayWhy,
} from "../../../src/admin/lookup.js";
import { messageById, messagesByUniqueKey, UNIQUE_MAX } from "../../../src/admin/messages.js";

const options = {
  msgId: text("-i, --msgId <id>", "Message Id").required(),
  consumerGroup: text("-g, --consumerGroup <group>", "consumer group name").completes("group"),
  clientId: text("-d, --clientId <id>", "The consumer's client id"),
  topic: text("-t, --topic <topic>", "The topic of msg").required().completes("topic"),
  showAll: flag("-a, --showAll", "Print all message, the limit is 32").since("4.9.0"),
  cluster: text(
    "-c, --cluster <cluster>",
    "Cluster name or lmq parent topic, lmq is used to find the route.",
  )
    .since("5.3.1")
    .completes("cluster"),
  startTime: dateTime("-s, --startTime <time>", "startTime").since("5.5.0"),
  endTime: dateTime("-e, --endTime <time>", "endTime").since("5.5.0"),
};

export default defineCommand<typeof options, Lookup>({
  name: "queryMsgByUniqueKey",
  summary: "Query Message by Unique key.",
  formerSummary: [{ before: "5.0.0", summary: "Query Message by Unique key" }],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin queryMsgByUniqueKey -t pay-events -i 7F000001126F18B4AAC28D3B7E110000",
      says: "show a message by its producer's id",
    },
  ],
  run: async function* ({ admin, compat, note, signal }, given): AsyncGenerator<Lookup> {
    const { topic, msgId: id, consumerGroup: group, clientId, showAll, cluster } = given;
    if (compat.isBefore("4.9.0")) checkTimed(id);
    if (group !== undefined && clientId !== undefined) {
      yield await pushOrSayWhy(admin, () => messageById(admin, { topic, id, cluster }), {
        group,
        clientId,
        release: compat,
      });
      return;
    }
    const begin = bigTime(given.startTime);
    const end = bigTime(given.endTime);
    const found = await messagesByUniqueKey(admin, { topic, id, cluster, begin, end });
    if (found.length >= UNIQUE_MAX)
      note(`there may be more than the ${found.length} messages that were asked for`);
    for (const [copy, message] of found.slice(0, showAll ? undefined : 1).entries()) {
      if (signal.aborted) return;
      yield await describe(admin, message, { copy });
    }
  },
  columns: [],
  record: lookupRecord,
  shape: lookupShape,
  async *plain(rows, _options, { compat: release }) {
    for await (const row of rows)
      yield lookupText(row, { withOffsetId: false, trackEnd: "", release });
  },
});

/** Up to 4.8 the time in the id (bytes 10 to 14 of what the text stands for) said from when on to look. */
function checkTimed(id: string): void {
  const length = Math.floor(id.length / 2);
  if (length >= 14) return;
  throw new RocketmqError(`${id} is no id: Range [10, 10 + 4) out of bounds for length ${length}`, {
    kind: "not-found",
    hint: "such as 7F000001126F18B4AAC28D3B7E110000, of 32 or 56 digits",
  });
}

function bigTime(time: number | undefined): bigint | undefined {
  return time === undefined ? undefined : BigInt(time);
}
