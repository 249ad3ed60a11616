import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { list, text } from "../../../src/cli/options.js";
import {
  allocate,
  type Allocation,
  allocationJson,
  readableQueues,
} from "../../../src/admin/queue-allocation.js";
import { compareQueues } from "../../../src/admin/queues.js";
import { topicRoute } from "../../../src/admin/topics.js";

const options = {
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
  ipList: list("-i, --ipList <consumers>", "ipList").required(),
};

export default defineCommand<typeof options, Allocation>({
  name: "allocateMQ",
  summary: "Allocate MQ.",
  formerSummary: [{ before: "5.0.0", summary: "Allocate MQ" }],
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin allocateMQ -t pay-events -i 10.0.0.1,10.0.0.2",
      says: "which of two consumers would get which queues",
    },
  ],
  run: async ({ admin }, { topic, ipList }) => {
    if (ipList.length === 0) throw new UsageError("-i, --ipList names nobody");
    return allocate(readableQueues(await topicRoute(admin, topic), topic), ipList);
  },
  columns: [],
  shape: {
    consumer: "string",
    queues: [{ topic: "string", brokerName: "string", queueId: "integer" }],
  },
  record: ({ consumer, queues }) => ({ consumer, queues: [...queues].sort(compareQueues) }),
  async *plain(rows) {
    const all: Allocation[] = [];
    for await (const row of rows) all.push(row);
    yield `${allocationJson(all)}\n`;
  },
});
