import { defineCommand } from "../../../src/cli/define-command.js";
import { integer, long, text } from "../../../src/cli/options.js";
import { checkCharset } from "../../../src/admin/charset.js";
import {
  describe,
  type Lookup,
  lookupRecord,
  lookupShape,
  lookupText,
} from "../../../src/admin/lookup.js";
import { messageAt } from "../../../src/admin/queue-reader.js";

const options = {
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
  brokerName: text("-b, --brokerName <name>", "Broker Name").required(),
  queueId: integer("-i, --queueId <id>", "Queue Id").required(),
  offset: long("-o, --offset <offset>", "Queue Offset").required(),
  bodyFormat: text(
    "-f, --bodyFormat <charset>",
    "print message body by the specified format",
  ).since("5.0.0"),
  routeTopic: text("-r, --routeTopic <topic>", "the topic which is used to find route info")
    .since("5.5.0")
    .completes("topic"),
};

export default defineCommand<typeof options, Lookup>({
  name: "queryMsgByOffset",
  summary: "Query Message by offset.",
  formerSummary: [{ before: "5.0.0", summary: "Query Message by offset" }],
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin queryMsgByOffset -t pay-events -b broker-a -i 0 -o 1519",
      says: "show the message at a place",
    },
  ],
  run: async ({ admin }, { topic, brokerName, queueId, offset, bodyFormat, routeTopic }) => {
    if (bodyFormat !== undefined) checkCharset(bodyFormat);
    const message = await messageAt(admin, { topic, brokerName, queueId }, { offset, routeTopic });
    return [await describe(admin, message, { charset: bodyFormat })];
  },
  columns: [],
  single: true,
  record: lookupRecord,
  shape: lookupShape,
  async *plain(rows, _options, { compat }) {
    const trackEnd = compat.isBefore("5.0.0") ? "" : "\n";
    for await (const row of rows)
      yield lookupText(row, { withOffsetId: true, trackEnd, release: compat });
  },
});
