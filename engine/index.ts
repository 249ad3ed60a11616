/** The embedded engine: name server, broker and client in this process. */
export { systemClock, ManualClock, type Clock } from "./base/clock.js";
export { CorruptError, RocketmqError, UnreachableError } from "./base/errors.js";
export { type Logger, silentLogger } from "./base/log.js";
export { type RunningBroker, startBroker, type StartBrokerOptions } from "./broker/start-broker.js";
export { type Namesrv, type NamesrvOptions, startNamesrv } from "./namesrv/namesrv.js";
