import { mqadmin } from "../../commands/index.js";
import {
  type Namesrv,
  type RunningBroker,
  startBroker,
  startNamesrv,
  systemClock,
} from "../../engine/index.js";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Signals, withoutSignals } from "../../src/cli/signals.js";
import { main } from "../../src/main.js";
import { memoryStreams } from "./memory-streams.js";

export interface Printed {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command line of mqadmin in this process, as from a pipe; told to stop after a while when that is given. */
export async function runMqadmin(
  argv: readonly string[],
  env: Record<string, string> = {},
  stopAfterMs?: number,
): Promise<Printed> {
  const streams = memoryStreams();
  const program = { name: "mqadmin", style: "upstream", commands: mqadmin } as const;
  const watch = stopAfterMs === undefined ? {} : { watch: () => stoppedAfter(stopAfterMs) };
  const code = await main(program, argv, { streams, env, clock: systemClock(), ...watch });
  return { code, stdout: streams.stdout.text, stderr: streams.stderr.text };
}

function stoppedAfter(afterMs: number): Signals {
  return { ...withoutSignals(), signal: AbortSignal.timeout(afterMs) };
}

/** A name server and a broker of ours on free ports, in a folder of their own. */
export interface TestCluster {
  namesrv: string;
  broker: string;
  /** Runs mqadmin on this cluster. */
  mqadmin(line: string | readonly string[]): Promise<Printed>;
  stop(): Promise<void>;
}

export async function startCluster(config: Record<string, string> = {}): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), "mqadmin-test-"));
  const namesrv: Namesrv = await startNamesrv({ host: "127.0.0.1", port: 0, dataDir: folder });
  const broker: RunningBroker = await startBroker({
    namesrv: namesrv.address,
    storeDir: join(folder, "store"),
    config,
  });
  return {
    namesrv: namesrv.address,
    broker: broker.address,
    mqadmin: (line) => {
      const words = typeof line === "string" ? line.split(" ") : line;
      return runMqadmin([...words, "-n", namesrv.address]);
    },
    async stop() {
      await broker.stop();
      await namesrv.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
