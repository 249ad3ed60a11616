import type { Message } from "./messages.js";
import { messageLine, messageRecord } from "./message-text.js";
import type { PullResult, QueueReader, ReceivedMessage } from "./queue-reader.js";
import { type Queue, queueText } from "./queues.js";

/** What happens as queues are read, in the order it happens. */
export type Reading =
  | { kind: "bounds"; queue: Queue; min: number; max: number }
  | { kind: "found"; queue: Queue }
  | { kind: "message"; message: ReceivedMessage }
  | { kind: "unmatched" | "finished"; queue: Queue; status: PullResult["status"]; offset: number }
  | { kind: "text"; text: string }
  | { kind: "end"; queue: Queue };

const PULL_COUNT = 32;

/**
 * Reads one queue from `min` up to `max`, which is not read any more, or until it is told to stop. With `end` (ms)
 * `max` is where that time is: brokers of 4.x name the last message before it, which belongs to what is read.
 */
export async function* readQueue(
  reader: QueueReader,
  queue: Queue,
  range: {
    min: number;
    max: number;
    end?: number | undefined;
    expression?: string;
    /** With `end`: as upstream does, all that was pulled, also what is behind it. */
    wholePulls?: boolean;
    signal?: AbortSignal;
  },
): AsyncGenerator<Reading> {
  const { max, end, expression = "*", wholePulls = false } = range;
  for (let offset = range.min; offset < max && range.signal?.aborted !== true;) {
    const maxCount = end === undefined ? Math.min(PULL_COUNT, max - offset) : PULL_COUNT;
    const { status, messages, nextBeginOffset } = await reader.pull(queue, offset, {
      maxCount,
      expression,
    });
    // A broker that filters looks further than it was asked to.
    const wanted = messages.filter(({ queueOffset, storeTimestamp }) =>
      end === undefined ? queueOffset < max : wholePulls || storeTimestamp <= end,
    );
    offset = nextBeginOffset;
    if (status === "NO_NEW_MSG" || status === "OFFSET_ILLEGAL") {
      yield { kind: "finished", queue, status, offset };
      return;
    }
    if (status === "NO_MATCHED_MSG") yield { kind: "unmatched", queue, status, offset };
    else yield { kind: "found", queue };
    for (const message of wanted) yield { kind: "message", message };
  }
}

/**
 * Reads one queue from `min` up to and with `last`. At the end of the queue one more look is taken, as upstream does:
 * it tells whether something came meanwhile.
 */
export async function* readUpTo(
  reader: QueueReader,
  queue: Queue,
  range: { min: number; last: number; signal?: AbortSignal },
): AsyncGenerator<Reading> {
  for (let offset = range.min; offset <= range.last && range.signal?.aborted !== true;) {
    const maxCount = range.last - offset + 1;
    const { status, messages, nextBeginOffset } = await reader.pull(queue, offset, { maxCount });
    offset = nextBeginOffset;
    if (status === "NO_NEW_MSG" || status === "OFFSET_ILLEGAL") {
      yield { kind: "finished", queue, status, offset };
      return;
    }
    if (status === "NO_MATCHED_MSG") yield { kind: "unmatched", queue, status, offset };
    else yield { kind: "found", queue };
    for (const message of messages) yield { kind: "message", message };
  }
}

/** How `readingText` writes. */
interface ReadingStyle {
  /** Makes the text of a body. */
  readonly body: (message: Message) => string;
  readonly release: { readonly isBefore: (release: string) => boolean };
  /** What ends the lines that are no messages. */
  readonly end?: "\n" | "";
}

/** Upstream's line for what happened. */
export function readingText(reading: Reading, { body, release, end = "\n" }: ReadingStyle): string {
  switch (reading.kind) {
    case "bounds":
      return `minOffset=${reading.min}, maxOffset=${reading.max}, ${queueText(reading.queue)}${end}`;
    case "message":
      return messageLine(reading.message, body(reading.message), release);
    case "unmatched":
      return `${queueText(reading.queue)} no matched msg. status=${reading.status}, offset=${reading.offset}${end}`;
    case "finished":
      return `${queueText(reading.queue)} print msg finished. status=${reading.status}, offset=${reading.offset}${end}`;
    case "text":
      return reading.text;
    default:
      return "";
  }
}

/** Only messages are records. */
export function readingRecord(reading: Reading): unknown {
  return reading.kind === "message" ? messageRecord(reading.message) : undefined;
}
