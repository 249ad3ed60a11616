import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { integer } from "../../../src/cli/options.js";
import { growStaticTopic, type StaticTopicOutcome } from "../../../src/admin/static-topic.js";
import {
  mappingLines,
  mappingOptions,
  staticTopicOptions,
  staticTopicShape,
} from "../../../src/admin/static-topic-text.js";

const options = {
  ...staticTopicOptions,
  totalQueueNum: integer("-qn, --totalQueueNum <count>", "total queue num").required(),
  ...mappingOptions,
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
  shape: staticTopicShape,
  plain: mappingLines("new"),
});
