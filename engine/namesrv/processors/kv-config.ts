/** Settings kept for others. Upstream: DefaultRequestProcessor, KVConfigManager (spec: behaviour 1.8). */
import { deleteKvConfig } from "../../protocol/requests/delete-kv-config.js";
import { getKvConfig } from "../../protocol/requests/get-kv-config.js";
import { getKvlistByNamespace } from "../../protocol/requests/get-kvlist-by-namespace.js";
import { putKvConfig } from "../../protocol/requests/put-kv-config.js";
import { ResponseCode } from "../../protocol/response-codes.js";
import type { Dispatcher } from "../../remoting/api.js";
import type { NamesrvContext } from "../namesrv-context.js";

export function registerKvConfig(dispatcher: Dispatcher, { kv }: NamesrvContext): void {
  dispatcher.register(putKvConfig, ({ header: { namespace, key, value } }) => {
    kv.put(namespace, key, value);
    return {};
  });
  dispatcher.register(getKvConfig, ({ header: { namespace, key } }) => {
    const value = kv.get(namespace, key);
    if (value !== undefined) return { header: { value } };
    const remark = `No config item, Namespace: ${namespace} Key: ${key}`;
    return { code: ResponseCode.QUERY_NOT_FOUND, remark };
  });
  dispatcher.register(deleteKvConfig, ({ header: { namespace, key } }) => {
    kv.delete(namespace, key);
    return {};
  });
  dispatcher.register(getKvlistByNamespace, ({ header: { namespace } }) => {
    const table = kv.list(namespace);
    if (table !== undefined) return { content: { table } };
    return {
      code: ResponseCode.QUERY_NOT_FOUND,
      remark: `No config item, Namespace: ${namespace}`,
    };
  });
}
