import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { execa } from "execa";
import { RocketmqError } from "../../engine/base/errors.js";
import type { Environment } from "./instances.js";
import type { Readiness } from "./readiness.js";

export interface Launch {
  /** The script and its arguments, run by this Node. */
  argv: readonly string[];
  env: Environment;
  /** Receives what the server prints beside its log. */
  outFile: string;
  timeoutMs: number;
}

/** Starts a server that outlives this process; returns its boot line when it serves, throws what it failed with. */
export async function launch(options: Launch): Promise<string> {
  mkdirSync(dirname(options.outFile), { recursive: true });
  const out = openSync(options.outFile, "a");
  const child = execa(process.execPath, [...options.argv], {
    detached: true,
    cleanup: false,
    reject: false,
    ipc: true,
    serialization: "json",
    stdin: "ignore",
    // Any open file descriptor will do; the type names the standard ones only.
    stdout: out as 1,
    stderr: out as 2,
    env: options.env as Record<string, string>,
  });
  closeSync(out);
  const answered = new Promise<Readiness>((resolve) => {
    child.on("message", (message) => {
      resolve(message as Readiness);
    });
    void child.then((ended) => {
      resolve({
        ready: false,
        kind: "failed",
        message: `the server ended with ${String(ended.exitCode ?? ended.signal)} before it was ready: ${lastLine(options.outFile)}`,
      });
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Readiness>((resolve) => {
    timer = setTimeout(() => {
      child.kill("SIGKILL");
      resolve({
        ready: false,
        kind: "failed",
        message: `the server was not ready after ${String(options.timeoutMs)} ms`,
        hint: `see ${options.outFile}`,
      });
    }, options.timeoutMs);
  });
  const readiness = await Promise.race([answered, late]);
  clearTimeout(timer);
  if (!readiness.ready) {
    await child;
    throw new RocketmqError(readiness.message, {
      kind: readiness.kind,
      ...(readiness.hint === undefined ? {} : { hint: readiness.hint }),
    });
  }
  child.disconnect();
  child.unref();
  return readiness.line;
}

function lastLine(file: string): string {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.at(-1) ?? "";
}
