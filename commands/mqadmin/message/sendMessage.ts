import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { boolean, integer, text } from "../../../src/cli/options.js";
import { PlainTextError } from "../../../src/admin/plain-text-error.js";
import { sendOne, sendRecord, type SendResult, sendShape } from "../../../src/admin/send.js";

const columns: Column<SendResult>[] = [
  { header: "#Broker Name", key: "brokerName", value: (row) => row.queue.brokerName },
  { header: "#QID", key: "queueId", value: (row) => row.queue.queueId },
  { header: "#Send Result", key: "status" },
  { header: "#MsgId", key: "msgId" },
];

const options = {
  topic: text("-t, --topic <topic>", "Topic name").required().completes("topic"),
  body: text("-p, --body <text>", "UTF-8 string format of the message body").required(),
  key: text("-k, --key <keys>", "Message keys"),
  tags: text("-c, --tags <tag>", "Message tags"),
  broker: text("-b, --broker <name>", "Send message to target broker"),
  qid: integer("-i, --qid <id>", "Send message to target queue"),
  msgTraceEnable: boolean("-m, --msgTraceEnable <flag>", "Message Trace Enable, Default: false")
    .default(false)
    .since("4.9.1"),
};

export default defineCommand<typeof options, SendResult>({
  name: "sendMessage",
  summary: "Send a message.",
  formerSummary: [{ before: "5.0.0", summary: "Send a message" }],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin sendMessage -t pay-events -p 'hello' -k order-77 -c TagA",
      says: "one message to any queue",
    },
    { line: "mqadmin sendMessage -t pay-events -p 'hello' -b broker-a -i 1", says: "to one queue" },
  ],
  run: async ({ admin, clock }, { topic, body, key, tags, broker, qid, msgTraceEnable }) => {
    const chosen = qid !== undefined && qid >= 0 ? qid : undefined;
    if (chosen !== undefined && broker === undefined) {
      throw new PlainTextError("Broker name must be set if the queue is chosen!", {
        kind: "usage",
      });
    }
    const queue =
      chosen === undefined || broker === undefined
        ? undefined
        : { topic, brokerName: broker, queueId: chosen };
    const message = { topic, body: Buffer.from(body), keys: key, tags };
    return [
      await sendOne(admin, message, { group: String(clock.now()), queue, trace: msgTraceEnable }),
    ];
  },
  columns,
  single: true,
  format: "%-32s  %-4s  %-20s    %s",
  record: sendRecord,
  shape: sendShape,
});
