import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { printf } from "../../../src/output/printf.js";
import { textHashOrder } from "../../../src/admin/java-order.js";
import { type ConsumerConnection, consumerConnection } from "../../../src/admin/consumers.js";
import { versionName } from "../../../src/admin/versions.js";

const CLIENT = "%-36s %-22s %-10s %s\n";
const SUBSCRIPTION = "%-20s %s\n";
const FORMER_CLIENT = "%03d  %-32s %-22s %-8s %s\n";
const FORMER_SUBSCRIPTION = "%03d  Topic: %-40s SubExpression: %s\n";

const options = {
  consumerGroup: text("-g, --consumerGroup <group>", "consumer group name")
    .required()
    .completes("group"),
  brokerAddr: address("-b, --brokerAddr <address>", "broker address")
    .since("4.9.4")
    .completes("broker"),
};

export default defineCommand<typeof options, ConsumerConnection>({
  name: "consumerConnection",
  summary: "Query consumer's socket connection, client version and subscription.",
  formerSummary: [
    {
      before: "5.1.4",
      summary: "Query consumer's socket connection, client version and subscription",
    },
  ],
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin consumerConnection -g pay-worker",
      says: "clients and subscriptions of a group",
    },
    {
      line: "mqadmin consumerConnection -g pay-worker -b 10.0.0.11:10911 -o json",
      says: "only those connected to one broker",
    },
  ],
  run: async ({ admin, fail }, { consumerGroup, brokerAddr }) => [
    await consumerConnection(admin, consumerGroup, { brokerAddr, fail }),
  ],
  columns: [],
  single: true,
  record: (connection) => ({
    clients: connection.connectionSet.map((client) => ({
      ...client,
      version: versionName(client.version),
    })),
    subscriptions: [...connection.subscriptionTable].map(
      ([topic, { subString, expressionType }]) => ({
        topic,
        expression: subString,
        expressionType,
      }),
    ),
    consumeType: connection.consumeType,
    messageModel: connection.messageModel,
    consumeFromWhere: connection.consumeFromWhere,
  }),
  shape: {
    clients: [{ clientAddr: "string", clientId: "string", language: "string", version: "string" }],
    subscriptions: [{ topic: "string", expression: "string", expressionType: "string" }],
    consumeType: "string",
    messageModel: "string",
    consumeFromWhere: "string",
  },
  async *plain(rows, _options, { compat }) {
    for await (const connection of rows) {
      yield* compat.isBefore("4.9.4") ? formerTables(connection) : tables(connection);
      yield `ConsumeType: ${connection.consumeType}\n`;
      yield `MessageModel: ${connection.messageModel}\n`;
      yield `ConsumeFromWhere: ${connection.consumeFromWhere}\n`;
    }
  },
});

function* tables({ connectionSet, subscriptionTable }: ConsumerConnection): Generator<string> {
  yield printf(CLIENT, "#ClientId", "#ClientAddr", "#Language", "#Version");
  for (const { clientId, clientAddr, language, version } of connectionSet)
    yield printf(CLIENT, clientId, clientAddr, language, versionName(version));
  yield `\nBelow is subscription:\n${printf(SUBSCRIPTION, "#Topic", "#SubExpression")}`;
  for (const [topic, { subString }] of inHashOrder(subscriptionTable))
    yield printf(SUBSCRIPTION, topic, subString);
  yield "\n";
}

function* formerTables({
  connectionSet,
  subscriptionTable,
}: ConsumerConnection): Generator<string> {
  let number = 1;
  for (const { clientId, clientAddr, language, version } of connectionSet)
    yield printf(FORMER_CLIENT, number++, clientId, clientAddr, language, versionName(version));
  yield "\nBelow is subscription:";
  number = 1;
  for (const [topic, { subString }] of inHashOrder(subscriptionTable))
    yield printf(FORMER_SUBSCRIPTION, number++, topic, subString);
}

/** Upstream numbers them in the order of its hash map. */
function inHashOrder<V>(table: ReadonlyMap<string, V>): [string, V][] {
  return textHashOrder(table.keys()).map((key) => [key, table.get(key) as V]);
}
