/**
 * The property string of a message: `name 0x01 value 0x02` repeated. Upstream: MessageDecoder.messageProperties2String
 * and string2messageProperties. [S-PROP-1]
 */
const NAME_VALUE = "\u0001";
const PAIR = "\u0002";

export type Properties = Map<string, string>;

/** Renders properties, with the separator after the last pair too, as 4.8 and 5.3 do. */
export function encodeProperties(properties: Iterable<readonly [string, string]>): string {
  let text = "";
  for (const [name, value] of properties) text += name + NAME_VALUE + value + PAIR;
  return text;
}

/** Parses a property string; a pair without a name or a value is skipped, of two with one name the last wins. */
export function decodeProperties(text: string): Properties {
  const properties: Properties = new Map();
  for (let at = 0; at < text.length;) {
    let end = text.indexOf(PAIR, at);
    if (end < 0) end = text.length;
    const equals = text.indexOf(NAME_VALUE, at);
    if (equals > at && equals < end - 1) {
      properties.set(text.slice(at, equals), text.slice(equals + 1, end));
    }
    at = end + 1;
  }
  return properties;
}

/** One property out of a property string, without parsing the rest; the last one with this name. */
export function propertyOf(text: string, name: string): string | undefined {
  const wanted = name + NAME_VALUE;
  for (let from = text.length; from >= 0;) {
    const at = text.lastIndexOf(wanted, from);
    if (at < 0) return undefined;
    if (at === 0 || text[at - 1] === PAIR) {
      const end = text.indexOf(PAIR, at + wanted.length);
      const value = text.slice(at + wanted.length, end < 0 ? text.length : end);
      if (value !== "") return value;
    }
    from = at - 1;
  }
  return undefined;
}

/** Puts one property string behind another, with a separator between when the first lacks its last one. */
export function joinProperties(first: string, second: string): string {
  if (first === "" || second === "") return first + second;
  return first.endsWith(PAIR) ? first + second : first + PAIR + second;
}

/** The same property string without one property. */
export function removeProperty(text: string, name: string): string {
  if (!text.includes(name + NAME_VALUE)) return text;
  const kept = text
    .split(PAIR)
    .filter((pair) => pair !== "" && !pair.startsWith(name + NAME_VALUE));
  return kept.map((pair) => pair + PAIR).join("");
}

/** The same property string with one property set to a value. */
export function setProperty(text: string, name: string, value: string): string {
  return joinProperties(removeProperty(text, name), name + NAME_VALUE + value + PAIR);
}
