import type { Clock } from "../../base/clock.js";
import type { ArrivalListener, MessageFilter, MessageStore } from "../../store/store-api.js";
import type { PullHolds } from "../broker-context.js";

/** How often deadlines are looked at; a hold is released at most this much late (upstream: 5 s). */
const SWEEP_MS = 500;

/** One pull that waits. */
export interface HeldPull {
  topic: string;
  queueId: number;
  /** The offset it waits for. */
  queueOffset: number;
  filter: MessageFilter | undefined;
  /** Clock time when it is answered whatever happened. */
  deadlineMs: number;
  /** False once nobody waits for the answer. */
  isWanted: () => boolean;
  /** Runs the pull again and answers. */
  resume: () => void;
}

type Arrival = Parameters<ArrivalListener>[0];

export interface HeldPullsOptions {
  clock: Clock;
  store: Pick<MessageStore, "onArrival" | "maxOffset">;
  /** Most pulls that may wait at a time (pullThreadPoolQueueCapacity). */
  capacity: () => number;
}

/** Pulls that found nothing and wait for a message. Upstream: PullRequestHoldService, NotifyMessageArrivingListener. */
export class HeldPulls implements PullHolds {
  size = 0;
  private readonly options: HeldPullsOptions;
  /** topic → queueId → pulls; nested so that an arrival builds no key. */
  private readonly queues = new Map<string, Map<number, HeldPull[]>>();
  private woken: HeldPull[] = [];
  private sweep: { cancel(): void } | undefined;

  constructor(options: HeldPullsOptions) {
    this.options = options;
  }

  start(): void {
    this.options.store.onArrival((arrival) => {
      const queue = this.queues.get(arrival.topic)?.get(arrival.queueId);
      if (queue !== undefined) this.arrived(queue, arrival);
    });
    this.sweep = this.options.clock.every(SWEEP_MS, () => this.release());
  }

  /** Answers everybody who still waits. */
  stop(): void {
    this.sweep?.cancel();
    this.releaseWhere(() => true);
  }

  /** Keeps a pull; false when too many wait already. */
  hold(pull: HeldPull): boolean {
    if (this.size >= this.options.capacity()) return false;
    let topic = this.queues.get(pull.topic);
    if (topic === undefined) {
      topic = new Map();
      this.queues.set(pull.topic, topic);
    }
    const queue = topic.get(pull.queueId);
    if (queue === undefined) topic.set(pull.queueId, [pull]);
    else queue.push(pull);
    this.size++;
    return true;
  }

  /** Answers the pulls of a group or topic that was changed, so that they see it at once. */
  releaseTopic(topic: string): void {
    this.releaseWhere((pull) => pull.topic === topic);
  }

  private arrived(queue: HeldPull[], arrival: Arrival): void {
    let kept = 0;
    for (const pull of queue) {
      if (arrival.queueOffset >= pull.queueOffset && matches(pull, arrival)) this.wake(pull);
      else queue[kept++] = pull;
    }
    queue.length = kept;
  }

  /** Pulls run when the store has told of all that arrived together, so that one answer carries them all. */
  private wake(pull: HeldPull): void {
    this.size--;
    if (this.woken.push(pull) > 1) return;
    queueMicrotask(() => {
      const pulls = this.woken;
      this.woken = [];
      for (const one of pulls) if (one.isWanted()) one.resume();
    });
  }

  private release(): void {
    const now = this.options.clock.now();
    const { store } = this.options;
    this.releaseWhere(
      (pull) =>
        now >= pull.deadlineMs ||
        !pull.isWanted() ||
        (pull.filter === undefined && store.maxOffset(pull.topic, pull.queueId) > pull.queueOffset),
    );
  }

  private releaseWhere(isDue: (pull: HeldPull) => boolean): void {
    for (const [topic, queues] of this.queues) {
      for (const [queueId, pulls] of queues) {
        const waiting: HeldPull[] = [];
        for (const pull of pulls) {
          if (isDue(pull)) this.wake(pull);
          else waiting.push(pull);
        }
        if (waiting.length === 0) queues.delete(queueId);
        else queues.set(queueId, waiting);
      }
      if (queues.size === 0) this.queues.delete(topic);
    }
  }
}

function matches({ filter }: HeldPull, { tagsCode, properties }: Arrival): boolean {
  if (filter === undefined) return true;
  return filter.matchesTagsCode(tagsCode) && (filter.matchesProperties?.(properties) ?? true);
}
