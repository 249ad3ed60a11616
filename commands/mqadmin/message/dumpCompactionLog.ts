import { defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { compactionRecords } from "../../../src/admin/compaction-log.js";
import { messageRecord, messageShape, storedMessageText } from "../../../src/admin/message-text.js";
import type { Message } from "../../../src/admin/messages.js";
import { PlainTextError } from "../../../src/admin/plain-text-error.js";

const options = {
  file: text("-f, --file <path>", "to dump file name").completes("file"),
};

export default defineCommand<typeof options, Message>({
  name: "dumpCompactionLog",
  summary: "Parse compaction log to message.",
  since: "5.1.0",
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin dumpCompactionLog -f store/compaction/compactionLog/pay-state/0/00000000000000000000",
      says: "the messages that a compacted topic kept",
    },
  ],
  run: async function* ({ signal, progress }, { file }): AsyncGenerator<Message> {
    if (file === undefined)
      throw new PlainTextError("miss dump log file name\n", { kind: "usage" });
    let count = 0;
    for await (const message of compactionRecords(file)) {
      if (signal.aborted) return;
      progress.say(`${++count} messages`);
      yield message;
    }
  },
  columns: [],
  record: messageRecord,
  shape: messageShape,
  async *plain(rows) {
    for await (const message of rows) yield `${storedMessageText(message)}\n`;
  },
});
