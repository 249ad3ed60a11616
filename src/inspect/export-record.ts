import { isUtf8 } from "node:buffer";
import { messageOf } from "../../engine/base/errors.js";
import { recordParts } from "../../engine/message/decode.js";
import { hostText } from "../../engine/message/host.js";
import type { Message } from "../../engine/message/message.js";
import { encodeProperties } from "../../engine/message/properties.js";
import { isoTime } from "../output/cell.js";
import { mapOf } from "../output/shape.js";
import type { LogRecord } from "./commit-log.js";

/** Which messages of a log. */
export interface MessageChoice {
  /** Any of these; all when there is none. */
  topics: readonly string[];
  queue?: number | undefined;
  /** One of the message's keys, or its unique id. */
  key?: string | undefined;
  tag?: string | undefined;
  /** Store time in ms, both inclusive. */
  begin?: number | undefined;
  end?: number | undefined;
}

export function isChosen(message: Message, choice: MessageChoice): boolean {
  const { topics, queue, key, tag, begin, end } = choice;
  return (
    (topics.length === 0 || topics.includes(message.topic)) &&
    (queue === undefined || message.queueId === queue) &&
    (tag === undefined || message.tags === tag) &&
    (begin === undefined || message.storeTimestamp >= begin) &&
    (end === undefined || message.storeTimestamp <= end) &&
    (key === undefined || message.uniqKey === key || message.keyList.includes(key))
  );
}

/** A message as one JSON record, from which nothing of what was stored is missing. */
export interface ExportedMessage {
  topic: string;
  queueId: number;
  queueOffset: number;
  physicalOffset: number;
  storeSize: number;
  msgId: string;
  offsetMsgId: string;
  tags: string | null;
  keys: string | null;
  properties: Record<string, string>;
  /** The property string as it is stored, where `properties` would not give the same bytes again. */
  propertiesBase64?: string;
  flag: number;
  sysFlag: number;
  bodyCrc: number;
  crc: "ok" | "bad";
  /** The body as consumers see it: text where it is UTF-8, else base64; both null when it does not inflate. */
  body: string | null;
  bodyBase64: string | null;
  bodyProblem?: string;
  /** The body as it is stored, where that was asked for and it is compressed, or where it does not inflate. */
  storedBodyBase64?: string;
  bornTimestamp: string | null;
  bornTimestampMs: number;
  bornHost: string;
  storeTimestamp: string | null;
  storeTimestampMs: number;
  storeHost: string;
  reconsumeTimes: number;
  preparedTransactionOffset: number;
}

export const exportedShape = {
  topic: "string",
  queueId: "integer",
  queueOffset: "integer",
  physicalOffset: "integer",
  storeSize: "integer",
  msgId: "string",
  offsetMsgId: "string",
  tags: "string?",
  keys: "string?",
  properties: mapOf("string"),
  "propertiesBase64?": "string",
  flag: "integer",
  sysFlag: "integer",
  bodyCrc: "integer",
  crc: "string",
  body: "string?",
  bodyBase64: "string?",
  "bodyProblem?": "string",
  "storedBodyBase64?": "string",
  bornTimestamp: "time",
  bornHost: "string",
  storeTimestamp: "time",
  storeHost: "string",
  reconsumeTimes: "integer",
  preparedTransactionOffset: "integer",
} as const;

/** What the body takes to be inflated must have been loaded (`bodyReady`). */
export function exportedMessage(
  { message, bytes, physicalOffset, crc }: LogRecord,
  options: { storedBody: boolean },
): ExportedMessage {
  const properties = Object.fromEntries(message.properties);
  const raw = propertyBytes(bytes);
  const isSame = Buffer.from(encodeProperties(Object.entries(properties))).equals(raw);
  return {
    topic: message.topic,
    queueId: message.queueId,
    queueOffset: message.queueOffset,
    physicalOffset,
    storeSize: message.storeSize,
    msgId: message.messageId,
    offsetMsgId: message.offsetMessageId,
    tags: message.tags ?? null,
    keys: message.keys ?? null,
    properties,
    ...(!isSame && { propertiesBase64: raw.toString("base64") }),
    flag: message.flag,
    sysFlag: message.sysFlag,
    bodyCrc: message.bodyCrc,
    crc,
    ...bodyFields(message, options.storedBody),
    bornTimestamp: isoTime(message.bornTimestamp) ?? null,
    bornTimestampMs: message.bornTimestamp,
    bornHost: addressText(message.bornHost),
    storeTimestamp: isoTime(message.storeTimestamp) ?? null,
    storeTimestampMs: message.storeTimestamp,
    storeHost: addressText(message.storeHost),
    reconsumeTimes: message.reconsumeTimes,
    preparedTransactionOffset: message.preparedTransactionOffset,
  };
}

function propertyBytes(record: Buffer): Buffer {
  const parts = recordParts(record, 0);
  return parts === undefined
    ? Buffer.alloc(0)
    : record.subarray(parts.propertiesAt, parts.propertiesAt + parts.propertiesLength);
}

type BodyFields = Pick<ExportedMessage, "body" | "bodyBase64" | "bodyProblem" | "storedBodyBase64">;

function bodyFields(message: Message, withStored: boolean): BodyFields {
  const stored = (): { storedBodyBase64: string } => ({
    storedBodyBase64: message.storedBody.toString("base64"),
  });
  let body: Buffer;
  try {
    body = message.body;
  } catch (error) {
    return { body: null, bodyBase64: null, bodyProblem: messageOf(error), ...stored() };
  }
  const isText = isUtf8(body);
  return {
    body: isText ? body.toString("utf8") : null,
    bodyBase64: isText ? null : body.toString("base64"),
    ...(withStored && body !== message.storedBody && stored()),
  };
}

/** IPv6 in brackets, as host and port are written everywhere here. */
function addressText({ address, port }: Message["bornHost"]): string {
  return hostText({ address: address.includes(":") ? `[${address}]` : address, port });
}
