import type { Clock, Timer } from "../../base/clock.js";
import type { ArrivalListener, MessageFilter, MessageStore } from "../../store/store-api.js";
import { popRetryTopicV1, popRetryTopicV2 } from "../pop/pop-names.js";

/** A hold ends this much before its time is up, so that the answer arrives in time. */
const EARLY_MS = 50;

/** One pop (or notification) that waits. */
export interface HeldPop {
  topic: string;
  group: string;
  /** −1 waits for any queue. */
  queueId: number;
  filter: MessageFilter | undefined;
  /** bornTime + pollTime, clock time. */
  deadlineMs: number;
  /** False once nobody waits for the answer. */
  isWanted: () => boolean;
  /** Runs the request again; it may be held again. */
  resume: () => void;
}

type Arrival = Parameters<ArrivalListener>[0];

export type HoldResult = "held" | "full" | "timeout";

export interface HeldPopsOptions {
  clock: Clock;
  store: Pick<MessageStore, "onArrival">;
  config: {
    maxPopPollingSize: number;
    popPollingSize: number;
    popPollingMapSize: number;
    popLongPollingForceNotifyInterval: number;
  };
}

interface Waiting {
  topic: string;
  group: string;
  /** queueId → requests, by deadline. */
  queues: Map<number, HeldPop[]>;
}

/**
 * Pops that found nothing and wait for a message. Upstream: PopLongPollingService. One arrival wakes one pop of each
 * group. Unlike 5.3.3, messages that come into a pop retry topic of the older name wake their group too.
 */
export class HeldPops {
  private readonly options: HeldPopsOptions;
  private readonly groups = new Map<string, Waiting>();
  /** Topic or pop retry topic → groups that wait for its messages. */
  private readonly watched = new Map<string, Set<Waiting>>();
  private readonly woken: HeldPop[] = [];
  private timer: { due: number; timer: Timer } | undefined;
  private size = 0;
  private isStopped = false;

  constructor(options: HeldPopsOptions) {
    this.options = options;
  }

  start(): void {
    this.options.store.onArrival((arrival) => {
      const { topic, queueId } = arrival;
      for (const waiting of this.watched.get(topic) ?? []) {
        this.notifyOne(waiting, -1, arrival);
        if (topic === waiting.topic) this.notifyOne(waiting, queueId, arrival);
        else
          for (const id of waiting.queues.keys()) if (id >= 0) this.notifyOne(waiting, id, arrival);
      }
    });
  }

  /** Answers everybody who still waits. */
  stop(): void {
    this.isStopped = true;
    this.timer?.timer.cancel();
    for (const waiting of [...this.groups.values()]) {
      for (const pops of waiting.queues.values()) this.wake(...pops.splice(0));
      this.forget(waiting);
    }
  }

  hold(pop: HeldPop): HoldResult {
    const { config, clock } = this.options;
    if (this.isStopped) return "timeout";
    if (this.size >= config.maxPopPollingSize) return "full";
    if (clock.now() > pop.deadlineMs - EARLY_MS) return "timeout";
    const waiting = this.waitingOf(pop);
    if (waiting === undefined) return "full";
    const pops = waiting.queues.get(pop.queueId) ?? [];
    if (pops.length > config.popPollingSize) return "full";
    let at = pops.length;
    while (at > 0 && (pops[at - 1]?.deadlineMs ?? 0) > pop.deadlineMs) at--;
    pops.splice(at, 0, pop);
    waiting.queues.set(pop.queueId, pops);
    this.size++;
    this.schedule(pop.deadlineMs);
    return "held";
  }

  /** Wakes one pop of the group that waits for this queue (−1: for any). */
  notify(topic: string, group: string, queueId: number): void {
    const waiting = this.groups.get(`${topic}@${group}`);
    if (waiting !== undefined) this.notifyOne(waiting, queueId);
  }

  /** How many wait for a queue. */
  count(topic: string, group: string, queueId: number): number {
    return this.groups.get(`${topic}@${group}`)?.queues.get(queueId)?.length ?? 0;
  }

  private notifyOne(waiting: Waiting, queueId: number, arrival?: Arrival): void {
    const pops = waiting.queues.get(queueId);
    if (pops === undefined) return;
    const every = this.options.config.popLongPollingForceNotifyInterval;
    for (;;) {
      const first = pops[0];
      if (first === undefined) break;
      if (first.isWanted() && arrival !== undefined) {
        const isForced = every > 0 && arrival.queueOffset % every === 0;
        if (!isForced && !matches(first.filter, arrival)) return;
      }
      pops.shift();
      this.wake(first);
      if (first.isWanted()) break;
    }
    this.tidy(waiting, queueId);
  }

  /** Requests run in a later turn, when all that arrived together can be read. */
  private wake(...pops: HeldPop[]): void {
    if (pops.length === 0) return;
    this.size -= pops.length;
    this.woken.push(...pops);
    if (this.woken.length > pops.length) return;
    setImmediate(() => {
      for (const pop of this.woken.splice(0)) if (pop.isWanted()) pop.resume();
    });
  }

  private waitingOf({ topic, group }: HeldPop): Waiting | undefined {
    const key = `${topic}@${group}`;
    let waiting = this.groups.get(key);
    if (waiting !== undefined) return waiting;
    if (this.groups.size >= this.options.config.popPollingMapSize) return undefined;
    waiting = { topic, group, queues: new Map() };
    this.groups.set(key, waiting);
    for (const name of watchedTopics(waiting)) {
      const groups = this.watched.get(name) ?? new Set<Waiting>();
      this.watched.set(name, groups.add(waiting));
    }
    return waiting;
  }

  private tidy(waiting: Waiting, queueId: number): void {
    if (waiting.queues.get(queueId)?.length === 0) waiting.queues.delete(queueId);
    if (waiting.queues.size === 0) this.forget(waiting);
  }

  private forget(waiting: Waiting): void {
    this.groups.delete(`${waiting.topic}@${waiting.group}`);
    for (const name of watchedTopics(waiting)) {
      const groups = this.watched.get(name);
      groups?.delete(waiting);
      if (groups?.size === 0) this.watched.delete(name);
    }
  }

  private schedule(deadlineMs: number): void {
    const { clock } = this.options;
    const due = deadlineMs - EARLY_MS;
    if (this.timer !== undefined && this.timer.due <= due) return;
    this.timer?.timer.cancel();
    const timer = clock.after(due - clock.now() + 1, () => {
      this.timer = undefined;
      this.release();
    });
    this.timer = { due, timer };
  }

  private release(): void {
    const now = this.options.clock.now();
    let next = Infinity;
    for (const waiting of [...this.groups.values()]) {
      for (const [queueId, pops] of [...waiting.queues]) {
        const open = pops.findIndex((pop) => now <= pop.deadlineMs - EARLY_MS);
        this.wake(...pops.splice(0, open < 0 ? pops.length : open));
        next = Math.min(next, pops[0]?.deadlineMs ?? Infinity);
        this.tidy(waiting, queueId);
      }
    }
    if (next !== Infinity) this.schedule(next);
  }
}

function matches(filter: MessageFilter | undefined, { tagsCode, properties }: Arrival): boolean {
  if (filter === undefined) return true;
  return filter.matchesTagsCode(tagsCode) && (filter.matchesProperties?.(properties) ?? true);
}

function watchedTopics({ topic, group }: Waiting): string[] {
  return [topic, popRetryTopicV1(topic, group), popRetryTopicV2(topic, group)];
}
