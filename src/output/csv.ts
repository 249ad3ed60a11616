import { stringify } from "csv-stringify/sync";
import { jsonText } from "./json.js";

/** RFC 4180 with a header line; unknown is empty, what is not a plain value is JSON. */
export async function* csvLines(
  records: AsyncIterable<unknown> | Iterable<unknown>,
  keys?: readonly string[],
): AsyncGenerator<string> {
  let header = keys;
  if (header !== undefined) yield stringify([[...header]]);
  for await (const record of records) {
    const fields = isRecord(record) ? record : { value: record };
    if (header === undefined) {
      header = Object.keys(fields);
      yield stringify([header]);
    }
    yield stringify([header.map((key) => field(fields[key]))]);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function field(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : jsonText(value);
}
