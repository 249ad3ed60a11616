import { defineRequest } from "../define-request.js";
import { string } from "../header.js";

/** Exports configuration out of RocksDB. Upstream: ExportRocksDBConfigToJsonRequestHeader. */
export const exportRocksdbConfigToJson = defineRequest({
  code: 355,
  name: "EXPORT_ROCKSDB_CONFIG_TO_JSON",
  servedBy: "broker",
  since: "5.3.2",
  request: {
    typeName: string.optional(),
    configType: string.required(),
  },
});
