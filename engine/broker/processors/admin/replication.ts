/** State of replication. Upstream: AdminBrokerProcessor.getBrokerHaStatus, getBrokerEpochCache, resetMasterFlushOffset. */
import { getBrokerEpochCache } from "../../../protocol/requests/get-broker-epoch-cache.js";
import { getBrokerHaStatus } from "../../../protocol/requests/get-broker-ha-status.js";
import { resetMasterFlushOffset } from "../../../protocol/requests/reset-master-flush-offset.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";

export function registerReplication(dispatcher: Dispatcher, context: BrokerContext): void {
  const { config, store } = context;
  dispatcher.register(getBrokerHaStatus, () => {
    const isMaster = config.brokerRole !== "SLAVE";
    return {
      content: {
        haClientRuntimeInfo: {
          lastReadTimestamp: 0,
          lastWriteTimestamp: 0,
          masterFlushOffset: 0,
          maxOffset: isMaster ? 0 : store.commitLogMaxOffset,
          transferredByteInSecond: 0,
        },
        haConnectionInfo: [],
        inSyncSlaveNums: 0,
        master: isMaster,
        masterCommitLogMaxOffset: isMaster ? store.commitLogMaxOffset : 0,
      },
    };
  });
  dispatcher.register(getBrokerEpochCache, () => ({
    code: ResponseCode.SYSTEM_ERROR,
    remark: "this request only for controllerMode ",
  }));
  // Only a slave keeps such an offset; a master says yes and does nothing.
  dispatcher.register(resetMasterFlushOffset, () => ({}));
}
