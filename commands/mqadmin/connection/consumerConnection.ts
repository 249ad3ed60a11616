import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { printf } from "../../../src/output/printf.js";
import { type ConsumerConnection, consumerConnection } from "../../../src/admin/consumers.js";
import { versionName } from "../../../src/admin/versions.js";

const CLIENT = "%-36s %-22s %-10s %s\n";
const SUBSCRIPTION = "%-20s %s\n";

const options = {
  consumerGroup: text("-g, --consumerGroup <group>", "consumer group name")
    .required()
    .completes("group"),
  brokerAddr: address("-b, --brokerAddr <address>", "broker address").completes("broker"),
};

export default defineCommand<typeof options, ConsumerConnection>({
  name: "consumerConnection",
  summary: "Query consumer's socket connection, client version and subscription.",
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin consumerConnection -g pay-worker",
      says: "clients and subscriptions of a group",
    },
  ],
  run: async ({ admin }, { consumerGroup, brokerAddr }) => [
    await consumerConnection(admin, consumerGroup, brokerAddr),
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
  async *plain(rows) {
    for await (const connection of rows) {
      yield printf(CLIENT, "#ClientId", "#ClientAddr", "#Language", "#Version");
      for (const { clientId, clientAddr, language, version } of connection.connectionSet) {
        yield printf(CLIENT, clientId, clientAddr, language, versionName(version));
      }
      yield `\nBelow is subscription:\n${printf(SUBSCRIPTION, "#Topic", "#SubExpression")}`;
      for (const [topic, { subString }] of connection.subscriptionTable) {
        yield printf(SUBSCRIPTION, topic, subString);
      }
      yield `\nConsumeType: ${connection.consumeType}\n`;
      yield `MessageModel: ${connection.messageModel}\n`;
      yield `ConsumeFromWhere: ${connection.consumeFromWhere}\n`;
    }
  },
});
