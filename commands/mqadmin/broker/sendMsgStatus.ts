import { defineCommand } from "../../../src/cli/define-command.js";
import { integer, text } from "../../../src/cli/options.js";
import { sendTimed, type TimedSend } from "../../../src/admin/probe-sends.js";
import { sendResultText } from "../../../src/admin/send.js";

const options = {
  brokerName: text(
    "-b, --brokerName <name>",
    "Broker Name e.g. clusterName_brokerName as DefaultCluster_broker-a",
  )
    .required()
    .formerly("5.0.0", { description: "Broker Name" }),
  messageSize: integer("-s, --messageSize <bytes>", "Message Size, Default: 128").default(128),
  count: integer("-c, --count <count>", "send message count, Default: 50").default(50),
};

export default defineCommand<typeof options, TimedSend>({
  name: "sendMsgStatus",
  summary: "Send msg to broker.",
  formerSummary: [{ before: "5.0.0", summary: "send msg to broker." }],
  impact: "write",
  options,
  examples: [
    { line: "mqadmin sendMsgStatus -b broker-a", says: "50 messages to the broker's own topic" },
    { line: "mqadmin sendMsgStatus -b broker-a -c 10 -s 4096", says: "10 of 4 KiB" },
  ],
  run: ({ admin, signal }, { brokerName, messageSize, count }) =>
    sendTimed(admin, { topic: brokerName, size: messageSize, count, signal }),
  columns: [
    { header: "#RT(ms)", key: "rtMs", type: "integer" },
    { header: "#Send Result", key: "status", value: ({ result }) => result.status },
    { header: "#Broker Name", key: "brokerName", value: ({ result }) => result.queue.brokerName },
    {
      header: "#QID",
      key: "queueId",
      type: "integer",
      value: ({ result }) => result.queue.queueId,
    },
    {
      header: "#Offset",
      key: "queueOffset",
      type: "integer",
      value: (row) => row.result.queueOffset,
    },
    { header: "#MsgId", key: "msgId", value: ({ result }) => result.msgId },
    { header: "#OffsetMsgId", key: "offsetMsgId", value: ({ result }) => result.offsetMsgId },
  ],
  async *plain(rows, _options, { compat }) {
    for await (const { rtMs, result } of rows) {
      const said = sendResultText(result, { withRecallHandle: !compat.isBefore("5.3.2") });
      yield compat.isBefore("4.9.4")
        ? `rt:${rtMs}ms, SendResult=${said}`
        : `rt=${rtMs}ms, SendResult=${said}\n`;
    }
  },
});
