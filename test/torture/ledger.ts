/** What was promised and what came: the books that a mixed load is checked by. */
import type { SendResult } from "../../engine/client/send-result.js";

export const KINDS = ["normal", "delayed", "committed", "rolledBack"] as const;
export type Kind = (typeof KINDS)[number];

/** One message that a broker acknowledged. */
export interface Promised {
  key: string;
  kind: Kind;
  topic: string;
  queueId: number;
  queueOffset: number;
  msgId: string;
  /** When it may be delivered at the earliest, ms since the epoch; 0: at once. */
  dueMs: number;
}

export interface Counts {
  acknowledged: Record<Kind, number>;
  failedSends: number;
  deliveries: number;
  redeliveries: number;
}

/** How much earlier than due a delivery may be, for clocks that are read at different moments. */
const EARLY_MS = 50;

export class Ledger {
  readonly promised = new Map<string, Promised>();
  /** Group → keys that were delivered and taken. */
  private readonly taken = new Map<string, Set<string>>();
  private readonly rolledBack = new Set<string>();
  readonly problems: string[] = [];
  readonly counts: Counts = {
    acknowledged: { normal: 0, delayed: 0, committed: 0, rolledBack: 0 },
    failedSends: 0,
    deliveries: 0,
    redeliveries: 0,
  };

  constructor(groups: readonly string[]) {
    for (const group of groups) this.taken.set(group, new Set());
  }

  /** Before it is sent: such a message must not be seen by anybody, acknowledged or not. */
  willRollBack(key: string): void {
    this.rolledBack.add(key);
  }

  acknowledged(key: string, kind: Kind, sent: SendResult, dueMs: number): void {
    const { topic, queueId } = sent.queue;
    const { queueOffset, msgId } = sent;
    this.promised.set(key, { key, kind, topic, queueId, queueOffset, msgId, dueMs });
    this.counts.acknowledged[kind]++;
  }

  delivered(group: string, key: string, nowMs: number, isTaken: boolean): void {
    this.counts.deliveries++;
    if (this.rolledBack.has(key)) this.problem(`${key} was rolled back and delivered to ${group}`);
    const dueMs = this.promised.get(key)?.dueMs ?? 0;
    if (nowMs < dueMs - EARLY_MS) {
      this.problem(`${key} was delivered ${String(dueMs - nowMs)} ms before it was due`);
    }
    const taken = this.taken.get(group);
    if (taken?.has(key) === true) this.counts.redeliveries++;
    if (isTaken) taken?.add(key);
  }

  /** Keys that are promised to every group and not taken by one yet. */
  missing(group: string): string[] {
    const taken = this.taken.get(group);
    return [...this.promised.values()]
      .filter(({ key, kind }) => kind !== "rolledBack" && taken?.has(key) !== true)
      .map(({ key }) => key);
  }

  problem(text: string): void {
    if (this.problems.length < 50) this.problems.push(text);
  }

  /** Are the messages of a queue, read from its beginning, those that were acknowledged, each in its place? */
  checkQueue(topic: string, queueId: number, ids: readonly (string | undefined)[]): void {
    for (const one of this.promised.values()) {
      if (one.kind !== "normal" || one.topic !== topic || one.queueId !== queueId) continue;
      const found = ids[one.queueOffset];
      if (found !== one.msgId) {
        this.problem(
          `${one.key} was acknowledged at ${topic}/${String(queueId)}/${String(one.queueOffset)}, where ${found ?? "nothing"} is`,
        );
      }
    }
  }

  /** Messages of one sender in one queue stand in the order they were sent. */
  checkOrder(place: string, keys: readonly string[]): void {
    const last = new Map<string, number>();
    for (const key of keys) {
      if (this.promised.get(key)?.kind !== "normal") continue;
      const [lane = "", number] = key.split("-");
      const seq = Number(number);
      if (seq < (last.get(lane) ?? -1)) this.problem(`${key} is out of order in ${place}`);
      last.set(lane, seq);
    }
  }
}
