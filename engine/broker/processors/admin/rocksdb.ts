/**
 * What tools ask of brokers that keep queues, tables or pops in RocksDB, answered as by one that keeps files. Upstream:
 * AdminBrokerProcessor.checkRocksdbCqWriteProgress, exportRocksDBConfigToJson, transferPopToFsStore.
 */
import { stringifyFastjson } from "../../../protocol/fastjson.js";
import { checkRocksdbCqWriteProgress } from "../../../protocol/requests/check-rocksdb-cq-write-progress.js";
import { exportRocksdbConfigToJson } from "../../../protocol/requests/export-rocksdb-config-to-json.js";
import { popRollback } from "../../../protocol/requests/pop-rollback.js";
import { ResponseCode } from "../../../protocol/response-codes.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";

/** CheckRocksdbCqWriteResult.CheckStatus: the result goes to the log. */
const CHECK_NOT_OK = 1;
const CHECK_IN_PROGRESS = 2;

const CONFIG_TYPES = ["topics", "subscriptiongroups", "consumeroffsets"];

export function registerRocksdb(dispatcher: Dispatcher, { logger }: BrokerContext): void {
  dispatcher.register(checkRocksdbCqWriteProgress, () => {
    logger.info("checkRocksdbCqWriteProgress", {
      checkResult: "rocksdbCQWriteEnable is false, checkRocksdbCqWriteProgressCommand is invalid",
      checkStatus: CHECK_NOT_OK,
    });
    return { content: stringifyFastjson({ checkStatus: CHECK_IN_PROGRESS }) };
  });
  // The tables are JSON files already.
  dispatcher.register(exportRocksdbConfigToJson, ({ header: { configType } }) => {
    const unknown = configType
      .split(";")
      .find((name) => name !== "" && !CONFIG_TYPES.includes(name.trim().toLowerCase()));
    if (unknown === undefined) return { remark: "export done." };
    return { code: ResponseCode.SYSTEM_ERROR, remark: `Unknown config type: ${unknown}` };
  });
  // Check points and acknowledgements are in the revive topic already.
  dispatcher.register(popRollback, () => ({}));
}
