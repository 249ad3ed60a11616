/** Where a program's text goes; process.stdout and process.stderr fit. */
export interface OutputStream {
  readonly isTTY?: boolean;
  /** Width of the terminal in characters. */
  readonly columns?: number;
  /** `done` is called when the text has been handed over, or with what hindered it. */
  write(chunk: string | Uint8Array, done?: (error?: Error | null) => void): boolean;
}

/** What a program reads; process.stdin fits. */
export interface InputStream extends AsyncIterable<string | Uint8Array> {
  readonly isTTY?: boolean;
}

export interface Streams {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}
