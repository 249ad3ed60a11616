/**
 * The property string of a send: one pass over it finds what the broker must know, and what the broker adds is put
 * behind it. Upstream: SendMessageProcessor.sendMessage with MessageDecoder.string2messageProperties (spec: behaviour 3.3).
 */
import { joinProperties } from "../../message/properties.js";
import { PropertyName } from "../../message/property-names.js";
import type { BrokerRelease } from "../release.js";

const PAIR = "\u0002";
const NAME_VALUE = "\u0001";

export interface ReadProperties {
  /** The client's properties without those that the broker sets itself. */
  text: string;
  uniqKey: string | undefined;
  /** False for WAIT=false. */
  wait: boolean;
  /** Text of DELAY; undefined when absent. */
  delay: string | undefined;
  /** A TIMER_DELIVER_MS, TIMER_DELAY_MS or TIMER_DELAY_SEC is there. */
  isTimed: boolean;
  isTransaction: boolean;
}

/** `replaced` are names that the broker sets itself, or drops, whatever the client says. */
export function readProperties(text: string, replaced: ReadonlySet<string>): ReadProperties {
  const read: ReadProperties = {
    text,
    uniqKey: undefined,
    wait: true,
    delay: undefined,
    isTimed: false,
    isTransaction: false,
  };
  let kept: string[] | undefined;
  for (let at = 0; at < text.length;) {
    let end = text.indexOf(PAIR, at);
    if (end < 0) end = text.length;
    const equals = text.indexOf(NAME_VALUE, at);
    if (equals > at && equals < end) {
      const name = text.slice(at, equals);
      if (replaced.has(name)) kept ??= at === 0 ? [] : [text.slice(0, at)];
      else {
        note(read, name, text, equals + 1, end);
        kept?.push(text.slice(at, end) + PAIR);
      }
    }
    at = end + 1;
  }
  if (kept !== undefined) read.text = kept.join("");
  return read;
}

function note(read: ReadProperties, name: string, text: string, from: number, to: number): void {
  switch (name) {
    case PropertyName.UNIQ_KEY:
      if (to > from) read.uniqKey = text.slice(from, to);
      break;
    case PropertyName.WAIT:
      read.wait = text.slice(from, to).toLowerCase() === "true";
      break;
    case PropertyName.DELAY:
      read.delay = text.slice(from, to);
      break;
    case PropertyName.TIMER_DELIVER_MS:
    case PropertyName.TIMER_DELAY_MS:
    case PropertyName.TIMER_DELAY_SEC:
      read.isTimed = true;
      break;
    case PropertyName.TRAN_MSG:
      read.isTransaction = text.slice(from, to).toLowerCase() === "true";
      break;
    default:
  }
}

/** What the broker stores with every message besides the client's own properties. */
export function brokerProperties(
  config: { regionId: string; traceOn: boolean; brokerClusterName: string },
  { storesRegion }: Pick<BrokerRelease, "storesRegion">,
): string {
  const cluster = `${PropertyName.CLUSTER}${NAME_VALUE}${config.brokerClusterName}${PAIR}`;
  if (!storesRegion) return cluster;
  return (
    `${PropertyName.MSG_REGION}${NAME_VALUE}${config.regionId}${PAIR}` +
    `${PropertyName.TRACE_ON}${NAME_VALUE}${config.traceOn}${PAIR}${cluster}`
  );
}

/** The text to store. */
export function storedProperties(read: ReadProperties, brokers: string, uniqKey?: string): string {
  const text = joinProperties(read.text, brokers);
  return uniqKey === undefined
    ? text
    : `${text}${PropertyName.UNIQ_KEY}${NAME_VALUE}${uniqKey}${PAIR}`;
}
