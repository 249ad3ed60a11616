import { switchTimerEngine } from "../../engine/protocol/requests/switch-timer-engine.js";
import type { Admin } from "./admin.js";
import { brokerConfig } from "./brokers.js";
import { change, type State } from "./change.js";

/** What keeps timer messages, by upstream's letter, and what the keys of a broker are that has it. */
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

export type TimerEngine = keyof typeof ENGINES;

export function isTimerEngine(letter: string): letter is TimerEngine {
  return letter === "R" || letter === "F";
}

export function timerEngineName(engine: TimerEngine): string {
  return ENGINES[engine].name;
}

/** Changes what keeps the timer messages of one broker. */
export async function setTimerEngine(
  admin: Admin,
  address: string,
  engine: TimerEngine,
): Promise<void> {
  const { keys } = ENGINES[engine];
  await change(admin, address, switchTimerEngine, {
    header: { engineType: engine },
    read: () => readKeys(admin, address, Object.keys(keys)),
    wanted: keys,
  });
}

async function readKeys(admin: Admin, address: string, keys: readonly string[]): Promise<State> {
  const config = await brokerConfig(admin, address);
  return Object.fromEntries(keys.map((key) => [key, config.get(key)]));
}
