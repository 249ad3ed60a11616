import { upstreamPrints } from "../../../src/admin/plain-text-error.js";
import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { boolean, list, type Option, text } from "../../../src/cli/options.js";
import { checkCharset } from "../../../src/admin/charset.js";
import {
  describe,
  type Lookup,
  lookupRecord,
  lookupShape,
  lookupText,
  push,
  resend,
} from "../../../src/admin/lookup.js";
import { messageById } from "../../../src/admin/messages.js";

const options = {
  topic: (text("-t, --topic <topic>", "topic name").required() as Option<string | undefined>)
    .since("5.3.0")
    .completes("topic"),
  msgId: list("-i, --msgId <ids>", "Message Id").required(),
  consumerGroup: text("-g, --consumerGroup <group>", "consumer group name").completes("group"),
  clientId: text("-d, --clientId <id>", "The consumer's client id"),
  sendMessage: boolean("-s, --sendMessage <flag>", "resend message"),
  unitName: text("-u, --unitName <name>", "unit name"),
  bodyFormat: text(
    "-f, --bodyFormat <charset>",
    "print message body by the specified format",
  ).since("5.0.0"),
  cluster: text(
    "-c, --cluster <cluster>",
    "Cluster name or lmq parent topic, lmq is used to find the route.",
  )
    .since("5.3.1")
    .completes("cluster"),
};

export default defineCommand<typeof options, Lookup>({
  name: "queryMsgById",
  summary: "Query Message by Id.",
  formerSummary: [{ before: "5.0.0", summary: "Query Message by Id" }],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin queryMsgById -t pay-events -i 0A00000B00002A9F0000000000012345",
      says: "show a message",
    },
    {
      line: "mqadmin queryMsgById -t pay-events -i 0A00000B00002A9F0000000000012345 -g pay-worker -d 10.0.0.31@4711",
      says: "let one client consume it now",
    },
  ],
  run: async function* ({ admin, compat, progress, signal }, given): AsyncGenerator<Lookup> {
    const {
      topic,
      msgId,
      consumerGroup: group,
      clientId,
      sendMessage,
      bodyFormat,
      cluster,
    } = given;
    if (bodyFormat !== undefined) checkCharset(bodyFormat);
    const pushes = group !== undefined && clientId !== undefined;
    if (sendMessage === false && !pushes) {
      const nothing = new UsageError("-s, --sendMessage false asks for nothing", {
        hint: "leave it out to show the message",
      });
      throw upstreamPrints("", nothing);
    }
    for (const [at, id] of msgId.entries()) {
      if (signal.aborted) return;
      if (msgId.length > 1) progress.say(`message ${at + 1} of ${msgId.length}`);
      const message = await messageById(admin, { topic, id, cluster });
      if (pushes) yield await push(admin, message, { group, clientId, release: compat });
      else if (sendMessage === true) yield await resend(admin, message, id);
      else yield await describe(admin, message, { charset: bodyFormat });
    }
  },
  columns: [],
  record: lookupRecord,
  shape: lookupShape,
  async *plain(rows, _options, { compat }) {
    const trackEnd = compat.isBefore("5.0.0") ? "" : "\n";
    for await (const row of rows)
      yield lookupText(row, { withOffsetId: true, trackEnd, release: compat });
  },
});
