import { deleteKvConfig } from "../../engine/protocol/requests/delete-kv-config.js";
import { getKvConfig } from "../../engine/protocol/requests/get-kv-config.js";
import { putKvConfig } from "../../engine/protocol/requests/put-kv-config.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { changeEveryNamesrv, type State } from "./change.js";
import { codeOf, RefusedError } from "./explain.js";

/** Namespace of the name servers' KV configuration that holds `broker:queues;…` of ordered topics. */
export const ORDER_NAMESPACE = "ORDER_TOPIC_CONFIG";

/** The order configuration of a topic, and the name server's refusal when it has none. */
export async function orderConf(
  admin: Admin,
  topic: string,
): Promise<{ conf: string; missing?: undefined } | { conf?: undefined; missing: RefusedError }> {
  try {
    const answer = await admin.namesrv(getKvConfig, { namespace: ORDER_NAMESPACE, key: topic });
    return { conf: answer.header.value ?? "" };
  } catch (thrown) {
    if (thrown instanceof RefusedError && thrown.code === ResponseCode.QUERY_NOT_FOUND) {
      return { missing: thrown };
    }
    throw thrown;
  }
}

/** Writes the order configuration of a topic to every name server. */
export async function saveOrderConf(admin: Admin, topic: string, conf: string): Promise<void> {
  await changeEveryNamesrv(admin, putKvConfig, {
    header: { namespace: ORDER_NAMESPACE, key: topic, value: conf },
    read: (address) => orderConfState(admin, address, topic),
    wanted: { orderConf: conf },
  });
}

/** Removes the order configuration of a topic from every name server. */
export async function deleteOrderConf(admin: Admin, topic: string): Promise<void> {
  await changeEveryNamesrv(admin, deleteKvConfig, {
    header: { namespace: ORDER_NAMESPACE, key: topic },
    read: (address) => orderConfState(admin, address, topic),
    wanted: null,
  });
}

/** What one name server has. */
async function orderConfState(admin: Admin, address: string, topic: string): Promise<State> {
  try {
    const header = { namespace: ORDER_NAMESPACE, key: topic };
    return { orderConf: (await admin.broker(address, getKvConfig, header)).header.value ?? "" };
  } catch (thrown) {
    if (codeOf(thrown) === ResponseCode.QUERY_NOT_FOUND) return null;
    throw thrown;
  }
}

/** Sets the items of one configuration in another: `a:4;b:4` with `b:8` is `a:4;b:8`. Upstream's order: its hash map's. */
export function mergeOrderConf(conf: string, items: string): string {
  const byBroker = new Map<string, string>();
  for (const item of [...conf.split(";"), ...items.split(";")]) {
    if (item !== "") byBroker.set(item.split(":", 1)[0] ?? "", item);
  }
  return [...byBroker.values()].join(";");
}
