/**
 * The JSON form of a frame's header. Upstream: RemotingCommand through RemotingSerializable
 * ([R-HEAD-1] … [R-HEAD-4] in docs/protocol.md).
 */
import { CorruptError } from "../base/errors.js";
import { languageName } from "./language.js";
import type { ExtFields, RemotingCommand } from "./remoting-command.js";

/** Text that stands in JSON as it is: printable ASCII but quote and backslash. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** The header as JSON text, keys in upstream's (alphabetical) order. */
export function jsonHeaderText(command: RemotingCommand): string {
  const remark = command.remark === undefined ? "" : `"remark":${quote(command.remark)},`;
  return (
    `{"code":${command.code},"extFields":${JSON.stringify(command.extFields)},"flag":${command.flag},` +
    `"language":${quote(command.language)},"opaque":${command.opaque},${remark}` +
    `"serializeTypeCurrentRPC":"JSON","version":${command.version}}`
  );
}

/** The header of `bytes`. Throws CorruptError when it is no JSON object with numbers where they belong. */
export function decodeJsonHeader(bytes: Buffer): Omit<RemotingCommand, "body"> {
  const header = parseObject(bytes);
  return {
    code: int32Of(header.code, "code"),
    language: languageOf(header.language),
    version: int32Of(header.version, "version"),
    opaque: int32Of(header.opaque, "opaque"),
    flag: int32Of(header.flag, "flag"),
    remark:
      header.remark === undefined || header.remark === null ? undefined : textOf(header.remark),
    extFields: extFieldsOf(header.extFields),
    serializeType: 0,
  };
}

function parseObject(bytes: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new CorruptError("the JSON header of a frame does not parse", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CorruptError("the JSON header of a frame is no object");
  }
  return value as Record<string, unknown>;
}

/** Absent and null numbers are 0, as fields of a Java object are. */
function int32Of(value: unknown, key: string): number {
  if (value === undefined || value === null) return 0;
  const number = typeof value === "string" && /^-?\d{1,11}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || (number | 0) !== number) {
    throw new CorruptError(`${key} in the JSON header of a frame is no int32`);
  }
  return number;
}

/** A name, also an unknown one, or an ordinal. */
function languageOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" ? languageName(value) : "";
}

/** Clients send numbers and booleans too; values that are null are absent ([R-HEAD-3]). */
function extFieldsOf(value: unknown): ExtFields {
  if (typeof value !== "object" || value === null) return {};
  if (Array.isArray(value)) throw new CorruptError("extFields of a frame is an array");
  for (const field of Object.values(value)) {
    if (typeof field !== "string") return coerced(value);
  }
  return value as ExtFields;
}

function coerced(fields: object): ExtFields {
  const entries = Object.entries(fields).filter(([, field]) => field !== null);
  return Object.fromEntries(entries.map(([key, field]) => [key, textOf(field)]));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
