import { parse, stringify } from "yaml";

const LAYOUT = { lineWidth: 0, aliasDuplicateObjects: false } as const;

export function yamlText(record: unknown): string {
  return stringify(record, LAYOUT);
}

/** A sequence, item by item as they come. */
export async function* yamlList(
  records: AsyncIterable<unknown> | Iterable<unknown>,
): AsyncGenerator<string> {
  let count = 0;
  for await (const record of records) {
    count++;
    yield stringify([record], LAYOUT);
  }
  if (count === 0) yield "[]\n";
}

/** What a YAML text says. */
export function yamlValue(text: string): unknown {
  return parse(text);
}
