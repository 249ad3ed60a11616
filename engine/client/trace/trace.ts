/**
 * Collects trace records and sends them, some at a time, as messages of the trace topic. Upstream:
 * AsyncTraceDispatcher. Records that there is no room for are dropped: a trace must not hold up what it traces.
 */
import type { Timer } from "../../base/clock.js";
import { messageOf } from "../../base/errors.js";
import type { Service } from "../../base/service.js";
import type { Client } from "../client.js";
import type { OutgoingMessage } from "../outgoing-message.js";
import { encodeTraceRecord, type TraceRecord } from "./trace-record.js";

/** What sends the trace messages: a producer that is not traced itself. */
interface TraceProducer {
  start(): void;
  stop(): Promise<void>;
  send(message: OutgoingMessage): Promise<unknown>;
}

const MOST_RECORDS = 2048;
/** Records of one message; upstream: traceMsgBatchNum, 10, at most 20. */
const BATCH = 10;
const MOST_BYTES = 128_000;
const FLUSH_INTERVAL_MS = 5000;
/** Numbers the inner producers of this process, as upstream does. */
let producers = 0;

/** Name of the group that sends the traces of a group. */
export function traceGroup(group: string, type: "PRODUCE" | "CONSUME"): string {
  return `_INNER_TRACE_PRODUCER-${group}-${type}-${++producers}`;
}

/** Deadline of one trace message. */
export const TRACE_TIMEOUT_MS = 5000;

export class Trace implements Service {
  private readonly client: Client;
  private readonly topic: string;
  private readonly producer: TraceProducer;
  private readonly sending = new Set<Promise<void>>();
  private records: TraceRecord[] = [];
  private dropped = 0;
  private timer: Timer | undefined;

  constructor(client: Client, options: { topic: string; producer: TraceProducer }) {
    this.client = client;
    this.topic = options.topic;
    this.producer = options.producer;
  }

  start(): void {
    this.producer.start();
    this.timer = this.client.clock.every(FLUSH_INTERVAL_MS, () => {
      this.flush();
    });
  }

  /** Sends what is there and waits until it is sent or has failed. */
  async stop(): Promise<void> {
    this.timer?.cancel();
    this.timer = undefined;
    this.flush();
    await Promise.all(this.sending);
    await this.producer.stop();
  }

  /** Is this a message that is not traced, as it is a trace? */
  isTrace(topic: string): boolean {
    return topic === this.topic;
  }

  add(records: readonly TraceRecord[]): void {
    for (const record of records) {
      if (this.records.length < MOST_RECORDS) this.records.push(record);
      else this.dropped++;
    }
    if (this.records.length >= BATCH && this.timer !== undefined) this.flush();
  }

  private flush(): void {
    if (this.dropped > 0) {
      this.client.logger.warn("traces were dropped", { count: this.dropped });
      this.dropped = 0;
    }
    while (this.records.length > 0 && this.sending.size * BATCH < MOST_RECORDS) {
      this.send(this.records.splice(0, BATCH));
    }
  }

  private send(records: readonly TraceRecord[]): void {
    let body = "";
    let keys = new Set<string>();
    const done = (): void => {
      if (body !== "") this.deliver(body, keys);
      body = "";
      keys = new Set();
    };
    for (const record of records) {
      const text = encodeTraceRecord(record);
      if (body.length + text.length > MOST_BYTES) done();
      body += text;
      for (const id of record.msgId.split(",")) keys.add(id);
      for (const key of record.keys?.split(" ") ?? []) if (key !== "") keys.add(key);
    }
    done();
  }

  private deliver(body: string, keys: ReadonlySet<string>): void {
    const message = { topic: this.topic, body: Buffer.from(body), keys: [...keys] };
    const sent: Promise<void> = this.producer
      .send(message)
      .then(
        () => undefined,
        (error: unknown) => {
          this.client.logger.warn("a trace was not sent", { error: messageOf(error) });
        },
      )
      .finally(() => this.sending.delete(sent));
    this.sending.add(sent);
  }
}
