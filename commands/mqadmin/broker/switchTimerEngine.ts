import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { everywhere } from "../../../src/admin/everywhere.js";
import { PlainTextError } from "../../../src/admin/plain-text-error.js";
import { isTimerEngine, setTimerEngine, timerEngineName } from "../../../src/admin/timer-engine.js";

interface Row {
  broker: string;
  engine: string;
}

const options = {
  brokerAddr: address("-b, --brokerAddr <address>", "update which broker").completes("broker"),
  clusterName: text("-c, --clusterName <cluster>", "update which cluster").completes("cluster"),
  engineType: text(
    "-e, --engineType <R|F>",
    "R/F, R for rocksdb timeline engine, F for file time wheel engine",
  ).required(),
};

export default defineCommand<typeof options, Row>({
  name: "switchTimerEngine",
  summary: "switch the engine of timer message in broker",
  since: "5.5.0",
  impact: "write",
  options,
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [
    {
      line: "mqadmin switchTimerEngine -c DefaultCluster -e R",
      says: "timer messages of every master are kept in RocksDB from now on",
    },
    { line: "mqadmin switchTimerEngine -b 10.0.0.11:10911 -e F", says: "in files again" },
  ],
  run: async ({ admin, fail }, { brokerAddr, clusterName, engineType }) => {
    if (!isTimerEngine(engineType)) {
      throw new PlainTextError("switchTimerEngine engineType must be R or F\n", { kind: "usage" });
    }
    const where = { brokerAddr, clusterName, mastersOnly: true };
    const done = await everywhere({ admin, fail }, where, (broker) =>
      setTimerEngine(admin, broker, engineType),
    );
    return done.map((broker) => ({ broker, engine: timerEngineName(engineType) }));
  },
  columns: [
    { header: "#Broker", key: "broker" },
    { header: "#Engine", key: "engine" },
  ],
  async *plain(rows) {
    for await (const { broker, engine } of rows) {
      yield `switchTimerEngine to ${engine} success, ${broker}\n`;
    }
  },
});
