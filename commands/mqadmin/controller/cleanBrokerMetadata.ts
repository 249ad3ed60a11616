import { defineCommand } from "../../../src/cli/define-command.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { address, flag, text } from "../../../src/cli/options.js";
import { cleanBrokerMetadata } from "../../../src/admin/controllers.js";

export default defineCommand({
  name: "cleanBrokerMetadata",
  summary: "Clean metadata of broker on controller.",
  since: "5.0.0",
  formerName: [{ before: "5.1.1", name: "cleanBrokerData" }],
  impact: "destructive",
  options: {
    controllerAddress: address(
      "-a, --controllerAddress <address>",
      "The address of controller",
    ).required(),
    brokerControllerIdsToClean: text(
      "-b, --brokerControllerIdsToClean <ids>",
      "The brokerController id list which requires to clean metadata. eg: 1;2;3, means that clean broker-1, broker-2 and broker-3",
    ),
    brokerName: text(
      "-bn, --brokerName <name>",
      "The broker name of the replicas that require to be manipulated",
    ).required(),
    clusterName: text("-c, --clusterName <cluster>", "The clusterName of broker").completes(
      "cluster",
    ),
    cleanLivingBroker: flag(
      "-l, --cleanLivingBroker",
      "Whether clean up living brokers,default value is false",
    ),
  },
  examples: [
    {
      line: "mqadmin cleanBrokerMetadata -a 10.0.0.1:9878 -b '2;3' -bn broker-a -c DefaultCluster",
      says: "replicas 2 and 3, which are gone for good",
    },
  ],
  run: async ({ admin }, options) => {
    const { brokerName, clusterName, cleanLivingBroker: isLivingToo } = options;
    const brokerIds = parseIds(options.brokerControllerIdsToClean);
    if (!isLivingToo && (clusterName === undefined || clusterName === "")) {
      throw new UsageError(
        "cleanLivingBroker option is false, clusterName option can not be empty.",
        { hint: "name the cluster with -c, or clean living brokers as well with -l" },
      );
    }
    const what = { clusterName, brokerName, brokerIds, isLivingToo };
    await cleanBrokerMetadata(admin, options.controllerAddress, what);
    return [{ ...what, clusterName: clusterName ?? null }];
  },
  columns: [],
  shape: {
    clusterName: "string?",
    brokerName: "string",
    brokerIds: ["integer"],
    isLivingToo: "boolean",
  },
  single: true,
  async *plain(rows) {
    for await (const { brokerName } of rows) {
      yield `clear broker ${brokerName} metadata from controller success! \n`;
    }
  },
});

/** Upstream means to check them, and does not. */
function parseIds(given: string | undefined): number[] {
  const ids = (given ?? "").split(";").filter((id) => id.trim() !== "");
  return ids.map((id) => {
    if (/^\s*\d{1,15}\s*$/.test(id)) return Number(id);
    throw new UsageError(
      "please set the option <brokerControllerIdsToClean> according to the format",
      {
        hint: `1;2;3, but there is ${id}`,
      },
    );
  });
}
