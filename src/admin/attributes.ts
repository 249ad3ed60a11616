import { RocketmqError } from "../../engine/base/errors.js";
import { textHashOrder } from "./java-order.js";

/**
 * Edits of attributes as they are typed, `+name=value,-name`: sign and name to value, "" for a removal, in the order of
 * upstream's hash map. Upstream: AttributeParser.
 */
export function parseAttributes(text: string | undefined): Map<string, string> {
  const edits = new Map<string, string>();
  for (const item of (text ?? "").split(",").filter((one) => one !== "")) {
    const [name = "", value = ""] = item.split("=");
    if (item.includes("=") && !name.includes("+"))
      throw wrong(`add/alter attribute format is wrong: ${name}`);
    if (!item.includes("=") && !name.includes("-"))
      throw wrong(`delete attribute format is wrong: ${name}`);
    if (edits.has(name)) throw wrong(`key duplication: ${name}`);
    edits.set(name, value);
  }
  return new Map(textHashOrder(edits.keys()).map((name) => [name, edits.get(name) ?? ""]));
}

function wrong(message: string): RocketmqError {
  return new RocketmqError(message, {
    kind: "usage",
    hint: "such as +message.type=FIFO,-reserve.time",
  });
}
