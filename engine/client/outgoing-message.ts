/** What a producer is given to send. Upstream: Message, Validators.checkMessage. */
import { RocketmqError } from "../base/errors.js";
import { checkSendTopic } from "./name-rules.js";

export interface OutgoingMessage {
  topic: string;
  body: Buffer;
  tags?: string | undefined;
  /** Words to find the message by. */
  keys?: string | readonly string[] | undefined;
  /** The user's own flag, int32. */
  flag?: number | undefined;
  /** Level of broker's messageDelayLevel, from 1. */
  delayLevel?: number | undefined;
  /** False: the broker answers without waiting for disk or replicas. */
  waitStoreOk?: boolean | undefined;
  /** Further properties; system names are accepted as they are. */
  properties?: Readonly<Record<string, string>> | undefined;
}

export const DEFAULT_MAX_MESSAGE_SIZE = 4 * 1024 * 1024;

/** What separates names, values and pairs in the property string. */
const SEPARATORS = ["\u0001", "\u0002"];

/** Throws a usage error for a message that no broker would take. */
export function checkMessage(message: OutgoingMessage, maxMessageSize: number): void {
  checkSendTopic(message.topic);
  if (message.body.length === 0) throw illegal("the message body length is zero");
  if (message.body.length > maxMessageSize) {
    throw illegal(`the message body size over max value, MAX: ${maxMessageSize}`);
  }
}

/** The property string's content: everything but UNIQ_KEY, which the caller adds. */
export function propertiesOf(message: OutgoingMessage): Map<string, string> {
  const properties = new Map(Object.entries(message.properties ?? {}));
  const keys = typeof message.keys === "string" ? message.keys : message.keys?.join(" ");
  if (keys !== undefined && keys !== "") properties.set("KEYS", keys);
  if (message.tags !== undefined && message.tags !== "") properties.set("TAGS", message.tags);
  if (message.delayLevel !== undefined) properties.set("DELAY", String(message.delayLevel));
  properties.set("WAIT", String(message.waitStoreOk ?? true));
  for (const [name, value] of properties) {
    if (SEPARATORS.some((one) => name.includes(one) || value.includes(one))) {
      throw illegal(
        `the property ${JSON.stringify(name)} contains a separator character (\\u0001 or \\u0002)`,
      );
    }
  }
  return properties;
}

function illegal(message: string): RocketmqError {
  return new RocketmqError(message, { kind: "usage" });
}
