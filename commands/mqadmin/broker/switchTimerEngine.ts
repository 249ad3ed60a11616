import { switchTimerEngine } from "../../../engine/protocol/requests/switch-timer-engine.js";
import { defineCommand } from "../../../src/cli/define-command.js";
import { address, text } from "../../../src/cli/options.js";
import { brokerConfig } from "../../../src/admin/brokers.js";
import { change, type State } from "../../../src/admin/change.js";
import { everywhere } from "../../../src/admin/everywhere.js";
import { PlainTextError } from "../../../src/admin/plain-text-error.js";
import type { Admin } from "../../../src/admin/admin.js";

/** What each engine is called, and what the keys of a broker that has it are. */
const ENGINES = {
  R: {
    name: "ROCKSDB_TIMELINE",
    keys: { timerStopEnqueue: "true", timerRocksDBEnable: "true", timerRocksDBStopScan: "false" },
  },
  F: {
    name: "FILE_TIME_WHEEL",
    keys: { timerStopEnqueue: "false", timerRocksDBStopScan: "true" },
  },
} as const;

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
    if (engineType !== "R" && engineType !== "F") {
      throw new PlainTextError("switchTimerEngine engineType must be R or F\n", { kind: "usage" });
    }
    const { name, keys } = ENGINES[engineType];
    const where = { brokerAddr, clusterName, mastersOnly: true };
    const done = await everywhere({ admin, fail }, where, async (broker) => {
      await change(admin, broker, switchTimerEngine, {
        header: { engineType },
        read: () => readKeys(admin, broker, Object.keys(keys)),
        wanted: keys,
      });
    });
    return done.map((broker) => ({ broker, engine: name }));
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

async function readKeys(admin: Admin, broker: string, keys: readonly string[]): Promise<State> {
  const config = await brokerConfig(admin, broker);
  return Object.fromEntries(keys.map((key) => [key, config.get(key)]));
}
