import type { Clock } from "../base/clock.js";
import type { Logger } from "../base/log.js";
import type { KvConfig } from "./kv-config.js";
import type { NamesrvConfiguration } from "./namesrv-config.js";
import type { RouteInfo } from "./route-info.js";

/** What every processor of the name server is given. Upstream: NamesrvController. */
export interface NamesrvContext {
  readonly configuration: NamesrvConfiguration;
  readonly route: RouteInfo;
  readonly kv: KvConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  /** When the server was started, milliseconds since the epoch. */
  readonly startedMs: number;
}
