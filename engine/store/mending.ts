/** Tries, while the disk takes no bytes, whether it does again. No counterpart upstream, where a broker is restarted. [S-FAIL-1] */
import type { Clock, Timer } from "../base/clock.js";
import type { CommitLog } from "./commit-log/commit-log.js";
import type { ConsumeQueues } from "./consume-queue/consume-queues.js";
import type { Dispatcher } from "./dispatch/dispatcher.js";
import type { StoreHealth } from "./health.js";
import type { KeyIndex } from "./index/key-index.js";

export interface MendingOptions {
  clock: Clock;
  log: CommitLog;
  queues: ConsumeQueues;
  dispatcher: Dispatcher;
  index: KeyIndex;
  health: StoreHealth;
}

const INTERVAL_MS = 1000;

export class Mending {
  private readonly options: MendingOptions;
  private timer: Timer | undefined;
  private running: Promise<void> | undefined;

  constructor(options: MendingOptions) {
    this.options = options;
  }

  start(): void {
    this.timer = this.options.clock.every(INTERVAL_MS, () => void this.run());
  }

  /** Tries once more, so that a store whose disk has room again is left whole. */
  async stop(): Promise<void> {
    this.timer?.cancel();
    await this.running;
    await this.run();
  }

  private run(): Promise<void> {
    const { health } = this.options;
    if (health.suspended === undefined || health.failed !== undefined) return Promise.resolve();
    this.running ??= this.mend().finally(() => (this.running = undefined));
    return this.running;
  }

  /** What was taken back is removed, what is missing is made up for; all of it can be done again. */
  private async mend(): Promise<void> {
    const { log, queues, dispatcher, index, health } = this.options;
    try {
      queues.writeOut();
      dispatcher.addMissingKeys(log.segments);
      index.writeOut();
      await log.mend();
      health.resume();
    } catch (error) {
      health.fail("mend the store", error);
    }
  }
}
