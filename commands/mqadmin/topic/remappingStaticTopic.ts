import { defineCommand } from "../../../src/cli/define-command.js";
import { remapStaticTopic, type StaticTopicOutcome } from "../../../src/admin/static-topic.js";
import {
  mappingLines,
  mappingOptions,
  staticTopicOptions,
  staticTopicShape,
} from "../../../src/admin/static-topic-text.js";

const options = {
  ...staticTopicOptions,
  ...mappingOptions,
};

export default defineCommand<typeof options, StaticTopicOutcome>({
  name: "remappingStaticTopic",
  summary: "Remapping static topic.",
  since: "5.0.0",
  impact: "write",
  options,
  exclusive: [{ options: ["clusters", "brokers"], required: true }],
  examples: [
    {
      line: "mqadmin remappingStaticTopic -b broker-b,broker-c -t pay-static",
      says: "move the queues away from every other broker",
    },
  ],
  run: async ({ admin, clock, fail }, given) => {
    const { topic, brokers, clusters, mapFile, forceReplace: force } = given;
    const now = clock.now();
    return [await remapStaticTopic(admin, { topic, brokers, clusters, mapFile, force, now, fail })];
  },
  columns: [],
  single: true,
  shape: staticTopicShape,
  // upstream's word, though it is the new one
  plain: mappingLines("old"),
});
