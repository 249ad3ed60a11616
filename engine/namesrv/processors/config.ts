/** Reading and changing the configuration. Upstream: DefaultRequestProcessor.getConfig, updateConfig. */
import { getNamesrvConfig } from "../../protocol/requests/get-namesrv-config.js";
import { updateNamesrvConfig } from "../../protocol/requests/update-namesrv-config.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import type { Dispatcher } from "../../remoting/api.js";
import type { NamesrvContext } from "../namesrv-context.js";

export function registerConfig(dispatcher: Dispatcher, { configuration }: NamesrvContext): void {
  dispatcher.register(getNamesrvConfig, () => ({ content: configuration.text() }));
  dispatcher.register(updateNamesrvConfig, ({ body }) => {
    if (body.length === 0 || configuration.update(body.toString("utf8"))) return {};
    return { code: ResponseCode.NO_PERMISSION, remark: "Can not update config in black list." };
  });
}
