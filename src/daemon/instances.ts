import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { realFiles } from "../../engine/base/files.js";
import { isProcessAlive } from "../../engine/base/processes.js";

export type Part = "namesrv" | "broker";

/** What a running server leaves in its pid file, so that `stop` and `status` find it. */
export interface Instance {
  part: Part;
  pid: number;
  /** Tells this process from a later one with the same pid; undefined where the system does not say. */
  processStart: string | undefined;
  /** "host:port" that clients use. */
  address: string;
  port: number;
  /** Name of the broker. */
  name?: string | undefined;
  namesrv?: string | undefined;
  storeDir?: string | undefined;
  configFile?: string | undefined;
  logFile?: string | undefined;
  /** Milliseconds since the epoch. */
  startedAt: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where pid files are: MQCTL_RUN_DIR, else ~/.rocketmq-toolkit/run. */
export function runDirectory(env: Environment): string {
  return env["MQCTL_RUN_DIR"] ?? join(homedir(), ".rocketmq-toolkit", "run");
}

/** Where Apache's users look for logs. */
export function defaultLogDirectory(): string {
  return join(homedir(), "logs", "rocketmqlogs");
}

function pidFile(directory: string, part: Part, port: number): string {
  return join(directory, `${part}-${String(port)}.pid`);
}

/** True when the process of a pid file still runs, and is not another one that got its pid. */
export function isAlive({ pid, processStart: started }: Instance): boolean {
  return isProcessAlive(realFiles, pid, started);
}

/** Writes the pid file in one step, so that a reader never sees half of it. */
export function writeInstance(env: Environment, instance: Instance): void {
  const directory = runDirectory(env);
  mkdirSync(directory, { recursive: true });
  const file = pidFile(directory, instance.part, instance.port);
  const draft = `${file}.${String(instance.pid)}`;
  writeFileSync(draft, `${JSON.stringify(instance)}\n`);
  renameSync(draft, file);
}

/** Removes the pid file, unless it meanwhile belongs to another process. */
export function removeInstance(env: Environment, instance: Instance): void {
  const file = pidFile(runDirectory(env), instance.part, instance.port);
  if (read(file)?.pid === instance.pid) rmSync(file, { force: true });
}

function read(file: string): Instance | undefined {
  try {
    const value = JSON.parse(readFileSync(file, "utf8")) as Partial<Instance> | null;
    return typeof value?.pid === "number" && typeof value.port === "number"
      ? (value as Instance)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The servers that run now; pid files of dead ones are removed on the way. */
export function runningInstances(env: Environment, part?: Part): Instance[] {
  const directory = runDirectory(env);
  let files: string[];
  try {
    files = readdirSync(directory).filter((name) => /^(namesrv|broker)-\d+\.pid$/.test(name));
  } catch {
    return [];
  }
  const running: Instance[] = [];
  for (const name of files.sort()) {
    const instance = read(join(directory, name));
    if (instance !== undefined && isAlive(instance)) running.push(instance);
    else rmSync(join(directory, name), { force: true });
  }
  return part === undefined ? running : running.filter((one) => one.part === part);
}
