import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { flag, text } from "../../../src/cli/options.js";
import { isoTime } from "../../../src/output/cell.js";
import { plainHeader, plainRow } from "../../../src/output/plain.js";
import { front, millisText } from "../../../src/admin/java-text.js";
import {
  askLiteBrokers,
  errorLine,
  type LiteAnswer,
  liteBrokers,
  type LiteTopicInfo,
  liteTopicInfo,
  lmqName,
} from "../../../src/admin/lite.js";

type Row = LiteAnswer<LiteTopicInfo>;

const columns: Column<Row>[] = [
  { header: "#Broker Name", key: "brokerName", text: (row) => front(row.brokerName, 40) },
  { header: "#MinOffset", key: "minOffset", value: (row) => row.info?.topicOffset?.minOffset },
  { header: "#MaxOffset", key: "maxOffset", value: (row) => row.info?.topicOffset?.maxOffset },
  {
    header: "#LastUpdate",
    key: "lastUpdate",
    value: (row) => updateTime(row.info) ?? null,
    text: (row) => {
      const time = updateTime(row.info);
      return time === undefined ? "-" : millisText(time);
    },
  },
  { header: "#Sharding", key: "isSharding", value: (row) => row.info?.shardingToBroker },
  {
    header: "#SubClientCount",
    key: "subscriberCount",
    value: (row) => row.info?.subscriber?.length ?? 0,
  },
];
const FORMAT = "%-50s %-14s %-14s %-30s %-12s %-18s ";

const options = {
  parentTopic: text("-p, --parentTopic <topic>", "Parent topic name").required().completes("topic"),
  liteTopic: text("-l, --liteTopic <name>", "Lite topic name").required(),
  showClientId: flag("-s, --showClientId", "Show all clientId"),
};

export default defineCommand<typeof options, Row>({
  name: "getLiteTopicInfo",
  summary: "Get lite topic info.",
  since: "5.5.0",
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin getLiteTopicInfo -p chats -l session-4711 -s",
      says: "where a light topic is and who subscribes to it",
    },
  ],
  run: async ({ admin, fail }, { parentTopic, liteTopic }) =>
    askLiteBrokers(
      await liteBrokers(admin, parentTopic),
      (address) => liteTopicInfo(admin, address, { parentTopic, liteTopic }),
      fail,
    ),
  columns,
  format: FORMAT,
  record: ({ brokerName, info }) => {
    if (info === undefined) return undefined;
    const time = updateTime(info);
    return {
      brokerName,
      minOffset: info.topicOffset?.minOffset ?? null,
      maxOffset: info.topicOffset?.maxOffset ?? null,
      lastUpdate: isoTime(time) ?? null,
      lastUpdateMs: time ?? null,
      isSharding: info.shardingToBroker,
      subscribers: info.subscriber ?? [],
    };
  },
  shape: {
    brokerName: "string",
    minOffset: "integer?",
    maxOffset: "integer?",
    lastUpdate: "time?",
    isSharding: "boolean",
    subscribers: [{ clientId: "string", group: "string" }],
  },
  async *plain(rows, { parentTopic, liteTopic, showClientId }) {
    yield `Lite Topic Info: [${parentTopic}] [${liteTopic}] [${lmqName(parentTopic, liteTopic)}]\n`;
    yield plainHeader({ columns, format: FORMAT });
    for await (const row of rows) {
      if (row.info === undefined) {
        yield errorLine(row.brokerName);
        continue;
      }
      yield `${plainRow({ columns, format: FORMAT }, row)}\n`;
      if (!showClientId) continue;
      const clients = (row.info.subscriber ?? []).map(
        ({ clientId, group }) => `${clientId}@${group}`,
      );
      yield `[${clients.join(", ")}]\n`;
    }
  },
});

/** Milliseconds; undefined when nothing was stored. */
function updateTime(info: LiteTopicInfo | undefined): number | undefined {
  const time = info?.topicOffset?.lastUpdateTimestamp ?? 0;
  return time > 0 ? time : undefined;
}
