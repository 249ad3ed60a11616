import { defineCommand } from "../../../src/cli/define-command.js";
import { address, integer, text } from "../../../src/cli/options.js";
import {
  type ConsumeMode,
  parseConsumeMode,
  setConsumeMode,
} from "../../../src/admin/consume-modes.js";
import { mustSayWhere, successLines } from "../../../src/admin/everywhere.js";
import { onMastersOf } from "../../../src/admin/groups.js";

const options = {
  brokerAddr: address(
    "-b, --brokerAddr <address>",
    "create subscription group to which broker",
  ).completes("broker"),
  clusterName: text(
    "-c, --clusterName <cluster>",
    "create subscription group to which cluster",
  ).completes("cluster"),
  topicName: text("-t, --topicName <topic>", "topic name").required().completes("topic"),
  groupName: text("-g, --groupName <group>", "consumer group name").required().completes("group"),
  mode: text("-m, --mode <mode>", "consume mode. PULL/POP").required(),
  popShareQueueNum: integer(
    "-q, --popShareQueueNum <count>",
    "num of queue which share in pop mode",
  ).default(0),
};

export default defineCommand<typeof options, ConsumeMode & { brokers: string[] }>({
  name: "setConsumeMode",
  summary: "Set consume message mode. pull/pop etc.",
  since: "5.0.0",
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin setConsumeMode -c DefaultCluster -t pay-events -g pay-worker -m POP -q 8",
      says: "the group pops the topic, each client from 8 more queues",
    },
    {
      line: "mqadmin setConsumeMode -c DefaultCluster -t pay-events -g pay-worker -m PULL",
      says: "back to queues that belong to one client each",
    },
  ],
  run: async ({ admin, fail }, given) => {
    const { brokerAddr, clusterName, topicName: topic, groupName: consumerGroup } = given;
    const mode = parseConsumeMode(given.mode);
    mustSayWhere({ brokerAddr, clusterName });
    const wanted = { topic, consumerGroup, mode, popShareQueueNum: given.popShareQueueNum };
    const brokers = await onMastersOf(admin, { brokerAddr, clusterName, fail }, (broker) =>
      setConsumeMode(admin, broker, wanted),
    );
    return [{ ...wanted, brokers }];
  },
  columns: [],
  single: true,
  shape: {
    topic: "string",
    consumerGroup: "string",
    mode: "string",
    popShareQueueNum: "integer",
    brokers: ["string"],
  },
  async *plain(rows) {
    for await (const { topic, consumerGroup, mode, popShareQueueNum, brokers } of rows) {
      yield successLines("set consume mode", brokers);
      yield `topic[${topic}] group[${consumerGroup}] consume mode[${mode}] popShareQueueNum[${popShareQueueNum}]`;
    }
  },
});
