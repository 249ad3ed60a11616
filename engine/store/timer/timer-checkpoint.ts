/**
 * The file `config/timercheck`: how far the timer is. Upstream: TimerCheckpoint. Its first 56 bytes are the body of
 * GET_TIMER_CHECK_POINT; zeros follow up to 4096. [S-TIMER-3]
 */
import { timerCheckpoint, type TimerCheckpoint } from "../../protocol/bodies/timer-bodies.js";
import type { OpenFiles } from "../segment/open-files.js";

const SIZE = 4096;

export class TimerCheckpointFile {
  values: TimerCheckpoint = {
    lastReadTime: 0,
    lastTimerLogFlushPos: 0,
    lastTimerQueueOffset: 0,
    masterTimerQueueOffset: 0,
    dataVersion: { stateVersion: 0, timestamp: 0, counter: 0 },
  };
  private readonly open: OpenFiles;
  private readonly path: string;

  constructor(open: OpenFiles, rootDir: string) {
    this.open = open;
    this.path = `${rootDir}/config/timercheck`;
  }

  load(): void {
    const { files } = this.open;
    if (files.size(this.path) !== SIZE) {
      this.open.create(this.path, SIZE);
      return;
    }
    const bytes = Buffer.alloc(SIZE);
    files.read(this.open.fd(this.path), bytes, 0, SIZE, 0);
    this.values = timerCheckpoint.decode(bytes);
  }

  write(): void {
    const bytes = timerCheckpoint.encode(this.values);
    this.open.files.write(this.open.fd(this.path), bytes, 0, bytes.length, 0);
  }

  sync(): Promise<void> {
    return this.open.sync(this.path);
  }
}
