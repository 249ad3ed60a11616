import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { isoTime } from "../../../src/output/cell.js";
import { mapOf } from "../../../src/output/shape.js";
import { type ChosenBroker, chosenBrokers } from "../../../src/admin/chosen-brokers.js";
import {
  type ColdDataControl,
  coldDataControl,
  coldDataText,
  type ColdReader,
} from "../../../src/admin/cold-data.js";
import { streamParallel } from "../../../src/admin/parallel.js";

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "get from which broker").completes("broker"),
  clusterName: text("-c, --clusterName <cluster>", "get from which cluster").completes("cluster"),
};

interface Answer extends ChosenBroker {
  control: ColdDataControl | undefined;
}

export default defineCommand<typeof options, Answer>({
  name: "getColdDataFlowCtrInfo",
  summary: "Get cold data flow ctr info.",
  since: "5.1.2",
  formerSummary: [{ before: "5.1.4", summary: "get cold data flow ctr info" }],
  impact: "read",
  options,
  examples: [
    {
      line: "mqadmin getColdDataFlowCtrInfo -b 10.0.0.11:10911",
      says: "which groups read old messages, and how much they may",
    },
    {
      line: "mqadmin getColdDataFlowCtrInfo -c DefaultCluster",
      says: "from every broker of a cluster",
    },
  ],
  run: async function* ({ admin, fail }, { brokerAddr, clusterName }) {
    const brokers = await chosenBrokers(admin, { brokerAddr, clusterName });
    const answers = streamParallel(brokers, (broker) =>
      coldDataControl(admin, broker.address).then(
        (control) => ({ ...broker, control }),
        (thrown: unknown) => {
          if (brokerAddr !== undefined) throw thrown;
          fail(thrown);
        },
      ),
    );
    for await (const answer of answers) if (answer !== undefined) yield answer;
  },
  columns: [],
  record: ({ address: broker, master, control }) => ({
    address: broker,
    master: master ?? null,
    globalAcc: control?.globalAcc ?? null,
    globalColdReadThreshold: control?.globalColdReadThreshold ?? null,
    cgColdReadThreshold: control?.cgColdReadThreshold ?? null,
    configTable: control?.configTable ?? {},
    runtimeTable: Object.fromEntries(
      Object.entries(control?.runtimeTable ?? {}).map(([group, reader]) => [
        group,
        readerRecord(reader),
      ]),
    ),
  }),
  shape: {
    address: "string",
    master: "string?",
    globalAcc: "integer?",
    globalColdReadThreshold: "integer?",
    cgColdReadThreshold: "integer?",
    configTable: mapOf("integer"),
    runtimeTable: mapOf({ coldAcc: "integer", createTime: "time", lastColdReadTime: "time" }),
  },
  async *plain(rows, { brokerAddr }, { compat }) {
    // Upstream prints the title before it asks.
    if (brokerAddr !== undefined) yield ` ============${brokerAddr}============\n`;
    for await (const { address: broker, title, control } of rows) {
      if (brokerAddr === undefined) yield ` ${title}`;
      yield control === undefined
        ? `Broker[${broker}] has no cold ctr table !\n`
        : `${coldDataText(control, { inHashOrder: compat.isBefore("5.4.0") })}\n`;
    }
  },
});

function readerRecord({ coldAcc, createTimeMills, lastColdReadTimeMills }: ColdReader): unknown {
  return {
    coldAcc,
    createTime: isoTime(createTimeMills) ?? null,
    createTimeMs: createTimeMills,
    lastColdReadTime: isoTime(lastColdReadTimeMills) ?? null,
    lastColdReadTimeMs: lastColdReadTimeMills,
  };
}
