/** Requests of one connection that wait for an answer. Upstream: NettyRemotingAbstract.responseTable, scanResponseTable. */
import type { Clock, Timer } from "../base/clock.js";
import type { RemotingCommand } from "../protocol/remoting-command.js";

export interface PendingCall {
  /** Absolute, in the clock's milliseconds. */
  readonly deadlineMs: number;
  readonly timeoutMs: number;
  readonly sentMs: number;
  resolve(answer: RemotingCommand): void;
  reject(error: Error): void;
}

/**
 * opaque → call. One timer serves all: it is set to the earliest deadline, and only an earlier one moves it, so a
 * stream of calls with equal timeouts costs one timer per timeout.
 */
export class PendingCalls {
  private readonly clock: Clock;
  private readonly expired: (call: PendingCall) => void;
  private readonly calls = new Map<number, PendingCall>();
  private timer: Timer | undefined;
  private timerDueMs = Infinity;

  /** `expired` is told of a call whose deadline passed; it is out of the table then. */
  constructor(clock: Clock, expired: (call: PendingCall) => void) {
    this.clock = clock;
    this.expired = expired;
  }

  get size(): number {
    return this.calls.size;
  }

  has(opaque: number): boolean {
    return this.calls.has(opaque);
  }

  add(opaque: number, call: PendingCall): void {
    this.calls.set(opaque, call);
    if (call.deadlineMs < this.timerDueMs) this.arm(call.deadlineMs);
  }

  /** The call, taken out of the table. */
  take(opaque: number): PendingCall | undefined {
    const call = this.calls.get(opaque);
    if (call !== undefined) this.calls.delete(opaque);
    return call;
  }

  /** Fails everything that waits. */
  failAll(error: Error): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.timerDueMs = Infinity;
    const calls = [...this.calls.values()];
    this.calls.clear();
    for (const call of calls) call.reject(error);
  }

  private arm(dueMs: number): void {
    this.timer?.cancel();
    this.timerDueMs = dueMs;
    this.timer = this.clock.after(Math.max(0, dueMs - this.clock.now()), () => this.sweep());
  }

  private sweep(): void {
    const now = this.clock.now();
    const due: PendingCall[] = [];
    let next = Infinity;
    for (const [opaque, call] of this.calls) {
      if (call.deadlineMs <= now) {
        this.calls.delete(opaque);
        due.push(call);
      } else if (call.deadlineMs < next) next = call.deadlineMs;
    }
    this.timer = undefined;
    this.timerDueMs = Infinity;
    if (next !== Infinity) this.arm(next);
    for (const call of due) this.expired(call);
  }
}
