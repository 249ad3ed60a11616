import { defineCommand } from "../../../src/cli/define-command.js";
import { boolean, list, text } from "../../../src/cli/options.js";
import { remapStaticTopic, type StaticTopicOutcome } from "../../../src/admin/static-topic.js";

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
  mapFile: text("-mf, --mapFile <file>", "The mapping data file name").completes("file"),
  forceReplace: boolean("-fr, --forceReplace <flag>", "Force replace the old mapping").default(
    false,
  ),
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
      // both lines say "old": upstream's words
      if (before !== null) yield `The old mapping data is written to file ${before}\n`;
      if (after !== null) yield `The old mapping data is written to file ${after}\n`;
    }
  },
});
