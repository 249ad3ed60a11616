import { defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { cloneOffsets } from "../../../src/admin/offset-clone.js";
import type { ResetQueue } from "../../../src/admin/offset-reset.js";

const options = {
  srcGroup: text("-s, --srcGroup <group>", "set source consumer group")
    .required()
    .completes("group"),
  destGroup: text("-d, --destGroup <group>", "set destination consumer group")
    .required()
    .completes("group"),
  topic: text("-t, --topic <topic>", "set the topic").required().completes("topic"),
  offline: text("-o, --offline <flag>", "the group or the topic is offline"),
};

interface Outcome {
  srcGroup: string;
  destGroup: string;
  topic: string;
  queues: ResetQueue[];
}

export default defineCommand<typeof options, Outcome>({
  name: "cloneGroupOffset",
  summary: "Clone offset from other group.",
  formerSummary: [{ before: "5.0.0", summary: "clone offset from other group." }],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin cloneGroupOffset -s pay-worker -d pay-worker-v2 -t pay-events",
      says: "let a new group begin where another one is, on all of its topics",
    },
    {
      line: "mqadmin cloneGroupOffset -s pay-worker -d pay-worker-v2 -t pay-events --dry-run",
      says: "show the offsets of both first",
    },
  ],
  run: async ({ admin, fail, progress }, { srcGroup, destGroup, topic }) => {
    const groups = { from: srcGroup, to: destGroup, topic };
    const say = (what: string): void => progress.say(what);
    const queues = await cloneOffsets(admin, groups, { fail, say });
    return [{ srcGroup, destGroup, topic, queues }];
  },
  columns: [],
  single: true,
  shape: {
    srcGroup: "string",
    destGroup: "string",
    topic: "string",
    queues: [{ topic: "string", brokerName: "string", queueId: "integer", offset: "integer" }],
  },
  async *plain(rows) {
    for await (const { srcGroup, destGroup, topic } of rows) {
      yield `clone group offset success. srcGroup[${srcGroup}], destGroup=[${destGroup}], topic[${topic}]`;
    }
  },
});
