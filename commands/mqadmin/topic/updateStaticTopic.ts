import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { boolean, integer, list, text } from "../../../src/cli/options.js";
import { growStaticTopic, type StaticTopicOutcome } from "../../../src/admin/static-topic.js";

const options = {
  clusters: list(
    "-c, --clusters <clusters>",
    "remapping static topic to clusters, comma separated",
  ).completes("cluster"),
  brokers: list(
    "-b, --brokers <brokers>",
    "remapping static topic to brokers, comma separated",
  ).completes("broker"),
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
  totalQueueNum: integer("-qn, --totalQueueNum <count>", "total queue num").required(),
  mapFile: text("-mf, --mapFile <file>", "The mapping data file name").completes("file"),
  forceReplace: boolean("-fr, --forceReplace <flag>", "Force replace the old mapping").default(
    false,
  ),
};

export default defineCommand<typeof options, StaticTopicOutcome>({
  name: "updateStaticTopic",
  summary: "Update or create static topic, which has fixed number of queues.",
  since: "5.0.0",
  impact: "write",
  options,
  exclusive: [{ options: ["clusters", "brokers"], required: true }],
  examples: [
    {
      line: "mqadmin updateStaticTopic -c DefaultCluster -t pay-static -qn 8",
      says: "8 queues that stay 8, whatever becomes of the brokers",
    },
    {
      line: "mqadmin updateStaticTopic -b broker-a,broker-b -t pay-static -qn 12 --dry-run",
      says: "what growing it would send to whom",
    },
  ],
  run: async ({ admin, clock, fail }, given) => {
    const { topic, brokers, clusters, mapFile, totalQueueNum: queues } = given;
    if (queues < 1) throw new UsageError(`-qn, --totalQueueNum: ${queues} is no number of queues`);
    const force = given.forceReplace;
    const wanted = { topic, queues, brokers, clusters, mapFile, force, now: clock.now(), fail };
    return [await growStaticTopic(admin, wanted)];
  },
  columns: [],
  single: true,
  shape: {
    topic: "string",
    epoch: "integer",
    queues: "integer",
    brokers: ["string"],
    before: "string?",
    after: "string?",
  },
  async *plain(rows) {
    for await (const { before, after } of rows) {
      if (before !== null) yield `The old mapping data is written to file ${before}\n`;
      if (after !== null) yield `The new mapping data is written to file ${after}\n`;
    }
  },
});
