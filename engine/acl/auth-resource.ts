/** What rules are about: a topic, a group, a cluster, or many of them. Upstream: Resource, ResourceType, ResourcePattern. */

export const RESOURCE_TYPES = ["Any", "Cluster", "Namespace", "Topic", "Group"] as const;
export type ResourceType = (typeof RESOURCE_TYPES)[number];

/** One thing that a request touches. */
export interface Resource {
  type: ResourceType;
  name: string;
}

/** What an entry of a rule covers; `name` is empty for all of a type, a beginning for a prefix. */
export interface ResourcePattern extends Resource {
  pattern: "any" | "literal" | "prefix";
}

/** Reads "*", "Topic:*", "Topic:name" or "Topic:prefix*"; undefined when the type is unknown. */
export function parseResource(text: string): ResourcePattern | undefined {
  if (text === "*") return { type: "Any", name: "", pattern: "any" };
  const colon = text.indexOf(":");
  const typeText = (colon === -1 ? text : text.slice(0, colon)).toLowerCase();
  const type = RESOURCE_TYPES.find((one) => one.toLowerCase() === typeText);
  if (type === undefined) return undefined;
  const name = colon === -1 ? "" : text.slice(colon + 1);
  if (name === "*") return { type, name: "", pattern: "any" };
  if (!name.endsWith("*")) return { type, name, pattern: "literal" };
  return { type, name: name.slice(0, name.indexOf("*")), pattern: "prefix" };
}

export function resourceText({ type, name, pattern }: ResourcePattern): string {
  if (type === "Any") return "*";
  return pattern === "literal" ? `${type}:${name}` : `${type}:${name}*`;
}

export function covers(entry: ResourcePattern, { type, name }: Resource): boolean {
  if (entry.type === "Any") return true;
  if (entry.type !== type) return false;
  if (entry.pattern === "any") return true;
  return entry.pattern === "literal" ? entry.name === name : name.startsWith(entry.name);
}

/** Negative when the first is the more specific one. */
export function bySpecificity(a: ResourcePattern, b: ResourcePattern): number {
  return (
    rank(b) - rank(a) ||
    b.name.length * Number(b.pattern === "prefix") - a.name.length * Number(a.pattern === "prefix")
  );
}

function rank({ type, pattern }: ResourcePattern): number {
  if (type === "Any") return 0;
  return pattern === "literal" ? 3 : pattern === "prefix" ? 2 : 1;
}
