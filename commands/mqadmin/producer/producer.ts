import { defineCommand } from "../../../src/cli/define-command.js";
import { address } from "../../../src/cli/options.js";
import { type ProducerInfo, producerTable } from "../../../src/admin/consumers.js";
import { versionName } from "../../../src/admin/versions.js";
import { isoTime } from "../../../src/output/cell.js";

const options = {
  broker: address("-b, --broker <address>", "broker address").required().completes("broker"),
};

export default defineCommand<typeof options, { group: string; clients: ProducerInfo[] }>({
  name: "producer",
  summary: "Query producer's instances, connection, status, etc.",
  since: "4.9.4",
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin producer -b 10.0.0.11:10911",
      says: "every producer group that is connected to a broker",
    },
    {
      line: "mqadmin producer -b 10.0.0.11:10911 -o jsonl",
      says: "one record a group, with the time of each client's last heartbeat",
    },
  ],
  run: ({ admin }, { broker }) => producerTable(admin, broker),
  columns: [],
  record: ({ group, clients }) => ({
    group,
    clients: clients.map(({ clientId, remoteIp, language, version, lastUpdateTimestamp }) => ({
      clientId,
      // upstream tells the socket's address as Java prints it
      clientAddr: remoteIp.replace(/^[^/]*\//, ""),
      language,
      version: versionName(version),
      lastUpdate: isoTime(lastUpdateTimestamp) ?? null,
      lastUpdateMs: lastUpdateTimestamp > 0 ? lastUpdateTimestamp : null,
    })),
  }),
  shape: {
    group: "string",
    clients: [
      {
        clientId: "string",
        clientAddr: "string",
        language: "string",
        version: "string",
        lastUpdate: "time",
      },
    ],
  },
  async *plain(rows) {
    for await (const { group, clients } of rows) {
      if (clients.length === 0) yield `producer group (${group}) instances are empty\n`;
      for (const { clientId, remoteIp, language, version, lastUpdateTimestamp } of clients)
        yield `producer group (${group}) instance : clientId=${clientId},remoteIP=${remoteIp}, language=${language}, version=${version}, lastUpdateTimestamp=${lastUpdateTimestamp}\n`;
    }
  },
});
