import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, textTable } from "../shape.js";

/** Names and texts: KV namespaces, runtime information of a broker. Upstream: KVTable. */
export interface KvTable {
  table: Record<string, string>;
}

export const kvTable: JsonBody<KvTable> = jsonBody("KvTable", bean<KvTable>({ table: textTable }));
