import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { ExecutionContext } from "ava";
import type { AnyCommand } from "../../src/cli/define-command.js";
import { outputSchema } from "../../src/output/schema.js";

/** What a command wrote as JSON fits the schema that is shipped for it, and that is the one its definition says. */
export function fitsSchema(
  t: ExecutionContext,
  json: unknown,
  of: { program: string; name: string; command: AnyCommand },
): void {
  const file = `${of.program}/${of.name.replaceAll(" ", "-")}.json`;
  const schema = outputSchema(of.command, `${of.program} ${of.name}`);
  const shipped = new URL(`../../../docs/schemas/${file}`, import.meta.url);
  t.deepEqual(JSON.parse(readFileSync(shipped, "utf8")) as unknown, schema);
  const ajv = new Ajv2020({ allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(schema ?? {});
  t.true(
    validate(json),
    `${JSON.stringify(validate.errors, null, 1)}\n${JSON.stringify(json, null, 1)}`,
  );
}
