/** The engine's one door to YAML. Upstream: AclUtils.getYamlDataObject, writeDataObject. */
import { parse, stringify } from "yaml";

/** What a YAML text says; throws when it is none. */
export function readYaml(text: string): unknown {
  return parse(text);
}

export function writeYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
