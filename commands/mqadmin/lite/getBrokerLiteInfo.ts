import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { address, flag, text } from "../../../src/cli/options.js";
import { mapOf, orNull } from "../../../src/output/shape.js";
import { plainHeader, plainRow } from "../../../src/output/plain.js";
import { targets } from "../../../src/admin/clusters.js";
import { textHashOrder } from "../../../src/admin/java-order.js";
import {
  askLiteBrokers,
  type BrokerLiteInfo,
  brokerLiteInfo,
  errorLine,
  type LiteAnswer,
} from "../../../src/admin/lite.js";

type Row = LiteAnswer<BrokerLiteInfo>;

const columns: Column<Row>[] = [
  { header: "#Broker", key: "broker", value: (row) => row.address },
  { header: "#Store Type", key: "storeType", value: (row) => row.info?.storeType ?? "null" },
  { header: "#Max LMQ", key: "maxLmqNum", value: (row) => row.info?.maxLmqNum },
  { header: "#Current LMQ", key: "currentLmqNum", value: (row) => row.info?.currentLmqNum },
  {
    header: "#SubscriptionCount",
    key: "liteSubscriptionCount",
    value: (row) => row.info?.liteSubscriptionCount,
  },
  { header: "#OrderInfoCount", key: "orderInfoCount", value: (row) => row.info?.orderInfoCount },
  { header: "#CQTableSize", key: "cqTableSize", value: (row) => row.info?.cqTableSize },
  { header: "#OffsetTableSize", key: "offsetTableSize", value: (row) => row.info?.offsetTableSize },
  { header: "#eventMapSize", key: "eventMapSize", value: (row) => row.info?.eventMapSize },
];
const FORMAT = "%-30s %-17s %-10s %-14s %-20s %-17s %-15s %-18s %-15s";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "Broker address").completes("broker"),
  cluster: text("-c, --cluster <cluster>", "Cluster name").completes("cluster"),
  showDetail: flag("-d, --showDetail", "Show topic and group detail info"),
};

export default defineCommand<typeof options, Row>({
  name: "getBrokerLiteInfo",
  summary: "Get broker lite info.",
  since: "5.5.0",
  impact: "read",
  options,
  exclusive: [{ options: ["brokerAddr", "cluster"], required: true }],
  examples: [
    {
      line: "mqadmin getBrokerLiteInfo -c DefaultCluster",
      says: "how many light topics each master has",
    },
    {
      line: "mqadmin getBrokerLiteInfo -b 10.0.0.11:10911 -d",
      says: "with the parent topics, how long their light topics live, and their groups",
    },
  ],
  run: async function* ({ admin, fail }, { brokerAddr, cluster }): AsyncGenerator<Row> {
    if (brokerAddr !== undefined) {
      const info = await brokerLiteInfo(admin, brokerAddr);
      yield { brokerName: brokerAddr, address: brokerAddr, info };
      return;
    }
    const masters = await targets(admin, { brokerAddr, clusterName: cluster });
    yield* askLiteBrokers(
      masters.map((one) => ({ brokerName: one, address: one })),
      (one) => brokerLiteInfo(admin, one),
      fail,
    );
  },
  columns,
  format: FORMAT,
  record: ({ address: broker, info }) =>
    info && {
      broker,
      storeType: info.storeType ?? null,
      maxLmqNum: info.maxLmqNum,
      currentLmqNum: info.currentLmqNum,
      liteSubscriptionCount: info.liteSubscriptionCount,
      orderInfoCount: info.orderInfoCount,
      cqTableSize: info.cqTableSize,
      offsetTableSize: info.offsetTableSize,
      eventMapSize: info.eventMapSize,
      topicTtlMinutes: info.topicMeta === undefined ? null : Object.fromEntries(info.topicMeta),
      topicGroups: info.groupMeta === undefined ? null : Object.fromEntries(info.groupMeta),
    },
  shape: {
    broker: "string",
    storeType: "string?",
    maxLmqNum: "integer",
    currentLmqNum: "integer",
    liteSubscriptionCount: "integer",
    orderInfoCount: "integer",
    cqTableSize: "integer",
    offsetTableSize: "integer",
    eventMapSize: "integer",
    topicTtlMinutes: orNull(mapOf("integer")),
    topicGroups: orNull(mapOf(["string"])),
  },
  async *plain(rows, { showDetail }) {
    yield plainHeader({ columns, format: FORMAT });
    for await (const row of rows) {
      if (row.info === undefined) {
        yield errorLine(row.address);
        continue;
      }
      yield `${plainRow({ columns, format: FORMAT }, row)}\n`;
      if (!showDetail) continue;
      yield `Topic Meta: ${mapJson(row.info.topicMeta)}\n`;
      yield `Group Meta: ${mapJson(row.info.groupMeta)}\n\n`;
    }
  },
});

/** JSON of a map in the order of upstream's hash map. */
function mapJson(map: Map<string, number | string[]> | undefined): string {
  if (map === undefined) return "null";
  const members = textHashOrder(map.keys()).map((key) => {
    const value = map.get(key);
    const inner = Array.isArray(value) ? textHashOrder(value) : value;
    return `${JSON.stringify(key)}:${JSON.stringify(inner)}`;
  });
  return `{${members.join(",")}}`;
}
