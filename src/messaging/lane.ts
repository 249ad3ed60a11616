import type { OutgoingMessage } from "../../engine/client/outgoing-message.js";
import type { Producer } from "../../engine/client/producer.js";
import type { MessageQueue } from "../../engine/client/message-queue.js";
import type { SendResult } from "../../engine/client/send-result.js";
import { ResponseError } from "../../engine/remoting/response-error.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { InputMessage } from "./read-messages.js";

/** A message on its way. */
export interface Item {
  input: InputMessage;
  result?: SendResult | undefined;
}

const BATCH_MESSAGES = 100;
const BATCH_BYTES = 256 * 1024;
/** What the producer compresses, which it does not in a batch. */
const ALONE_FROM_BYTES = 4096;
const MOST_PROPERTY_BYTES = 1024;
const BUSY_ATTEMPTS = 5;
const BUSY_WAIT_MS = 100;

/** Properties that make a broker do more than store the message: not to be had in a batch. */
const ALONE_WITH = [
  "DELAY",
  "TIMER_DELIVER_MS",
  "TIMER_DELAY_SEC",
  "TIMER_DELAY_MS",
  "TRAN_MSG",
  "INNER_MULTI_DISPATCH",
];

/**
 * The messages for one queue, sent one request after the other, so that the queue keeps their order. What comes while a
 * request is under way goes into the next one.
 */
export class Lane {
  private readonly producer: Producer;
  /** Undefined: the producer chooses, and says what is wrong with the topic. */
  private readonly queue: MessageQueue | undefined;
  private readonly tell: { sent: () => void; failed: (item: Item, error: unknown) => void };
  private waiting: Item[] = [];
  private running = false;

  constructor(options: {
    producer: Producer;
    queue: MessageQueue | undefined;
    sent: () => void;
    failed: (item: Item, error: unknown) => void;
  }) {
    this.producer = options.producer;
    this.queue = options.queue;
    this.tell = options;
  }

  get isBusy(): boolean {
    return this.running;
  }

  add(item: Item): void {
    this.waiting.push(item);
    if (!this.running) void this.run();
  }

  /** Begins no further request. */
  drop(): void {
    this.waiting = [];
  }

  private async run(): Promise<void> {
    this.running = true;
    // what else is ready in this turn goes along
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const items = this.waiting.splice(0, batchLength(this.waiting));
      const [first] = items;
      try {
        const results = await this.send(items.map(({ input }) => input.message));
        items.forEach((item, i) => (item.result = results[i]));
        this.tell.sent();
      } catch (error) {
        this.waiting = [];
        this.tell.failed(first as Item, error);
      }
    }
    this.running = false;
    this.tell.sent();
  }

  /** Tries again when the broker is too busy to take anything: then nothing of it was stored. */
  private async send(messages: OutgoingMessage[]): Promise<SendResult[]> {
    const options = this.queue === undefined ? {} : { queue: this.queue };
    const [only] = messages;
    for (let attempt = 1; ; attempt++) {
      try {
        return only !== undefined && messages.length === 1
          ? [await this.producer.send(only, options)]
          : resultsOf(await this.producer.sendBatch(messages, options), messages.length);
      } catch (error) {
        if (!isBusy(error) || attempt === BUSY_ATTEMPTS) throw error;
        await new Promise<void>((resolve) => setTimeout(resolve, attempt * BUSY_WAIT_MS));
      }
    }
  }
}

/** How many of the first may go together. */
function batchLength(items: readonly Item[]): number {
  let bytes = 0;
  let length = 0;
  for (const { input } of items) {
    if (!mayShare(input.message)) break;
    bytes += input.message.body.length + MOST_PROPERTY_BYTES;
    if (bytes > BATCH_BYTES || length === BATCH_MESSAGES) break;
    length++;
  }
  return Math.max(1, length);
}

function mayShare({ body, delayLevel, properties, topic }: OutgoingMessage): boolean {
  if (body.length === 0 || body.length >= ALONE_FROM_BYTES || delayLevel !== undefined)
    return false;
  if (topic.startsWith("%RETRY%")) return false;
  return properties === undefined || !ALONE_WITH.some((name) => name in properties);
}

function isBusy(error: unknown): boolean {
  return (
    error instanceof ResponseError &&
    (error.code === ResponseCode.SYSTEM_BUSY || error.code === ResponseCode.FLOW_CONTROL)
  );
}

/** What a batch was answered, for each of its messages. */
function resultsOf(result: SendResult, count: number): SendResult[] {
  const msgIds = result.msgId.split(",");
  const offsetMsgIds = result.offsetMsgId.split(",");
  return Array.from({ length: count }, (_, i) => ({
    ...result,
    msgId: msgIds[i] ?? "",
    offsetMsgId: offsetMsgIds[i] ?? "",
    queueOffset: result.queueOffset + i,
  }));
}
