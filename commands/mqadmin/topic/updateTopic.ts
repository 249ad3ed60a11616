import type { Compat } from "../../../src/cli/compat.js";
import { defineCommand } from "../../../src/cli/define-command.js";
import { address, boolean, integer, text } from "../../../src/cli/options.js";
import { mapOf } from "../../../src/output/shape.js";
import { parseAttributes } from "../../../src/admin/attributes.js";
import {
  type SavedTopic,
  saveTopicEverywhere,
  type TopicSettings,
  topicText,
} from "../../../src/admin/topic-changes.js";

const UNIT_FLAG = 1;
const UNIT_SUB_FLAG = 2;

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "create topic to which broker").completes(
    "broker",
  ),
  clusterName: text("-c, --clusterName <cluster>", "create topic to which cluster").completes(
    "cluster",
  ),
  attributes: text("-a, --attributes <edits>", "attribute(+a=b,+c=d,-e)").since("5.0.0"),
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
  readQueueNums: integer("-r, --readQueueNums <count>", "set read queue nums").default(8),
  writeQueueNums: integer("-w, --writeQueueNums <count>", "set write queue nums").default(8),
  perm: integer("-p, --perm <bits>", "set topic's permission(2|4|6), intro[2:W 4:R; 6:RW]").default(
    6,
  ),
  order: boolean("-o, --order <flag>", "set topic's order(true|false)").default(false),
  unit: boolean("-u, --unit <flag>", "is unit topic (true|false)").default(false),
  hasUnitSub: boolean("-s, --hasUnitSub <flag>", "has unit sub (true|false)").default(false),
};

interface Outcome extends SavedTopic {
  settings: TopicSettings;
}

export default defineCommand<typeof options, Outcome>({
  name: "updateTopic",
  summary: "Update or create topic.",
  formerSummary: [{ before: "5.0.0", summary: "Update or create topic" }],
  impact: "write",
  options,
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [
    {
      line: "mqadmin updateTopic -c DefaultCluster -t pay-events",
      says: "8 queues on every master",
    },
    {
      line: "mqadmin updateTopic -b 10.0.0.11:10911 -t pay-events -r 4 -w 4 -a +message.type=FIFO",
      says: "4 queues for ordered messages on one broker",
    },
  ],
  run: async ({ admin, note, fail, compat }, options) => {
    const { brokerAddr, clusterName } = options;
    const settings = {
      topicName: options.topic,
      readQueueNums: options.readQueueNums,
      writeQueueNums: options.writeQueueNums,
      perm: options.perm,
      topicSysFlag: (options.unit ? UNIT_FLAG : 0) | (options.hasUnitSub ? UNIT_SUB_FLAG : 0),
      order: options.order,
      attributes: parseAttributes(options.attributes),
    };
    const where = { brokerAddr, clusterName, note, fail, compat };
    return [{ settings, ...(await saveTopicEverywhere(admin, settings, where)) }];
  },
  columns: [],
  single: true,
  shape: {
    topicName: "string",
    readQueueNums: "integer",
    writeQueueNums: "integer",
    perm: "integer",
    topicSysFlag: "integer",
    order: "boolean",
    attributes: mapOf("string"),
    brokers: ["string"],
    orderConf: "string?",
  },
  record: ({ settings, brokers, orderConf }) => ({
    ...settings,
    attributes: Object.fromEntries(settings.attributes),
    brokers,
    orderConf: orderConf ?? null,
  }),
  async *plain(rows, { brokerAddr }, { compat }) {
    const place = brokerAddr === undefined ? "cluster" : "broker";
    for await (const row of rows) yield outcomeText(row, place, compat);
  },
});

/** Up to 4.9 neither the order nor the settings ended their line. */
function outcomeText(
  { settings, brokers, orderConf }: Outcome,
  place: "broker" | "cluster",
  compat: Compat,
): string {
  const end = compat.isBefore("5.0.0") ? "" : "\n";
  const order =
    orderConf === undefined
      ? ""
      : `set ${place} orderConf. isOrder=true, orderConf=[${orderConf}]${end}`;
  const saved = brokers.map((broker) => `create topic to ${broker} success.\n`).join("");
  const done = place === "broker" ? order + saved : saved + order;
  return `${done}${topicText(settings, compat)}${end}`;
}
