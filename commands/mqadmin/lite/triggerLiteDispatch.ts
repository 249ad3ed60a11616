import { messageOf, RocketmqError } from "../../../engine/base/errors.js";
import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { plainRow } from "../../../src/output/plain.js";
import { PartlyDoneError } from "../../../src/admin/change.js";
import { dispatchLite, type LiteBroker, liteBrokers } from "../../../src/admin/lite.js";

interface Row {
  brokerName: string;
  isDispatched: boolean;
}

const columns: Column<Row>[] = [
  { header: "#Broker Name", key: "brokerName" },
  {
    header: "#Dispatched",
    key: "isDispatched",
    type: "boolean",
    text: (row) => (row.isDispatched ? "dispatched" : "error"),
  },
];
const FORMAT = "%-30s %-12s";

const options = {
  parentTopic: text("-p, --parentTopic <topic>", "Parent topic name").required().completes("topic"),
  group: text("-g, --group <group>", "Consumer group").required().completes("group"),
  clientId: text("-c, --clientId <id>", "clientId (optional)"),
  brokerName: text("-b, --brokerName <name>", "brokerName (optional)"),
};

export default defineCommand<typeof options, Row>({
  name: "triggerLiteDispatch",
  summary: "Trigger Lite Dispatch.",
  since: "5.5.0",
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin triggerLiteDispatch -p chats -g chat-workers",
      says: "let the brokers look at once for what waits for a group",
    },
  ],
  run: async ({ admin, fail }, { parentTopic, group, clientId, brokerName }) => {
    const brokers = (await liteBrokers(admin, parentTopic)).filter(
      (one) => brokerName === undefined || one.brokerName === brokerName,
    );
    if (brokers.length === 0) {
      throw new RocketmqError(`${parentTopic} has no broker ${brokerName ?? ""}`, {
        kind: "not-found",
        hint: "mqadmin topicRoute shows where a topic lives",
      });
    }
    const to = { group, clientId };
    return dispatch(brokers, ({ address }) => dispatchLite(admin, address, to), fail);
  },
  columns,
  format: FORMAT,
  async *plain(rows, { parentTopic, group }) {
    yield `Group And Topic Info: [${group}] [${parentTopic}]\n\n`;
    for await (const row of rows) yield `${plainRow({ columns, format: FORMAT }, row)}\n`;
  },
});

/** Broker after broker; at the end `fail` hears who did it and who did not. */
async function* dispatch(
  brokers: readonly LiteBroker[],
  tell: (broker: LiteBroker) => Promise<void>,
  fail: (thrown: unknown) => void,
): AsyncGenerator<Row> {
  const done: string[] = [];
  const failed: { name: string; thrown: unknown }[] = [];
  for (const broker of brokers) {
    const name = `broker ${broker.brokerName}`;
    try {
      await tell(broker);
      done.push(name);
    } catch (thrown) {
      failed.push({ name, thrown });
    }
    yield { brokerName: broker.brokerName, isDispatched: failed.at(-1)?.name !== name };
  }
  const [first] = failed;
  if (first === undefined) return;
  if (done.length === 0) fail(first.thrown);
  else
    fail(
      new PartlyDoneError(
        done,
        failed.map((one) => `${one.name}: ${messageOf(one.thrown)}`),
      ),
    );
}
