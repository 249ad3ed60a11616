import { defineCommand } from "../../../src/cli/define-command.js";
import { address } from "../../../src/cli/options.js";
import { controllerGroup } from "../../../src/admin/controllers.js";

export default defineCommand({
  name: "getControllerMetaData",
  summary: "Get controller cluster's metadata.",
  since: "5.0.0",
  impact: "read",
  options: {
    controllerAddress: address(
      "-a, --controllerAddress <address>",
      "the address of controller",
    ).required(),
  },
  examples: [
    { line: "mqadmin getControllerMetaData -a 10.0.0.1:9878", says: "its group and who leads it" },
  ],
  run: async ({ admin }, { controllerAddress }) => [
    await controllerGroup(admin, controllerAddress),
  ],
  columns: [],
  shape: {
    group: "string?",
    leaderId: "string?",
    leaderAddress: "string?",
    isLeader: "boolean?",
    peers: ["string"],
  },
  single: true,
  async *plain(rows) {
    for await (const { group, leaderId, leaderAddress, peers } of rows) {
      yield `\n#ControllerGroup\t${group ?? "null"}`;
      yield `\n#ControllerLeaderId\t${leaderId ?? "null"}`;
      yield `\n#ControllerLeaderAddress\t${leaderAddress ?? "null"}`;
      yield `${peers.map((peer) => `\n#Peer:\t${peer}`).join("")}\n`;
    }
  },
});
