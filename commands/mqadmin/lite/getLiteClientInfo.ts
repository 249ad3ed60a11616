import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { flag, text } from "../../../src/cli/options.js";
import { isoTime } from "../../../src/output/cell.js";
import { plainHeader, plainRow } from "../../../src/output/plain.js";
import { textHashOrder } from "../../../src/admin/java-order.js";
import { millisText } from "../../../src/admin/java-text.js";
import {
  askLiteBrokers,
  errorLine,
  type LiteAnswer,
  liteBrokers,
  type LiteClientInfo,
  liteClientInfo,
} from "../../../src/admin/lite.js";

type Row = LiteAnswer<LiteClientInfo>;

const columns: Column<Row>[] = [
  { header: "#Broker", key: "brokerName" },
  {
    header: "#LiteTopicCount",
    key: "liteTopicCount",
    value: ({ info }) =>
      info !== undefined && info.liteTopicCount > 0 ? info.liteTopicCount : null,
    text: ({ info }) => ((info?.liteTopicCount ?? 0) > 0 ? String(info?.liteTopicCount) : "N/A"),
  },
  {
    header: "#LastAccessTime",
    key: "lastAccess",
    text: ({ info }) => timeText(info?.lastAccessTime),
  },
  {
    header: "#LastConsumeTime",
    key: "lastConsume",
    text: ({ info }) => timeText(info?.lastConsumeTime),
  },
];
const FORMAT = "%-30s %-20s %-30s %-30s ";

const options = {
  parentTopic: text("-p, --parentTopic <topic>", "Parent topic name").required().completes("topic"),
  group: text("-g, --group <group>", "Consumer group").required().completes("group"),
  clientId: text("-c, --clientId <id>", "Client id").required(),
  showDetail: flag("-s, --showDetail", "Show details"),
};

export default defineCommand<typeof options, Row>({
  name: "getLiteClientInfo",
  summary: "Get lite client info.",
  since: "5.5.0",
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin getLiteClientInfo -p chats -g chat-workers -c 10.0.0.31@4711 -s",
      says: "which light topics a client has",
    },
  ],
  run: async ({ admin, fail, note }, { parentTopic, group, clientId }) => {
    const answers = askLiteBrokers(
      await liteBrokers(admin, parentTopic),
      (address) => liteClientInfo(admin, address, { parentTopic, group, clientId }),
      fail,
    );
    return withNotes(answers, note);
  },
  columns,
  format: FORMAT,
  record: ({ brokerName, info }) => {
    if (info === undefined) return undefined;
    const [access, consume] = [known(info.lastAccessTime), known(info.lastConsumeTime)];
    return {
      brokerName,
      liteTopicCount: known(info.liteTopicCount) ?? (access === undefined ? null : 0),
      lastAccess: isoTime(access) ?? null,
      lastAccessMs: access ?? null,
      lastConsume: isoTime(consume) ?? null,
      lastConsumeMs: consume ?? null,
      liteTopics: info.liteTopicSet === undefined ? null : [...info.liteTopicSet].sort(),
      isCut: isCut(info),
    };
  },
  shape: {
    brokerName: "string",
    liteTopicCount: "integer?",
    lastAccess: "time?",
    lastConsume: "time?",
    liteTopics: { $nullable: ["string"] },
    isCut: "boolean",
  },
  async *plain(rows, { parentTopic, group, clientId, showDetail }) {
    yield `Lite Client Info: [${parentTopic}] [${group}] [${clientId}]\n`;
    yield plainHeader({ columns, format: FORMAT });
    for await (const row of rows) {
      if (row.info === undefined) {
        yield errorLine(row.brokerName);
        continue;
      }
      yield `${plainRow({ columns, format: FORMAT }, row)}\n`;
      const topics = row.info.liteTopicSet;
      if (showDetail && topics !== undefined)
        yield `Lite Topics: [${textHashOrder(topics).join(", ")}]\n\n`;
    }
  },
});

async function* withNotes(
  rows: AsyncIterable<Row>,
  note: (line: string) => void,
): AsyncGenerator<Row> {
  for await (const row of rows) {
    yield row;
    if (row.info === undefined || !isCut(row.info)) continue;
    const named = row.info.liteTopicSet?.length ?? 0;
    note(
      `${row.brokerName} named ${named} of the client's ${row.info.liteTopicCount} light topics`,
    );
  }
}

function isCut({ liteTopicSet, liteTopicCount }: LiteClientInfo): boolean {
  return liteTopicSet !== undefined && liteTopicSet.length < liteTopicCount;
}

function known(number: number): number | undefined {
  return number > 0 ? number : undefined;
}

function timeText(time: number | undefined): string {
  return time !== undefined && time > 0 ? millisText(time) : "N/A";
}
