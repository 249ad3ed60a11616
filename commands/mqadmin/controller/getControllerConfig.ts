import { defineCommand } from "../../../src/cli/define-command.js";
import { mapOf } from "../../../src/output/shape.js";
import { serverConfigText } from "../../../src/admin/config-text.js";
import { addresses } from "../../../src/cli/options.js";
import {
  configsOf,
  controllerConfig,
  type ServerConfig,
} from "../../../src/admin/server-config.js";

const options = {
  controllerAddress: addresses(
    "-a, --controllerAddress <addresses>",
    "Controller address list, eg: 192.168.0.1:9878;192.168.0.2:9878",
  ).required(),
};

export default defineCommand<typeof options, ServerConfig>({
  name: "getControllerConfig",
  summary: "Get controller config.",
  since: "5.0.0",
  impact: "read",
  options,
  examples: [
    { line: "mqadmin getControllerConfig -a '10.0.0.1:9878;10.0.0.2:9878'", says: "of both" },
  ],
  run: ({ admin, fail }, { controllerAddress }) =>
    configsOf(controllerAddress, (address) => controllerConfig(admin, address), fail),
  columns: [],
  record: ({ address, config }) => ({ address, config: Object.fromEntries(config) }),
  shape: { address: "string", config: mapOf("string") },
  plain: serverConfigText,
});
