import { defineCommand } from "../../../src/cli/define-command.js";
import { address, boolean, integer, long, text } from "../../../src/cli/options.js";
import { parseAttributes } from "../../../src/admin/attributes.js";
import { mustSayWhere, successLines } from "../../../src/admin/everywhere.js";
import { GROUP_SHAPE, groupRecord } from "../../../src/admin/group-record.js";
import {
  defaultSubscriptionGroup,
  groupText,
  parseRetryPolicy,
  saveGroupEverywhere,
  type SubscriptionGroupConfig,
} from "../../../src/admin/groups.js";

const POLICY_HELP =
  'the json string of retry policy ( exp: {"type":"EXPONENTIAL","exponentialRetryPolicy":{"initial":5000,"max":7200000,"multiplier":2}} {"type":"CUSTOMIZED","customizedRetryPolicy":{"next":[1000,5000,10000]}} )';

const options = {
  brokerAddr: address(
    "-b, --brokerAddr <address>",
    "create subscription group to which broker",
  ).completes("broker"),
  clusterName: text(
    "-c, --clusterName <cluster>",
    "create subscription group to which cluster",
  ).completes("cluster"),
  groupName: text("-g, --groupName <group>", "consumer group name").required().completes("group"),
  consumeEnable: boolean("-s, --consumeEnable <flag>", "consume enable").default(true),
  consumeFromMinEnable: boolean("-m, --consumeFromMinEnable <flag>", "from min offset").default(
    false,
  ),
  consumeBroadcastEnable: boolean("-d, --consumeBroadcastEnable <flag>", "broadcast").default(
    false,
  ),
  consumeMessageOrderly: boolean("-o, --consumeMessageOrderly <flag>", "consume message orderly")
    .since("5.0.0")
    .default(false),
  retryQueueNums: integer("-q, --retryQueueNums <count>", "retry queue nums").default(1),
  retryMaxTimes: integer("-r, --retryMaxTimes <count>", "retry max times").default(16),
  groupRetryPolicy: text("-p, --groupRetryPolicy <json>", POLICY_HELP).since("5.0.0"),
  brokerId: long("-i, --brokerId <id>", "consumer from which broker id").default(0),
  whichBrokerWhenConsumeSlowly: long(
    "-w, --whichBrokerWhenConsumeSlowly <id>",
    "which broker id when consume slowly",
  ).default(1),
  notifyConsumerIdsChanged: boolean(
    "-a, --notifyConsumerIdsChanged <flag>",
    "notify consumerId changed",
  ).default(true),
  attributes: text("--attributes <edits>", "attribute(+a=b,+c=d,-e)").since("5.1.3"),
};

interface SavedGroup {
  config: SubscriptionGroupConfig;
  brokers: string[];
}

export default defineCommand<typeof options, SavedGroup>({
  name: "updateSubGroup",
  summary: "Update or create subscription group.",
  formerSummary: [{ before: "5.1.4", summary: "Update or create subscription group" }],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin updateSubGroup -c DefaultCluster -g pay-worker",
      says: "a group on every master",
    },
    { line: "mqadmin updateSubGroup -b 10.0.0.11:10911 -g pay-worker -r 3", says: "three retries" },
  ],
  run: async ({ admin, fail, compat }, given) => {
    const { brokerAddr, clusterName } = given;
    const config: SubscriptionGroupConfig = {
      ...defaultSubscriptionGroup(given.groupName),
      consumeEnable: given.consumeEnable,
      consumeFromMinEnable: given.consumeFromMinEnable,
      consumeBroadcastEnable: given.consumeBroadcastEnable,
      consumeMessageOrderly: given.consumeMessageOrderly,
      retryQueueNums: given.retryQueueNums,
      retryMaxTimes: given.retryMaxTimes,
      groupRetryPolicy: parseRetryPolicy(given.groupRetryPolicy),
      brokerId: given.brokerId,
      whichBrokerWhenConsumeSlowly: given.whichBrokerWhenConsumeSlowly,
      notifyConsumerIdsChangedEnable: given.notifyConsumerIdsChanged,
      attributes: Object.fromEntries(parseAttributes(given.attributes)),
    };
    mustSayWhere({ brokerAddr, clusterName });
    return [
      {
        config,
        brokers: await saveGroupEverywhere(admin, config, {
          brokerAddr,
          clusterName,
          fail,
          compat,
        }),
      },
    ];
  },
  columns: [],
  single: true,
  record: ({ config, brokers }) => groupRecord(config, { brokers }),
  shape: { ...GROUP_SHAPE, brokers: ["string"] },
  async *plain(rows, _options, { compat }) {
    for await (const { config, brokers } of rows) {
      yield successLines("create subscription group", brokers);
      yield groupText(config, compat);
    }
  },
});
