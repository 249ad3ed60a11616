import { defineCommand } from "../../../src/cli/define-command.js";
import { addresses, text } from "../../../src/cli/options.js";
import { onEach } from "../../../src/admin/change.js";
import { setControllerConfig } from "../../../src/admin/server-config.js";

export default defineCommand({
  name: "updateControllerConfig",
  summary: "Update controller config.",
  since: "5.0.0",
  impact: "write",
  options: {
    controllerAddress: addresses(
      "-a, --controllerAddress <addresses>",
      "Controller address list, eg: 192.168.0.1:9878;192.168.0.2:9878",
    ).required(),
    key: text("-k, --key <key>", "config key").required(),
    value: text("-v, --value <value>", "config value").required(),
  },
  examples: [
    {
      line: "mqadmin updateControllerConfig -a 10.0.0.1:9878 -k enableElectUncleanMaster -v false",
      says: "of one controller: name all of a group to change them all",
    },
  ],
  run: async ({ admin, fail }, { controllerAddress, key, value }) => {
    const controllers = await onEach(
      controllerAddress,
      (address) => setControllerConfig(admin, address, { key, value }).then(() => address),
      { nameOf: (address) => `controller ${address}`, fail },
    );
    return [{ key, value, controllers }];
  },
  columns: [],
  shape: { key: "string", value: "string", controllers: ["string"] },
  single: true,
  async *plain(rows) {
    for await (const { key, value, controllers } of rows) {
      yield `update controller config success![${controllers.join(", ")}]\n${key} : ${value}\n`;
    }
  },
});
