import { deleteKvConfig } from "../../engine/protocol/requests/delete-kv-config.js";
import { getKvConfig } from "../../engine/protocol/requests/get-kv-config.js";
import { putKvConfig } from "../../engine/protocol/requests/put-kv-config.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { changeEveryNamesrv, type State } from "./change.js";
import { codeOf } from "./explain.js";

/** Where a value of the name servers' KV configuration is. */
export interface KvKey {
  readonly namespace: string;
  readonly key: string;
}

/** Writes a value to every name server. */
export async function saveKv(admin: Admin, at: KvKey, value: string): Promise<void> {
  await changeEveryNamesrv(admin, putKvConfig, {
    header: { ...at, value },
    read: (address) => kvState(admin, address, at),
    wanted: { value },
  });
}

/** Removes a value from every name server; one that is not there is no error. */
export async function deleteKv(admin: Admin, at: KvKey): Promise<void> {
  await changeEveryNamesrv(admin, deleteKvConfig, {
    header: at,
    read: (address) => kvState(admin, address, at),
    wanted: null,
  });
}

/** What one name server has. */
async function kvState(admin: Admin, address: string, at: KvKey): Promise<State> {
  try {
    return { value: (await admin.oneNamesrv(address, getKvConfig, at)).header.value ?? "" };
  } catch (thrown) {
    if (codeOf(thrown) === ResponseCode.QUERY_NOT_FOUND) return null;
    throw thrown;
  }
}
