/**
 * The toolkit as a library: administer a RocketMQ cluster, Apache's or the embedded one.
 *
 *     import { openAdmin, topics } from "rocketmq-toolkit";
 *
 *     const admin = openAdmin({ namesrv: "127.0.0.1:9876" });
 *     try {
 *       for (const name of await topics.topicNames(admin)) console.log(name);
 *     } finally {
 *       await admin.close();
 *     }
 *
 * Each subject is a module of functions that take the admin. Everything rejects with a RocketmqError whose `kind` says
 * what to do about it: not-found, denied, unreachable, usage, failed.
 */
import { type Admin, createAdmin, type Credentials } from "./admin/admin.js";

export { createClient, type Client, type ClientOptions } from "../engine/client/client.js";
export {
  CorruptError,
  type ErrorKind,
  RocketmqError,
  UnreachableError,
} from "../engine/base/errors.js";
export { CodeError, RefusedError } from "./admin/explain.js";
export type { Admin, Credentials };

export * as brokers from "./admin/brokers.js";
export * as clusters from "./admin/clusters.js";
export * as consumers from "./admin/consumers.js";
export * as groups from "./admin/groups.js";
export * as messages from "./admin/messages.js";
export * as offsets from "./admin/offset-reset.js";
export * as progress from "./admin/progress.js";
export * as sending from "./admin/send.js";
export * as statistics from "./admin/stats.js";
export * as topicChanges from "./admin/topic-changes.js";
export * as topics from "./admin/topics.js";

export interface OpenAdminOptions {
  /** Name servers, `host:port` separated by `;`. */
  namesrv: string;
  /** Deadline of one request in milliseconds; default 5000. */
  timeoutMs?: number;
  /** Signs every request. */
  credentials?: Credentials;
}

/** An admin for the cluster behind some name servers. Connects at the first request; close it in the end. */
export function openAdmin(options: OpenAdminOptions): Admin {
  const addresses = options.namesrv
    .split(";")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  return createAdmin({
    namesrv: () => addresses,
    timeoutMs: options.timeoutMs ?? 5000,
    credentials: () => options.credentials,
    signal: new AbortController().signal,
  });
}
