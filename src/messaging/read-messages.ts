import { createReadStream } from "node:fs";
import {
  DEFAULT_MAX_MESSAGE_SIZE,
  type OutgoingMessage,
} from "../../engine/client/outgoing-message.js";
import { messageOf, RocketmqError } from "../../engine/base/errors.js";
import { isNotAllowedToSend, SYSTEM_PREFIX } from "../../engine/message/topic-names.js";
import { UsageError } from "../cli/exit-codes.js";
import type { InputStream } from "../cli/streams.js";
import { linesOf } from "./lines.js";

/** What every message of an input has in common. */
export interface MessageTemplate {
  topic: string;
  tags?: string | undefined;
  keys?: string | undefined;
  properties: Readonly<Record<string, string>>;
  delayLevel?: number | undefined;
}

/** The same where records may name their topic. */
type RecordTemplate = Omit<MessageTemplate, "topic"> & { topic: string | undefined };

/** A message to send, and the line it stood in (from 1). */
export interface InputMessage {
  line: number | undefined;
  message: OutgoingMessage;
  /** Queue that a JSON record names. */
  queueId?: number | undefined;
  /** The queue is where an exported message was: a topic that has no such queue takes it into another one. */
  mayMove?: boolean | undefined;
}

/** Text of a file, or of standard input. */
export function openInput(
  stdin: InputStream,
  file: string | undefined,
): AsyncIterable<string | Uint8Array> {
  if (file === undefined || file === "-") return stdin;
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for await (const chunk of createReadStream(file)) yield chunk as Uint8Array;
      } catch (error) {
        throw new RocketmqError(`${file} cannot be read: ${messageOf(error)}`, { kind: "usage" });
      }
    },
  };
}

/** The whole input as the body of one message. */
export async function wholeInput(input: AsyncIterable<string | Uint8Array>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of input)
    chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** One message per line; empty lines are passed over, as a message must have a body. */
export async function* messagesOfLines(
  input: AsyncIterable<string | Uint8Array>,
  template: MessageTemplate,
): AsyncGenerator<InputMessage> {
  for await (const { number, bytes } of linesOf(input, DEFAULT_MAX_MESSAGE_SIZE)) {
    if (bytes.length > 0) yield { line: number, message: { ...template, body: bytes } };
  }
}

export interface JsonOptions {
  /** Send to whatever queue has its turn, also where a record names its queue. */
  anyQueue: boolean;
  /** Told of each exported record that no client may send, as brokers keep such for themselves. */
  passedOver: (topic: string) => void;
}

/**
 * One JSON record per line, as `mqctl consume --output jsonl` and `mqctl store export` write them: topic, body or
 * bodyBase64, tags, keys, properties, flag, queueId. What a record leaves out comes from the template, whose topic wins.
 */
export async function* messagesOfJson(
  input: AsyncIterable<string | Uint8Array>,
  template: RecordTemplate,
  { anyQueue, passedOver }: JsonOptions,
): AsyncGenerator<InputMessage> {
  for await (const { number: line, bytes } of linesOf(input, MAX_RECORD_BYTES)) {
    const text = bytes.toString("utf8").replace(BYTE_ORDER_MARK, "");
    if (text.trim() === "") continue;
    const record = parseRecord(text, line);
    const { topic } = record;
    const mayMove = "physicalOffset" in record;
    if (mayMove && typeof topic === "string" && isBrokersOwn(topic)) {
      passedOver(topic);
      continue;
    }
    const message = messageOfRecord(record, { template, line });
    yield { line, ...message, mayMove, ...(anyQueue && { queueId: undefined }) };
  }
}

/** A body of 4 MiB as the longest JSON there is for it, and properties. */
const MAX_RECORD_BYTES = 6 * DEFAULT_MAX_MESSAGE_SIZE + 1024 * 1024;
const BYTE_ORDER_MARK = /^\uFEFF/;

/** Where a broker keeps what waits and what is under way: stored again, it would mean nothing, or come twice. */
function isBrokersOwn(topic: string): boolean {
  return isNotAllowedToSend(topic) || topic.startsWith(SYSTEM_PREFIX);
}

/** Properties that a client or a broker makes for each message. */
const MADE_ANEW = new Set([
  "UNIQ_KEY",
  "WAIT",
  "MSG_REGION",
  "TRACE_ON",
  "CLUSTER",
  "MIN_OFFSET",
  "MAX_OFFSET",
  "CONSUME_START_TIME",
  "TAGS",
  "KEYS",
]);

/** A message that ended its transaction, sent with this again, would wait for an end that nobody makes. */
const HALF_MESSAGE = "TRAN_MSG";
/** Brokers note here where a message goes that waits: one that has it has waited already. */
const HAS_WAITED = "REAL_TOPIC";
/** What would make it wait again. */
const WAITS = new Set(["DELAY", "TIMER_DELIVER_MS", "TIMER_DELAY_SEC", "TIMER_DELAY_MS"]);

/** Those properties of a record that go with its message. */
function keptProperties(given: Readonly<Record<string, unknown>>): [string, unknown][] {
  const hasWaited = HAS_WAITED in given;
  return Object.entries(given).filter(
    ([name]) => !MADE_ANEW.has(name) && name !== HALF_MESSAGE && !(hasWaited && WAITS.has(name)),
  );
}

function messageOfRecord(
  record: Record<string, unknown>,
  at: { template: RecordTemplate; line: number },
): Omit<InputMessage, "line"> {
  const { template, line } = at;
  const wrong = (what: string): UsageError => new UsageError(`line ${String(line)}: ${what}`);
  const textOf = (key: string): string | undefined => {
    const value = record[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string") throw wrong(`${key} is no text`);
    return value;
  };
  const wholeOf = (key: string): number | undefined => {
    const value = record[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "number" || !Number.isInteger(value))
      throw wrong(`${key} is no whole number`);
    return value;
  };
  const own = textOf("topic");
  const topic = template.topic ?? own;
  if (topic === undefined) throw wrong("neither the record nor -t names a topic");
  const base64 = textOf("bodyBase64");
  const body =
    base64 === undefined ? Buffer.from(textOf("body") ?? "") : Buffer.from(base64, "base64");
  const problem = textOf("bodyProblem");
  if (problem !== undefined) throw wrong(`the body is not known: ${problem}`);
  // a map, as any name may be a property's
  const properties = new Map(Object.entries(template.properties));
  const given = record["properties"] ?? {};
  if (typeof given !== "object" || Array.isArray(given)) throw wrong("properties is no object");
  const all = given as Record<string, unknown>;
  for (const [name, value] of Object.entries(all))
    if (typeof value !== "string") throw wrong(`the property ${name} is no text`);
  for (const [name, value] of keptProperties(all)) properties.set(name, value as string);
  return {
    message: {
      topic,
      body,
      tags: textOf("tags") ?? template.tags,
      keys: textOf("keys") ?? template.keys,
      flag: wholeOf("flag"),
      delayLevel: wholeOf("delayLevel") ?? template.delayLevel,
      ...(all["WAIT"] === "false" && { waitStoreOk: false }),
      properties: Object.fromEntries(properties),
    },
    // a copy goes to a topic that may have other queues
    queueId: own === undefined || own === topic ? wholeOf("queueId") : undefined,
  };
}

function parseRecord(text: string, line: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(`line ${String(line)} is no JSON: ${messageOf(error)}`);
  }
  throw new UsageError(`line ${String(line)} is no JSON object`);
}
