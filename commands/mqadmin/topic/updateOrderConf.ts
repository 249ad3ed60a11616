import type { Compat } from "../../../src/cli/compat.js";
import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { text } from "../../../src/cli/options.js";
import { isOlderText } from "../../../src/admin/plain-text-error.js";
import { deleteOrderConf, orderConf, saveOrderConf } from "../../../src/admin/order-conf.js";

const options = {
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
  orderConf: text("-v, --orderConf <conf>", "set order conf [eg. brokerName1:num;brokerName2:num]"),
  method: text("-m, --method <method>", "option type [eg. put|get|delete").required(),
};

interface Outcome {
  done: "get" | "update" | "delete";
  topic: string;
  conf: string | undefined;
}

export default defineCommand<typeof options, Outcome>({
  name: "updateOrderConf",
  summary: "Create or update or delete order conf.",
  formerSummary: [{ before: "5.0.0", summary: "Create or update or delete order conf" }],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin updateOrderConf -t pay-order -m get",
      says: "the brokers and queues of an ordered topic",
    },
    { line: "mqadmin updateOrderConf -t pay-order -m put -v broker-a:4", says: "set them" },
  ],
  run: async ({ admin, compat }, { topic, orderConf: conf, method }) => {
    switch (method) {
      case "get": {
        const found = await orderConf(admin, topic);
        if (found.missing !== undefined) throw found.missing;
        return [{ done: "get", topic, conf: found.conf }];
      }
      case "put":
        if (conf === undefined) throw new UsageError(noConf(compat));
        await saveOrderConf(admin, topic, conf);
        return [{ done: "update", topic, conf }];
      case "delete":
        await deleteOrderConf(admin, topic);
        return [{ done: "delete", topic, conf: undefined }];
      default:
        throw new UsageError(`-m, --method: ${method} is none of put, get, delete`, {
          showHelp: true,
        });
    }
  },
  columns: [],
  single: true,
  shape: { done: "string", topic: "string", conf: "string?" },
  record: ({ done, topic, conf }) => ({ done, topic, conf: conf ?? null }),
  async *plain(rows) {
    for await (const { done, topic, conf } of rows) {
      const text = `${done} orderConf success. topic=[${topic}]`;
      yield conf === undefined ? text : `${text}, orderConf=[${conf}]${done === "get" ? " " : ""}`;
    }
  },
});

/** Scripts that know upstream look for the words that its report of a failure begins with. */
function noConf(compat: Compat): string {
  const reason = "please set orderConf with option -v.";
  return isOlderText(compat) ? `UpdateOrderConfCommand command failed: ${reason}` : reason;
}
