import { defineCommand } from "../../../src/cli/define-command.js";
import { address, boolean, integer, text } from "../../../src/cli/options.js";
import { parseAttributes } from "../../../src/admin/attributes.js";
import { saveTopicEverywhere, topicText } from "../../../src/admin/topic-changes.js";

const UNIT_FLAG = 1;
const UNIT_SUB_FLAG = 2;

export default defineCommand({
  name: "updateTopic",
  summary: "Update or create topic.",
  impact: "write",
  options: {
    brokerAddr: address("-b, --brokerAddr <address>", "create topic to which broker").completes(
      "broker",
    ),
    clusterName: text("-c, --clusterName <cluster>", "create topic to which cluster").completes(
      "cluster",
    ),
    attributes: text("-a, --attributes <edits>", "attribute(+a=b,+c=d,-e)"),
    topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
    readQueueNums: integer("-r, --readQueueNums <count>", "set read queue nums").default(8),
    writeQueueNums: integer("-w, --writeQueueNums <count>", "set write queue nums").default(8),
    perm: integer(
      "-p, --perm <bits>",
      "set topic's permission(2|4|6), intro[2:W 4:R; 6:RW]",
    ).default(6),
    order: boolean("-o, --order <flag>", "set topic's order(true|false)").default(false),
    unit: boolean("-u, --unit <flag>", "is unit topic (true|false)").default(false),
    hasUnitSub: boolean("-s, --hasUnitSub <flag>", "has unit sub (true|false)").default(false),
  },
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
  run: async ({ admin, note }, options) => {
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
    return [
      {
        settings,
        ...(await saveTopicEverywhere(admin, settings, { brokerAddr, clusterName, note })),
      },
    ];
  },
  columns: [],
  single: true,
  record: ({ settings, brokers, orderConf }) => ({
    ...settings,
    attributes: Object.fromEntries(settings.attributes),
    brokers,
    orderConf: orderConf ?? null,
  }),
  async *plain(rows, { brokerAddr }) {
    for await (const { settings, brokers, orderConf } of rows) {
      const where = brokerAddr === undefined ? "cluster" : "broker";
      const order =
        orderConf === undefined
          ? ""
          : `set ${where} orderConf. isOrder=true, orderConf=[${orderConf}]\n`;
      const saved = brokers.map((broker) => `create topic to ${broker} success.\n`).join("");
      yield (where === "broker" ? order + saved : saved + order) + `${topicText(settings)}\n`;
    }
  },
});
