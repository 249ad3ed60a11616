import { type Column, defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { integer, text } from "../../../src/cli/options.js";
import { plainHeader, plainRow } from "../../../src/output/plain.js";
import { printf } from "../../../src/output/printf.js";
import {
  failureText,
  rehearseSendTimes,
  type SendTime,
  sendTimes,
} from "../../../src/admin/send-times.js";

const columns: Column<SendTime>[] = [
  { header: "#Broker Name", key: "brokerName", value: (row) => row.queue.brokerName },
  { header: "#QID", key: "queueId", type: "integer", value: (row) => row.queue.queueId },
  { header: "#Send Result", key: "isSent", type: "boolean" },
  { header: "#RT", key: "rtMs", type: "integer" },
  { header: "#Error", key: "error", type: "string?", value: failureText, machineOnly: true },
];
const FORMAT = "%-32s  %-4s  %-20s    %s";

const options = {
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
  amount: integer("-a, --amount <count>", "message amount | default 100").default(100),
  size: integer("-s, --size <bytes>", "message size | default 128 Byte")
    .default(128)
    .formerly("4.9.4", { isRequired: true }),
};

export default defineCommand<typeof options, SendTime>({
  name: "checkMsgSendRT",
  summary: "Check message send response time.",
  formerSummary: [{ before: "5.0.0", summary: "check message send response time" }],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin checkMsgSendRT -t pay-test -a 20 -s 1024",
      says: "send 20 messages of 1 KiB and say how long each took",
    },
  ],
  run: async function* ({ admin, fail, signal, progress }, { topic, amount, size }) {
    if (amount < 0) throw new UsageError("-a, --amount: there cannot be less than no messages");
    if (size <= 0) throw new UsageError("-s, --size: a message has at least one byte");
    if (admin.rehearsal !== undefined) {
      await rehearseSendTimes(admin, { topic, amount, size });
      return;
    }
    let failure: SendTime | undefined;
    let count = 0;
    for await (const sent of sendTimes(admin, { topic, amount, size, signal })) {
      progress.say(`sent ${++count} of ${amount}`);
      if (!sent.isSent) failure ??= sent;
      yield sent;
    }
    if (failure !== undefined) fail(failure.thrown);
  },
  columns,
  format: FORMAT,
  async *plain(rows) {
    let [count, total] = [0, 0];
    yield plainHeader({ columns, format: FORMAT });
    for await (const row of rows) {
      yield `${plainRow({ columns, format: FORMAT }, row)}\n`;
      // the first one opens the connection
      if (count++ > 0) total += row.rtMs;
    }
    yield printf("Avg RT: %.2f%n", total / (count - 1));
  },
});
