/** One flush for all that wait for the disk. Upstream: GroupCommitService. [S-FLUSH-1] */
import type { Clock, Timer } from "../base/clock.js";
import type { CommitLog } from "./commit-log/commit-log.js";
import type { Turn } from "./turn.js";

export interface GroupCommitOptions {
  log: CommitLog;
  clock: Clock;
  flushed: (turn: Turn) => void;
  failed: (turn: Turn, error: unknown) => void;
  /** The disk took longer than was to be waited; `flushed` follows later all the same. */
  late: (turn: Turn) => void;
}

interface Waiting {
  turn: Turn;
  timer: Timer;
}

export class GroupCommit {
  private readonly options: GroupCommitOptions;
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;

  constructor(options: GroupCommitOptions) {
    this.options = options;
  }

  /** The turn's records are written; it is told when they are flushed. */
  add(turn: Turn, timeoutMs: number): void {
    const timer = this.options.clock.after(timeoutMs, () => this.options.late(turn));
    this.waiting.push({ turn, timer });
    this.running ??= this.run();
  }

  async idle(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      let failure: { error: unknown } | undefined;
      try {
        await this.options.log.flush();
      } catch (error) {
        failure = { error };
      }
      for (const { turn, timer } of group) {
        timer.cancel();
        if (failure === undefined) this.options.flushed(turn);
        else this.options.failed(turn, failure.error);
      }
    }
    this.running = undefined;
  }
}
