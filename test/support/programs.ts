import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The compiled entry of a program. */
export function programPath(
  name: "mqadmin" | "mqctl" | "mqnamesrv" | "mqbroker" | "mqshutdown",
): string {
  return fileURLToPath(new URL(`../../bin/${name}.js`, import.meta.url));
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A program that runs; `ended` resolves with all it printed. */
export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** What it has printed so far. */
  stdout(): string;
  /** Resolves when its output has a text; rejects when it ends before. */
  printed(text: string | RegExp): Promise<void>;
}

export interface RunOptions {
  env?: Record<string, string>;
  stdin?: string;
  cwd?: string;
  /** Reads no further when this text has come, as `head` does. */
  closeStdoutAfter?: string;
}

/** Programs that have not ended, by the home folder they were given. */
const living = new Map<ChildProcess, string | undefined>();

/** Starts a program as a user would. */
export function start(
  name: Parameters<typeof programPath>[0],
  argv: readonly string[],
  options: RunOptions = {},
): Running {
  const child = spawn(process.execPath, [programPath(name), ...argv], {
    cwd: options.cwd,
    env: { PATH: process.env["PATH"], ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  living.set(child, options.env?.["HOME"]);
  let stdout = "";
  let stderr = "";
  const watchers = new Set<() => void>();
  const told = (): void => {
    for (const watcher of watchers) watcher();
  };
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += String(chunk);
    told();
    const { closeStdoutAfter: last } = options;
    if (last !== undefined && stdout.includes(last)) child.stdout.destroy();
  });
  child.stderr.on("data", (chunk: Buffer) => (stderr += String(chunk)));
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.stdin ?? "");
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => {
      living.delete(child);
      resolve({ code, signal, stdout, stderr });
      told();
    });
  });
  const printed = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (typeof text === "string" ? stdout.includes(text) : text.test(stdout)) resolve();
        else if (child.exitCode !== null || child.signalCode !== null) {
          reject(
            new Error(
              `${name} ended with ${String(child.exitCode ?? child.signalCode)}: ${stdout}${stderr}`,
            ),
          );
        } else return;
        watchers.delete(look);
      };
      watchers.add(look);
      look();
    });
  return { child, ended, stdout: () => stdout, printed };
}

/** Runs a program to its end. */
export function run(
  name: Parameters<typeof programPath>[0],
  argv: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  return start(name, argv, options).ended;
}

/** A folder of a test's own, with the environment in which programs keep everything below it. */
export interface Home {
  folder: string;
  env: Record<string, string>;
  /** Kills what was started with this environment, in the foreground or in the background, and removes the folder. */
  remove: () => Promise<void>;
}

export function temporaryHome(): Home {
  const folder = mkdtempSync(join(tmpdir(), "rocketmq-test-"));
  const runDir = join(folder, "run");
  return {
    folder,
    env: { HOME: folder, MQCTL_RUN_DIR: runDir },
    async remove() {
      const programs = [...living].filter(([, home]) => home === folder).map(([child]) => child);
      const closed = programs.map(
        (child) => new Promise((resolve) => child.once("close", resolve)),
      );
      for (const child of programs) child.kill("SIGKILL");
      await Promise.all(closed);
      for (const pid of serversOf(runDir)) await kill(pid);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Process ids of the servers that left a pid file. */
function serversOf(runDir: string): number[] {
  if (!existsSync(runDir)) return [];
  return readdirSync(runDir)
    .filter((name) => name.endsWith(".pid"))
    .map((name) => (JSON.parse(readFileSync(join(runDir, name), "utf8")) as { pid: number }).pid);
}

async function kill(pid: number): Promise<void> {
  for (let signal: NodeJS.Signals | 0 = "SIGKILL"; ; signal = 0) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export interface BrokerProcessOptions {
  namesrv?: string;
  settings: readonly string[];
}

/** Starts a broker in a process of its own, to be killed: its store is in the home, its settings are added to these. */
export async function startBrokerProcess(
  home: Pick<Home, "folder" | "env">,
  options: BrokerProcessOptions,
): Promise<Running> {
  const broker = startingBroker(home, options);
  await broker.printed("boot success");
  return broker;
}

/** The same, not waiting until it is up. */
export function startingBroker(
  home: Pick<Home, "folder" | "env">,
  options: BrokerProcessOptions,
): Running {
  return start(
    "mqctl",
    [
      "start",
      "broker",
      "--foreground",
      ...(options.namesrv === undefined ? [] : ["-n", options.namesrv]),
      "--log-dir",
      home.folder,
      "brokerName=broker-a",
      "brokerIP1=127.0.0.1",
      "listenPort=0",
      `storePathRootDir=${home.folder}/store`,
      "mappedFileSizeCommitLog=4194304",
      ...options.settings,
    ],
    { env: home.env },
  );
}
