import type { CommandCases } from "../../../support/command-cases.js";

const NOT_REFUSED = { never: "it asks what every broker tells" };

export const exportCases: CommandCases = {
  exportMetadata: {
    success: "exportMetadata -c {cluster} -f {folder}/export",
    notFound: "exportMetadata -c nowhere -f {folder}/export",
    refused: "exportMetadata -b {namesrv} -t -f {folder}/export",
    badValue: "exportMetadata -b {broker} -f {folder}/export",
  },
  exportConfigs: {
    success: "exportConfigs -c {cluster} -f {folder}/export",
    notFound: "exportConfigs -c nowhere -f {folder}/export",
    refused: NOT_REFUSED,
    badValue: "exportConfigs -f {folder}/export",
  },
  exportMetrics: {
    success: "exportMetrics -c {cluster} -f {folder}/export",
    notFound: "exportMetrics -c nowhere -f {folder}/export",
    refused: NOT_REFUSED,
    badValue: "exportMetrics -f {folder}/export",
  },
  exportMetadataInRocksDB: {
    success: { never: "reading RocksDB files is not supported" },
    notFound: "exportMetadataInRocksDB -p {folder}/none -t topics",
    refused: { never: "it asks nobody" },
    badValue: "exportMetadataInRocksDB -p {folder} -t .",
  },
  exportPopRecord: {
    success: "exportPopRecord -b {broker}",
    notFound: "exportPopRecord -c nowhere",
    refused: "exportPopRecord -b {namesrv}",
    badValue: "exportPopRecord -b {broker} -d perhaps",
  },
};
