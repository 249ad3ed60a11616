/** The broker's configuration is shown and changed. Upstream: AdminBrokerProcessor.updateBrokerConfig, getBrokerConfig. */
import { dataVersion } from "../../../protocol/bodies/data-version.js";
import { getBrokerConfig } from "../../../protocol/requests/get-broker-config.js";
import { updateBrokerConfig } from "../../../protocol/requests/update-broker-config.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";

export function registerConfiguration(dispatcher: Dispatcher, context: BrokerContext): void {
  const { configuration } = context;
  dispatcher.register(getBrokerConfig, () => ({
    header: { version: dataVersion.encode(configuration.dataVersion).toString() },
    content: configuration.text(),
  }));
  dispatcher.register(updateBrokerConfig, (exchange) => {
    if (exchange.body.length === 0) return {};
    const outcome = configuration.update(exchange.body.toString());
    if (outcome.refused !== undefined) {
      return { code: ResponseCode.NO_PERMISSION, remark: "Can not update config in black list." };
    }
    if (outcome.changed.includes("brokerPermission")) {
      context.topics.step();
      void context.registration.registerAll();
    }
    return {};
  });
}
