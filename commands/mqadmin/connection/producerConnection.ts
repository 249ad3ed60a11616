import { defineCommand } from "../../../src/cli/define-command.js";
import { text } from "../../../src/cli/options.js";
import { printf } from "../../../src/output/printf.js";
import { type ClientConnection, producerConnection } from "../../../src/admin/consumers.js";
import { versionName } from "../../../src/admin/versions.js";

const options = {
  producerGroup: text("-g, --producerGroup <group>", "producer group name").required(),
  topic: text("-t, --topic <topic>", "topic name").required().completes("topic"),
};

export default defineCommand<typeof options, ClientConnection>({
  name: "producerConnection",
  summary: "Query producer's socket connection and client version.",
  formerSummary: [
    { before: "5.1.4", summary: "Query producer's socket connection and client version" },
  ],
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin producerConnection -g pay-service -t pay-events",
      says: "the clients of a producer group that sends to a topic",
    },
  ],
  run: ({ admin, fail }, { producerGroup, topic }) =>
    producerConnection(admin, { group: producerGroup, topic, fail }),
  columns: [
    { header: "#ClientId", key: "clientId" },
    { header: "#ClientAddr", key: "clientAddr" },
    { header: "#Language", key: "language" },
    { header: "#Version", key: "version", value: (row) => versionName(row.version) },
  ],
  async *plain(rows) {
    let number = 0;
    for await (const { clientId, clientAddr, language, version } of rows) {
      number += 1;
      yield printf(
        "%04d  %-32s %-22s %-8s %s\n",
        number,
        clientId,
        clientAddr,
        language,
        versionName(version),
      );
    }
  },
});
