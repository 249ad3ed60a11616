import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { plainHeader, plainRow } from "../../../src/output/plain.js";
import { front } from "../../../src/admin/java-text.js";
import { textHashOrder } from "../../../src/admin/java-order.js";
import {
  askLiteBrokers,
  errorLine,
  type LiteAnswer,
  liteBrokers,
  type ParentTopicInfo,
  parentTopicInfo,
} from "../../../src/admin/lite.js";

type Row = LiteAnswer<ParentTopicInfo>;

const columns: Column<Row>[] = [
  { header: "#Broker Name", key: "brokerName", text: (row) => front(row.brokerName, 40) },
  { header: "#TTL", key: "ttl", value: (row) => row.info?.ttl },
  { header: "#Lite Count", key: "liteTopicCount", value: (row) => row.info?.liteTopicCount },
  { header: "#LMQ NUM", key: "lmqNum", value: (row) => row.info?.lmqNum },
  { header: "#GROUPS", key: "groups", value: (row) => setText(row.info?.groups) },
];
const FORMAT = "%-50s %-8s %-14s %-14s %-100s ";

const options = {
  parentTopic: text("-p, --parentTopic <topic>", "Parent topic name").required().completes("topic"),
};

export default defineCommand<typeof options, Row>({
  name: "getParentTopicInfo",
  summary: "Get parent topic info.",
  since: "5.5.0",
  impact: "read",
  options,
  examples: [
    { line: "mqadmin getParentTopicInfo -p chats", says: "its light topics and groups, by broker" },
  ],
  run: async ({ admin, fail }, { parentTopic }) =>
    askLiteBrokers(
      await liteBrokers(admin, parentTopic),
      (address) => parentTopicInfo(admin, address, parentTopic),
      fail,
    ),
  columns,
  format: FORMAT,
  record: ({ brokerName, info }) =>
    info && {
      brokerName,
      ttlMinutes: info.ttl < 0 ? null : info.ttl,
      liteTopicCount: info.liteTopicCount,
      lmqNum: info.lmqNum,
      groups: [...(info.groups ?? [])].sort(),
    },
  shape: {
    brokerName: "string",
    ttlMinutes: "integer?",
    liteTopicCount: "integer",
    lmqNum: "integer",
    groups: ["string"],
  },
  async *plain(rows, { parentTopic }) {
    yield `Parent Topic Info: [${parentTopic}]\n`;
    yield plainHeader({ columns, format: FORMAT });
    for await (const row of rows) {
      yield row.info === undefined
        ? errorLine(row.brokerName)
        : `${plainRow({ columns, format: FORMAT }, row)}\n`;
    }
  },
});

function setText(texts: readonly string[] | undefined): string {
  return texts === undefined ? "null" : `[${textHashOrder(texts).join(", ")}]`;
}
