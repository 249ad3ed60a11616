import { Readable } from "node:stream";
import type { OutputStream, Streams } from "../../src/cli/streams.js";

/** Keeps what is written to it. */
export class MemoryOutput implements OutputStream {
  readonly isTTY: boolean;
  readonly columns = 100;
  private readonly chunks: string[] = [];
  private readonly closesAfter: number;

  /** With `closesAfter` the reader goes away after so many writes. */
  constructor(options: { isTTY?: boolean; closesAfter?: number } = {}) {
    this.isTTY = options.isTTY ?? false;
    this.closesAfter = options.closesAfter ?? Number.POSITIVE_INFINITY;
  }

  get text(): string {
    return this.chunks.join("");
  }

  write(chunk: string | Uint8Array, done?: (error?: Error | null) => void): boolean {
    if (this.chunks.length >= this.closesAfter) {
      setImmediate(() => done?.(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })));
      return false;
    }
    this.chunks.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
    setImmediate(() => done?.(null));
    return true;
  }
}

export interface MemoryStreams extends Streams {
  readonly stdout: MemoryOutput;
  readonly stderr: MemoryOutput;
}

/** The test twin of a process's three streams. */
export function memoryStreams(
  options: { stdin?: string; isTTY?: boolean; closesAfter?: number } = {},
): MemoryStreams {
  return {
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    stdout: new MemoryOutput(options),
    stderr: new MemoryOutput({ isTTY: options.isTTY ?? false }),
  };
}
