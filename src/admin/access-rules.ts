import type { AclInfo, PolicyEntryInfo } from "../../engine/protocol/bodies/auth-info.js";
import { ACTIONS } from "../../engine/acl/auth-policy.js";
import { parseResource, resourceText } from "../../engine/acl/auth-resource.js";
import { authCreateAcl } from "../../engine/protocol/requests/auth-create-acl.js";
import { authDeleteAcl } from "../../engine/protocol/requests/auth-delete-acl.js";
import { authGetAcl } from "../../engine/protocol/requests/auth-get-acl.js";
import { authListAcl } from "../../engine/protocol/requests/auth-list-acl.js";
import { authUpdateAcl } from "../../engine/protocol/requests/auth-update-acl.js";
import type { Admin } from "./admin.js";
import { change, type State } from "./change.js";
import { isEmpty } from "./users.js";

export type { AclInfo };

/** What a rule says, as it is typed: the same of each of the resources. */
export interface GivenRule {
  readonly subject: string;
  readonly resources: readonly string[];
  readonly actions: readonly string[];
  readonly sourceIps: readonly string[] | undefined;
  readonly decision: string;
}

/** One row of getAcl and listAcl; a subject without rules has one that is otherwise empty. */
export interface RuleRow {
  readonly brokerAddr: string;
  readonly subject: string | undefined;
  readonly policyType: string | undefined;
  readonly resource: string | undefined;
  readonly actions: readonly string[] | undefined;
  readonly sourceIps: readonly string[] | undefined;
  readonly decision: string | undefined;
}

/** The rules of a subject on one broker; undefined when there are none. A refusal when there is no such subject. */
export async function aclOn(
  admin: Admin,
  address: string,
  subject: string | undefined,
): Promise<AclInfo | undefined> {
  const answer = await admin.broker(address, authGetAcl, { subject });
  return isEmpty(answer.body) ? undefined : answer.content();
}

/** The rules of a broker whose subjects and resources contain what is asked for. */
export async function aclsOn(
  admin: Admin,
  address: string,
  filter: { subjectFilter?: string | undefined; resourceFilter?: string | undefined },
): Promise<AclInfo[]> {
  const { subjectFilter, resourceFilter } = filter;
  const answer = await admin.broker(address, authListAcl, { subjectFilter, resourceFilter });
  return isEmpty(answer.body) ? [] : answer.content();
}

/** Adds a rule to those of a subject. Upstream: AclInfo.of. */
export async function createRuleOn(admin: Admin, address: string, rule: GivenRule): Promise<void> {
  await putAclOn(admin, address, { acl: aclOf(rule), isThere: false });
}

/** Puts a rule in the place of those for the same resources. */
export async function updateRuleOn(admin: Admin, address: string, rule: GivenRule): Promise<void> {
  await putAclOn(admin, address, { acl: aclOf(rule), isThere: true });
}

/** Deletes the rules of a subject, or those for one resource. */
export async function deleteRulesOn(
  admin: Admin,
  address: string,
  { subject, resource }: { subject: string; resource: string | undefined },
): Promise<void> {
  const read = async (): Promise<State> => {
    const acl = await aclOn(admin, address, subject);
    // with a resource it does not matter whether others are left
    return acl === undefined && resource === undefined ? null : stateOf(acl);
  };
  await change(admin, address, authDeleteAcl, {
    header: { subject, resource },
    read,
    wanted: resource === undefined ? null : { [canonical(resource)]: undefined },
  });
}

/** Makes the rules of a subject on one broker the same on another. */
export async function copyAclTo(
  admin: Admin,
  acl: AclInfo | string,
  { from, to }: { from: string; to: string },
): Promise<string | undefined> {
  const source = typeof acl === "string" ? await aclOn(admin, from, acl) : acl;
  if (source === undefined) return undefined;
  const isThere = (await aclOn(admin, to, source.subject)) !== undefined;
  await putAclOn(admin, to, { acl: source, isThere });
  return source.subject ?? "";
}

/** The rows of what one broker holds. */
export function rowsOf(acls: readonly AclInfo[], brokerAddr: string): RuleRow[] {
  return acls.flatMap(({ subject, policies }) => {
    if (policies.length === 0) return [{ ...NOTHING, brokerAddr, subject }];
    return policies.flatMap(({ policyType, entries }) =>
      entries.map((entry): RuleRow => {
        const { resource, actions, sourceIps, decision } = entry;
        const ips = sourceIps.length === 0 ? undefined : sourceIps;
        return { brokerAddr, subject, policyType, resource, actions, sourceIps: ips, decision };
      }),
    );
  });
}

const NOTHING = {
  policyType: undefined,
  resource: undefined,
  actions: undefined,
  sourceIps: undefined,
  decision: undefined,
};

async function putAclOn(
  admin: Admin,
  address: string,
  { acl, isThere }: { acl: AclInfo; isThere: boolean },
): Promise<void> {
  const { subject } = acl;
  await change(admin, address, isThere ? authUpdateAcl : authCreateAcl, {
    header: { subject },
    options: { content: acl },
    read: async () => stateOf(await aclOn(admin, address, subject)),
    wanted: stateOf(acl),
  });
}

function aclOf({ subject, resources, actions, sourceIps, decision }: GivenRule): AclInfo {
  const entries = resources.map((resource): PolicyEntryInfo => ({
    resource,
    actions: [...actions],
    sourceIps: [...(sourceIps ?? [])],
    decision,
  }));
  return { subject, policies: [{ policyType: undefined, entries }] };
}

/** Rules by resource, in words that compare: `Allow Pub, Sub`, `Deny All from 10.0.0.1`. */
function stateOf(acl: AclInfo | undefined): Readonly<Record<string, unknown>> {
  const entries = acl?.policies.flatMap((policy) => policy.entries) ?? [];
  return Object.fromEntries(
    entries.map((entry) => [canonical(entry.resource ?? ""), entryText(entry)]),
  );
}

function entryText({ decision, actions, sourceIps }: PolicyEntryInfo): string {
  const names = actions.map((action) => spelled(action, ACTIONS)).sort();
  const from = sourceIps.length === 0 ? "" : ` from ${[...sourceIps].sort().join(", ")}`;
  return `${spelled(decision ?? "", ["Allow", "Deny"])} ${names.join(", ")}${from}`;
}

function spelled(word: string, known: readonly string[]): string {
  return known.find((one) => one.toLowerCase() === word.toLowerCase()) ?? word;
}

/** A resource as brokers spell it. */
function canonical(resource: string): string {
  const pattern = parseResource(resource);
  return pattern === undefined ? resource : resourceText(pattern);
}
