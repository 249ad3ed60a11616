/** JSON text; a bigint is written with all its digits, undefined and non-finite numbers are null. */
export function jsonText(value: unknown, indent = ""): string {
  return write(value, { indent, at: "" });
}

interface Layout {
  readonly indent: string;
  /** Indentation of the line the value begins on. */
  readonly at: string;
}

function write(value: unknown, layout: Layout): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object") return JSON.stringify(value);
  if (Buffer.isBuffer(value)) return JSON.stringify(value.toString("base64"));
  if (value instanceof Date) return JSON.stringify(value);
  const inner = { indent: layout.indent, at: layout.at + layout.indent };
  if (Array.isArray(value)) {
    return wrapped(
      "[]",
      value.map((item) => write(item, inner)),
      layout,
    );
  }
  const entries =
    value instanceof Map ? [...(value as Map<unknown, unknown>)] : Object.entries(value);
  const colon = layout.indent === "" ? ":" : ": ";
  const members = entries
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${JSON.stringify(String(key))}${colon}${write(member, inner)}`);
  return wrapped("{}", members, layout);
}

function wrapped(brackets: "[]" | "{}", items: readonly string[], { indent, at }: Layout): string {
  const [open, close] = brackets;
  if (items.length === 0) return brackets;
  if (indent === "") return `${open}${items.join(",")}${close}`;
  const separator = `\n${at}${indent}`;
  return `${open}${separator}${items.join(`,${separator}`)}\n${at}${close}`;
}

/** A list, item by item as they come. */
export async function* jsonList(
  records: AsyncIterable<unknown> | Iterable<unknown>,
): AsyncGenerator<string> {
  let count = 0;
  for await (const record of records) {
    const item = jsonText(record, "  ").replaceAll("\n", "\n  ");
    yield `${count++ === 0 ? "[\n" : ",\n"}  ${item}`;
  }
  yield count === 0 ? "[]\n" : "\n]\n";
}

/** One record a line. */
export async function* jsonLines(
  records: AsyncIterable<unknown> | Iterable<unknown>,
): AsyncGenerator<string> {
  for await (const record of records) yield `${jsonText(record)}\n`;
}
