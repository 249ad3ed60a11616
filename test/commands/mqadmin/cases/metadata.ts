import type { CommandCases } from "../../../support/command-cases.js";

export const metadataCases: CommandCases = {
  rocksDBConfigToJson: {
    success: "rocksDBConfigToJson -b {broker} -t topics",
    notFound: "rocksDBConfigToJson -c nowhere",
    refused: "rocksDBConfigToJson -b {namesrv}",
    badValue: "rocksDBConfigToJson -b {broker} -t messages",
  },
};
