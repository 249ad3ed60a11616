import type { ReceivedMessage } from "../../engine/client/received-message.js";
import type { Message } from "../../engine/message/message.js";
import type { Host } from "../../engine/message/host.js";
import { isoTime } from "../output/cell.js";
import { mapOf, type Shape } from "../output/shape.js";
import { javaBytes, javaMap, millisText } from "./java-text.js";
import { textHashOrder } from "./java-order.js";

/** Table size of the hash map that upstream's decoder makes for properties; it decides their order. */
const PROPERTIES_CAPACITY = 128;
/** What that table was before 5.0. */
const OLD_PROPERTIES_CAPACITY = 16;
const COMPRESSED_FLAG = 1;

/** Which release's text it is to be. */
interface Release {
  readonly isBefore: (release: string) => boolean;
}

export function hostText({ address, port }: Host): string {
  return `${address}:${port}`;
}

/** Properties as upstream prints them, in the order of its hash map. */
export function propertiesText({ properties }: Message, release?: Release): string {
  const isOld = release?.isBefore("5.0.0") === true;
  const names = textHashOrder(
    properties.keys(),
    isOld ? OLD_PROPERTIES_CAPACITY : PROPERTIES_CAPACITY,
  );
  return javaMap(names.map((name) => [name, properties.get(name)]));
}

/** The system flag after the client inflated the body: the bit for "compressed" is off, since 5.0. */
export function readSysFlag(message: Message, release?: Release): number {
  return release?.isBefore("5.0.0") === true ? message.sysFlag : message.sysFlag & ~COMPRESSED_FLAG;
}

/** MessageExt.toString of upstream's client. */
export function messageText(message: ReceivedMessage, release?: Release): string {
  const transactionId =
    message.properties.get("TRAN_MSG")?.toLowerCase() === "true"
      ? (message.uniqKey ?? "null")
      : "null";
  return extText(message, {
    brokerName: message.brokerName,
    sysFlag: readSysFlag(message, release),
    body: javaBytes(message.body),
    transactionId,
    properties: propertiesText(message, release),
  });
}

/** MessageExt.toString of a record that was read from a file, its body left aside. */
export function storedMessageText(message: Message): string {
  const { sysFlag } = message;
  const nothing = { brokerName: "null", body: "null", transactionId: "null" };
  return extText(message, { ...nothing, sysFlag, properties: propertiesText(message) });
}

function extText(
  message: Message,
  also: {
    brokerName: string;
    sysFlag: number;
    body: string;
    transactionId: string;
    properties: string;
  },
): string {
  const fields: [string, string | number][] = [
    ["brokerName", also.brokerName],
    ["queueId", message.queueId],
    ["storeSize", message.storeSize],
    ["queueOffset", message.queueOffset],
    ["sysFlag", also.sysFlag],
    ["bornTimestamp", message.bornTimestamp],
    ["bornHost", `/${hostText(message.bornHost)}`],
    ["storeTimestamp", message.storeTimestamp],
    ["storeHost", `/${hostText(message.storeHost)}`],
    ["msgId", message.offsetMessageId],
    ["commitLogOffset", message.physicalOffset],
    ["bodyCRC", message.bodyCrc],
    ["reconsumeTimes", message.reconsumeTimes],
    ["preparedTransactionOffset", message.preparedTransactionOffset],
  ];
  const inner = [
    `topic='${message.topic}'`,
    `flag=${message.flag}`,
    `properties=${also.properties}`,
    `body=${also.body}`,
    `transactionId='${also.transactionId}'`,
  ].join(", ");
  const outer = fields.map(([name, value]) => `${name}=${value}`).join(", ");
  return `MessageExt [${outer}, toString()=Message{${inner}}]`;
}

/** The line of printMsg and consumeMessage. */
export function messageLine(message: ReceivedMessage, body: string, release?: Release): string {
  return `MSGID: ${message.messageId} ${messageText(message, release)} BODY: ${body}\n`;
}

