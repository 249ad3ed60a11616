import type { HeaderCodec } from "../../../engine/protocol/header.js";
import { requestCodes } from "../../../engine/protocol/request-codes.js";
import { requestDefinitions } from "../../../engine/protocol/requests/index.js";

const LETTERS: Readonly<Record<string, string>> = {
  string: "S",
  int32: "I",
  int64: "L",
  bigint64: "L",
  boolean: "B",
};

/** The table of requests in docs/protocol.md, as the definitions have it. */
export function requestTable(): string {
  const definitions = new Map(
    requestDefinitions.map((definition) => [definition.code, definition]),
  );
  const rows = requestCodes.map(({ code, name, life }) => {
    const definition = definitions.get(code);
    if (definition === undefined) return `| ${code} | ${name} | ${life} | | | | |`;
    const state = life === "live" ? "defined" : `defined, ${life}`;
    const servers = [definition.servedBy].flat().join(", ");
    const request = cell(definition.request, definition.requestBody?.name);
    const response = cell(definition.response, definition.responseBody?.name);
    return `| ${code} | ${name} | ${state} | ${servers} | ${definition.since ?? ""} | ${request} | ${response} |`;
  });
  return [
    "| Code | Name | State | Served by | Since | Request | Answer |",
    "|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function cell(header: HeaderCodec<unknown>, body: string | undefined): string {
  const fields = Object.entries(header.fields).map(
    ([key, { wire, kind, required }]) =>
      `${wire ?? key} ${LETTERS[kind] ?? kind}${required ? "!" : ""}`,
  );
  return [fields.join(", "), body === undefined ? "" : `body ${body}`].filter(Boolean).join("; ");
}
