/** Rules of a user: which are well-formed, and what they say to a request. Upstream: Policy, PolicyEntry, AclAuthorizationHandler. */
import type { AclInfo, PolicyEntryInfo, PolicyInfo } from "../protocol/bodies/auth-info.js";
import { AuthRefusal } from "./auth-refusal.js";
import {
  bySpecificity,
  covers,
  parseResource,
  type Resource,
  resourceText,
} from "./auth-resource.js";
import { isAddressOrRange, isInRange } from "./source-ip.js";

export const ACTIONS = [
  "All",
  "Any",
  "Pub",
  "Sub",
  "Create",
  "Update",
  "Delete",
  "Get",
  "List",
] as const;
export type Action = (typeof ACTIONS)[number];

/** What a request wants of a resource; any one of the actions is enough. */
export interface Wanted {
  resource: Resource;
  actions: readonly Action[];
}

/** Checks what a tool sent and spells it as upstream does; throws AuthRefusal. */
export function checkedPolicies(policies: readonly PolicyInfo[]): PolicyInfo[] {
  if (policies.length === 0) throw new AuthRefusal("The policies is empty.");
  return policies.map(({ policyType, entries }) => {
    if (entries.length === 0) throw new AuthRefusal("The policy entries is empty.");
    return {
      policyType: policyType?.toLowerCase() === "default" ? "Default" : "Custom",
      entries: entries.map(checkedEntry),
    };
  });
}

function checkedEntry({
  resource,
  actions,
  sourceIps,
  decision,
}: PolicyEntryInfo): PolicyEntryInfo {
  const pattern = parseResource(resource ?? "");
  if (pattern === undefined) throw new AuthRefusal("The resource is null.");
  const known = actions.map((given) =>
    ACTIONS.find((action) => action.toLowerCase() === given.trim().toLowerCase()),
  );
  if (known.length === 0 || known.includes(undefined)) {
    throw new AuthRefusal("The actions is empty.");
  }
  if (known.includes("Any")) throw new AuthRefusal("The actions can not be Any.");
  for (const ip of sourceIps) {
    if (ip.trim() === "") throw new AuthRefusal("The source ip is empty.");
    if (!isAddressOrRange(ip)) throw new AuthRefusal("The source ip is invalid.");
  }
  const word = decision?.toLowerCase();
  if (word !== "allow" && word !== "deny") {
    throw new AuthRefusal("The decision is null or illegal.");
  }
  return {
    resource: resourceText(pattern),
    actions: known.filter((action) => action !== undefined),
    sourceIps: sourceIps.map((ip) => ip.trim()),
    decision: word === "allow" ? "Allow" : "Deny",
  };
}

/** Rules with others put over them: an entry takes the place of the one for the same resource. */
export function mergedPolicies(
  before: readonly PolicyInfo[],
  given: readonly PolicyInfo[],
): PolicyInfo[] {
  const types = new Set([...before, ...given].map(({ policyType }) => policyType));
  return [...types].map((policyType) => {
    const entries = new Map<string | undefined, PolicyEntryInfo>();
    for (const policy of [...before, ...given]) {
      if (policy.policyType !== policyType) continue;
      for (const entry of policy.entries) entries.set(entry.resource, entry);
    }
    return { policyType, entries: [...entries.values()] };
  });
}

/** Rules without those of one type for one resource. */
export function policiesWithout(
  policies: readonly PolicyInfo[],
  { policyType, resource }: { policyType: string; resource: string },
): PolicyInfo[] {
  return policies
    .map((policy) =>
      policy.policyType === policyType
        ? { ...policy, entries: policy.entries.filter((entry) => entry.resource !== resource) }
        : policy,
    )
    .filter(({ entries }) => entries.length > 0);
}

/** Why it is refused, in upstream's words; undefined when it is allowed. The rules of a user come before the default ones. */
export function refusedBy(
  acl: AclInfo | undefined,
  wanted: Wanted,
  address: string,
): string | undefined {
  const matching = (policyType: string): PolicyEntryInfo[] =>
    (acl?.policies ?? [])
      .filter((policy) => policy.policyType === policyType)
      .flatMap(({ entries }) => entries)
      .filter((entry) => isMatch(entry, wanted, address));
  const custom = matching("Custom");
  const entries = custom.length > 0 ? custom : matching("Default");
  const [first] = entries.sort(byPrecedence);
  if (first === undefined) return "no matched policies.";
  return first.decision === "Deny" ? "the decision is deny." : undefined;
}

function isMatch(
  { resource, actions, sourceIps }: PolicyEntryInfo,
  wanted: Wanted,
  address: string,
): boolean {
  const pattern = parseResource(resource ?? "");
  return (
    pattern !== undefined &&
    covers(pattern, wanted.resource) &&
    (actions.includes("All") || wanted.actions.some((action) => actions.includes(action))) &&
    (sourceIps.length === 0 || sourceIps.some((range) => isInRange(address, range)))
  );
}

/** Of equally specific entries one that allows comes first, as upstream sorts whatever its comment says. */
function byPrecedence(a: PolicyEntryInfo, b: PolicyEntryInfo): number {
  const [first, second] = [parseResource(a.resource ?? ""), parseResource(b.resource ?? "")];
  if (first === undefined || second === undefined) return 0;
  return (
    bySpecificity(first, second) || Number(a.decision === "Deny") - Number(b.decision === "Deny")
  );
}
