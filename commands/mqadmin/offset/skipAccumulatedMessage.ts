import { defineCommand } from "../../../src/cli/define-command.js";
import { boolean, text } from "../../../src/cli/options.js";
import { plainTable } from "../../../src/output/plain.js";
import { resetGroup, type ResetOutcome, TO_THE_END } from "../../../src/admin/offset-reset.js";
import {
  offlineTable,
  RESET_SHAPE,
  resetRecord,
  resetTable,
} from "../../../src/admin/offset-reset-text.js";

const options = {
  group: text("-g, --group <group>", "set the consumer group").required().completes("group"),
  topic: text("-t, --topic <topic>", "set the topic").required().completes("topic"),
  force: boolean(
    "-f, --force <flag>",
    "set the force rollback by timestamp switch[true|false]",
  ).default(true),
  cluster: text(
    "-c, --cluster <cluster>",
    "Cluster name or lmq parent topic, lmq is used to find the route.",
  )
    .completes("cluster")
    .since("5.3.1"),
};

export default defineCommand<typeof options, ResetOutcome>({
  name: "skipAccumulatedMessage",
  summary: "Skip all messages that are accumulated (not consumed) currently.",
  formerSummary: [
    {
      before: "5.0.0",
      summary: "Skip all messages that are accumulated (not consumed) currently",
    },
  ],
  since: "4.9.3",
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin skipAccumulatedMessage -g pay-worker -t pay-events",
      says: "go on with the messages that come from now on",
    },
    {
      line: "mqadmin skipAccumulatedMessage -g pay-worker -t pay-events --dry-run",
      says: "show how far each queue would be moved",
    },
  ],
  run: async ({ admin, fail }, { group, topic, force, cluster }) => {
    const reset = { group, topic, time: TO_THE_END, force, routeTopic: cluster, fail };
    return [await resetGroup(admin, reset)];
  },
  columns: [],
  single: true,
  shape: RESET_SHAPE,
  record: resetRecord,
  async *plain(rows) {
    for await (const { how, queues } of rows) {
      yield* plainTable(how === "offline" ? offlineTable("#rollbackOffset") : resetTable, queues);
    }
  },
});
