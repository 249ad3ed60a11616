import type { Clock } from "../../engine/base/clock.js";
import type { Admin } from "../admin/admin.js";
import type { Progress } from "../output/progress.js";
import type { Compat } from "./compat.js";
import type { ExitCode } from "./exit-codes.js";
import type { Streams } from "./streams.js";

export type Env = Readonly<Record<string, string | undefined>>;

/** Everything a command may touch of the world. */
export interface Context {
  /** The cluster behind the chosen name servers. Connects at first use, closed when the command ends. */
  readonly admin: Admin;
  /**
   * The chosen name servers, `host:port` each: -n, then JAVA_OPT's property, NAMESRV_ADDR, the stored context.
   * Throws a usage error when there is none.
   */
  readonly namesrvAddresses: () => readonly string[];
  /** How long one request may take. */
  readonly timeoutMs: number;
  /** stdin is the command's to read; stdout belongs to the output of its rows. */
  readonly streams: Streams;
  readonly env: Env;
  /** Which release's text `plain` is to write. */
  readonly compat: Compat;
  readonly clock: Clock;
  /** On stderr, only when that is a terminal. */
  readonly progress: Progress;
  /** Aborted by Ctrl-C and SIGTERM: end soon, keep what was printed. */
  readonly signal: AbortSignal;
  /** Says that a part failed (one broker of several) and goes on; the exit code will be that of the first one. */
  readonly fail: (thrown: unknown) => void;
  /** One line for the reader on stderr. */
  readonly note: (line: string) => void;
  /** Exit code after rows were printed, for commands whose result is one (status). */
  readonly exitWith: (code: ExitCode) => void;
}
