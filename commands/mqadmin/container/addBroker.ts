import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { addToContainer } from "../../../src/admin/containers.js";

const options = {
  brokerContainerAddr: address(
    "-c, --brokerContainerAddr <address>",
    "Broker container address",
  ).required(),
  brokerConfigPath: text("-b, --brokerConfigPath <path>", "Broker config path").required(),
};

export default defineCommand<typeof options, { container: string; configPath: string }>({
  name: "addBroker",
  summary: "Add a broker to specified container.",
  since: "5.0.0",
  formerSummary: [{ before: "5.1.4", summary: "Add a broker to specified container" }],
  impact: "write",
  options,
  examples: [
    {
      line: "mqadmin addBroker -c 10.0.0.11:10811 -b /opt/rocketmq/conf/broker-b.conf",
      says: "start a broker from a file on the container's machine",
    },
  ],
  run: async ({ admin }, { brokerContainerAddr: container, brokerConfigPath: configPath }) => {
    await addToContainer(admin, container, configPath);
    return [{ container, configPath }];
  },
  columns: [
    { header: "#Container", key: "container" },
    { header: "#Config Path", key: "configPath" },
  ],
  single: true,
  async *plain(rows) {
    for await (const { container } of rows) yield `add broker to ${container} success\n`;
  },
});
