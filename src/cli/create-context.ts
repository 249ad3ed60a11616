import type { Clock } from "../../engine/base/clock.js";
import type { Admin } from "../admin/admin.js";
import type { Rehearsal } from "../admin/change.js";
import { progressOn } from "../output/progress.js";
import { type Compat, compatOf } from "./compat.js";
import type { Context, Env } from "./context.js";
import type { AnyCommand } from "./define-command.js";
import { type ExitCode, exitCodeOf } from "./exit-codes.js";
import { type AccessOptions, clusterAccess } from "./cluster-access.js";
import type { Line } from "./line.js";
import { reportFailure } from "./report.js";
import type { Streams } from "./streams.js";

export interface World {
  /** Takes down what would be changed; nothing is. */
  readonly rehearsal?: Rehearsal | undefined;
  readonly streams: Streams;
  readonly env: Env;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A context, and what main does with it afterwards. */
export interface OpenContext {
  readonly context: Context;
  /** What the command asked for, or what the first failed part says; undefined when there was neither. */
  exitCode(): ExitCode | undefined;
  close(): Promise<void>;
}

/** The context of one run of a command. Nothing is connected yet. */
export async function openContext(
  command: AnyCommand,
  line: Line,
  world: World,
): Promise<OpenContext> {
  const { streams, env, clock, signal } = world;
  const timeoutMs = Number(line.common["timeout"] ?? 5000);
  const release = compatOf(line.common["compat"] as string | undefined, env);
  let exitCode: ExitCode | undefined;
  const progress = progressOn(streams.stderr);
  const cluster =
    command.offline === true
      ? undefined
      : await connect(line, { env, timeoutMs, signal, release, rehearsal: world.rehearsal });
  const context: Context = {
    get admin() {
      if (cluster === undefined) throw new Error(`${command.name} is declared offline`);
      return cluster.admin;
    },
    namesrvAddresses: () => cluster?.namesrv() ?? [],
    timeoutMs,
    streams,
    env,
    compat: release,
    clock,
    progress,
    signal,
    fail(thrown) {
      progress.clear();
      reportFailure(thrown, { stderr: streams.stderr, who: command.name });
      exitCode ??= exitCodeOf(thrown);
    },
    note(text) {
      progress.clear();
      streams.stderr.write(`${text}\n`);
    },
    exitWith(code) {
      exitCode = code;
    },
  };
  return {
    context,
    exitCode: () => exitCode,
    async close() {
      progress.clear();
      await cluster?.admin.close();
    },
  };
}

async function connect(
  line: Line,
  options: Pick<World, "env" | "signal" | "rehearsal"> & { timeoutMs: number; release: Compat },
): Promise<{ admin: Admin; namesrv: () => readonly string[] }> {
  const [{ createAdmin }, access] = await Promise.all([
    import("../admin/admin.js"),
    clusterAccess(line.common as AccessOptions, options.env),
  ]);
  const { timeoutMs, signal, rehearsal, release } = options;
  return {
    admin: createAdmin({ ...access, timeoutMs, signal, rehearsal, release }),
    namesrv: access.namesrv,
  };
}
