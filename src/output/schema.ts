import type { AnyCommand, Column, Variant } from "../cli/define-command.js";
import type { MapShape, NullableShape, ScalarShape, Shape } from "./shape.js";

/** A JSON Schema (draft 2020-12), as far as shapes need it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of what a command writes with -o json; undefined for a command that declares no shape. */
export function outputSchema(command: AnyCommand, called: string): JsonSchema | undefined {
  const own = recordSchema(command);
  if (own === undefined) return undefined;
  const others = Object.values(command.instead ?? {}).flatMap((one) => recordSchema(one) ?? []);
  const record = others.length === 0 ? own : { anyOf: [own, ...others] };
  const { title, description } = { title: called, description: command.summary };
  const body = command.single === true ? record : { type: "array", items: record };
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title, description, ...body };
}

function recordSchema(command: Variant): JsonSchema | undefined {
  if (command.shape !== undefined) return schemaOf(command.shape);
  if (command.record !== undefined || command.columns.length === 0) return undefined;
  return objectSchema(
    Object.fromEntries(
      (command.columns as readonly Column<unknown>[]).map(({ key, kind, type }) => [
        key,
        kind ?? type ?? "string",
      ]),
    ),
  );
}

function schemaOf(shape: Shape): JsonSchema {
  if (typeof shape === "string") return scalarSchema(shape);
  if (isList(shape)) return { type: "array", items: schemaOf(shape[0]) };
  if (isMap(shape)) return { type: "object", additionalProperties: schemaOf(shape.$map) };
  if (isNullable(shape)) return { anyOf: [schemaOf(shape.$nullable), { type: "null" }] };
  return objectSchema(shape);
}

function objectSchema(members: Readonly<Record<string, Shape>>): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const [written, shape] of Object.entries(members)) {
    const isOptional = written.endsWith("?");
    const key = isOptional ? written.slice(0, -1) : written;
    const isTime = shape === "time" || shape === "time?";
    properties[key] = schemaOf(shape);
    if (isTime) properties[`${key}Ms`] = { type: ["integer", "null"] };
    if (!isOptional) required.push(key, ...(isTime ? [`${key}Ms`] : []));
  }
  return { type: "object", properties, required, additionalProperties: false };
}

function scalarSchema(shape: string): JsonSchema {
  const isNullable = shape.endsWith("?");
  const name = (isNullable ? shape.slice(0, -1) : shape) as ScalarShape;
  if (name === "any") return {};
  if (name === "time") return { type: ["string", "null"], format: "date-time" };
  return { type: isNullable ? [name, "null"] : name };
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function isMap(shape: Shape): shape is MapShape {
  return typeof shape === "object" && "$map" in shape;
}

function isNullable(shape: Shape): shape is NullableShape {
  return typeof shape === "object" && "$nullable" in shape;
}
