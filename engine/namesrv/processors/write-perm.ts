/** Taking a broker out of the writing and back. Upstream: RouteInfoManager.operateWritePermOfBrokerByLock. */
import { addWritePermOfBroker } from "../../protocol/requests/add-write-perm-of-broker.js";
import { wipeWritePermOfBroker } from "../../protocol/requests/wipe-write-perm-of-broker.js";
import type { Dispatcher } from "../../remoting/api.js";
import type { NamesrvContext } from "../namesrv-context.js";
import { PERM_READ, PERM_WRITE } from "../route-info.js";

/** Neither outlives the broker's next registration with changed topics. */
export function registerWritePerm(dispatcher: Dispatcher, { route }: NamesrvContext): void {
  dispatcher.register(wipeWritePermOfBroker, ({ header }) => ({
    header: { wipeTopicCount: route.changePerm(header.brokerName, (perm) => perm & ~PERM_WRITE) },
  }));
  dispatcher.register(addWritePermOfBroker, ({ header }) => ({
    header: { addTopicCount: route.changePerm(header.brokerName, () => PERM_READ | PERM_WRITE) },
  }));
}
