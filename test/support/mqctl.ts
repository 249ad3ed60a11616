import { Readable } from "node:stream";
import { mqctl } from "../../commands/index.js";
import { systemClock } from "../../engine/index.js";
import type { Signals } from "../../src/cli/signals.js";
import type { OutputStream } from "../../src/cli/streams.js";
import { main } from "../../src/main.js";
import { memoryStreams } from "./memory-streams.js";
import type { Printed } from "./mqadmin.js";

export interface MqctlOptions {
  env?: Record<string, string>;
  stdin?: string | Buffer | AsyncIterable<Buffer>;
  /** The reader goes away after so many writes. */
  closesAfter?: number;
  isTTY?: boolean;
  signals?: Signals;
  /** Told all that was printed so far, whenever something is. */
  onPrinted?: (text: string) => void;
}

/** Runs a command line of mqctl in this process, as from a pipe. */
export async function runMqctl(
  argv: readonly string[],
  { env = {}, stdin = "", closesAfter, isTTY, signals, onPrinted }: MqctlOptions = {},
): Promise<Printed> {
  const memory = memoryStreams({
    ...(closesAfter !== undefined && { closesAfter }),
    ...(isTTY !== undefined && { isTTY }),
  });
  const input = typeof stdin === "string" || Buffer.isBuffer(stdin) ? [Buffer.from(stdin)] : stdin;
  const { stdout } = memory;
  const watched: OutputStream = {
    isTTY: stdout.isTTY,
    columns: stdout.columns,
    write(chunk, done) {
      const hasRoom = stdout.write(chunk, done);
      onPrinted?.(stdout.text);
      return hasRoom;
    },
  };
  const streams = { ...memory, stdout: watched, stdin: Readable.from(input) };
  const program = { name: "mqctl", style: "gnu", commands: mqctl } as const;
  const code = await main(program, argv, {
    streams,
    env,
    clock: systemClock(),
    ...(signals !== undefined && { watch: () => signals }),
  });
  return { code, stdout: memory.stdout.text, stderr: memory.stderr.text };
}

/** Signals that a test gives by hand: `stop` is Ctrl-C. */
export function signalsByHand(): Signals & { stop(): void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    exitCode: () => (controller.signal.aborted ? 130 : undefined),
    unlessStopped: (work) => Promise.resolve(work()),
    close: () => undefined,
    stop: () => {
      controller.abort();
    },
  };
}
