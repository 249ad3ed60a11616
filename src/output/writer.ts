import type { OutputStream } from "../cli/streams.js";

const CHUNK = 64 * 1024;

/** Whoever read our output has gone: the end, and no failure. */
export class ClosedPipeError extends Error {
  override name = "ClosedPipeError";
}

/** Collects text into large writes; after each `flush` the reader has it, or a ClosedPipeError says that there is none. */
export class Writer {
  private readonly stream: OutputStream;
  private pending: string[] = [];
  private size = 0;

  constructor(stream: OutputStream) {
    this.stream = stream;
  }

  /** Resolves at once while there is room. */
  async write(text: string): Promise<void> {
    this.pending.push(text);
    this.size += text.length;
    if (this.size >= CHUNK) await this.flush();
  }

  flush(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    const text = this.pending.join("");
    this.pending = [];
    this.size = 0;
    return new Promise((resolve, reject) => {
      this.stream.write(text, (error) => {
        if (error === null || error === undefined) resolve();
        else
          reject(
            isClosedPipe(error)
              ? new ClosedPipeError("the reader has gone", { cause: error })
              : error,
          );
      });
    });
  }
}

function isClosedPipe(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "EPIPE" || code === "ERR_STREAM_DESTROYED" || code === "ECONNRESET";
}