/** Labels and values that the queryMsgBy… commands print of one message. */
export function messageDetails(
  message: Message,
  options: {
    withOffsetId: boolean;
    bodyPath: string;
    body?: string | undefined;
    release?: Release | undefined;
  },
): string {
  const lines: [string, string | number][] = [
    ...(options.withOffsetId ? [["OffsetID:", message.offsetMessageId] as [string, string]] : []),
    ["Topic:", message.topic],
    ["Tags:", `[${message.tags ?? "null"}]`],
    ["Keys:", `[${message.keys ?? "null"}]`],
    ["Queue ID:", message.queueId],
    ["Queue Offset:", message.queueOffset],
    ["CommitLog Offset:", message.physicalOffset],
    ["Reconsume Times:", message.reconsumeTimes],
    ["Born Timestamp:", millisText(message.bornTimestamp)],
    ["Store Timestamp:", millisText(message.storeTimestamp)],
    ["Born Host:", hostText(message.bornHost)],
    ["Store Host:", hostText(message.storeHost)],
    ["System Flag:", readSysFlag(message, options.release)],
    ["Properties:", propertiesText(message, options.release)],
    ["Message Body Path:", options.bodyPath],
    ...(options.body === undefined ? [] : [["Message Body:", options.body] as [string, string]]),
  ];
  return lines.map(([label, value]) => `${label.padEnd(20)} ${value}\n`).join("");
}

/** What JSON, YAML and CSV say of a message. */
export function messageRecord(message: Message): MessageRecord {
  return {
    messageId: message.messageId,
    offsetMessageId: message.offsetMessageId,
    topic: message.topic,
    tags: message.tags ?? null,
    keys: message.keyList,
    queueId: message.queueId,
    queueOffset: message.queueOffset,
    commitLogOffset: message.physicalOffset,
    reconsumeTimes: message.reconsumeTimes,
    bornTime: isoTime(message.bornTimestamp) ?? null,
    bornTimeMs: message.bornTimestamp,
    storeTime: isoTime(message.storeTimestamp) ?? null,
    storeTimeMs: message.storeTimestamp,
    bornHost: hostText(message.bornHost),
    storeHost: hostText(message.storeHost),
    sysFlag: readSysFlag(message),
    storeSize: message.storeSize,
    bodyCrc: message.bodyCrc,
    properties: Object.fromEntries(message.properties),
    ...bodyRecord(message.body),
  };
}

/** The shape of `messageRecord`. */
export const messageShape = {
  messageId: "string",
  offsetMessageId: "string",
  topic: "string",
  tags: "string?",
  keys: ["string"],
  queueId: "integer",
  queueOffset: "integer",
  commitLogOffset: "integer",
  reconsumeTimes: "integer",
  bornTime: "time",
  storeTime: "time",
  bornHost: "string",
  storeHost: "string",
  sysFlag: "integer",
  storeSize: "integer",
  bodyCrc: "integer",
  properties: mapOf("string"),
  "body?": "string",
  "bodyBase64?": "string",
} as const satisfies Shape;

export interface MessageRecord {
  messageId: string;
  offsetMessageId: string;
  topic: string;
  tags: string | null;
  keys: string[];
  queueId: number;
  queueOffset: number;
  commitLogOffset: number;
  reconsumeTimes: number;
  /** ISO 8601. */
  bornTime: string | null;
  bornTimeMs: number;
  storeTime: string | null;
  storeTimeMs: number;
  bornHost: string;
  storeHost: string;
  sysFlag: number;
  storeSize: number;
  bodyCrc: number;
  properties: Record<string, string>;
  /** The body when it is UTF-8 text. */
  body?: string;
  /** The body in base64 when it is not. */
  bodyBase64?: string;
}

function bodyRecord(body: Buffer): Pick<MessageRecord, "body" | "bodyBase64"> {
  try {
    return { body: new TextDecoder("utf-8", { fatal: true }).decode(body) };
  } catch {
    return { bodyBase64: body.toString("base64") };
  }
}
