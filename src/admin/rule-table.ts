import type { Column, Rows } from "../cli/define-command.js";
import { plainHeader, plainRow } from "../output/plain.js";
import type { Shape } from "../output/shape.js";
import type { GivenRule, RuleRow } from "./access-rules.js";

/** Upstream: GetAclSubCommand.FORMAT. */
export const RULE_FORMAT = "%-16s  %-10s  %-22s  %-20s  %-24s  %-10s";

export const ruleColumns: Column<RuleRow>[] = [
  { header: "#Subject", key: "subject", type: "string?" },
  { header: "#PolicyType", key: "policyType", type: "string?", text: textOf("policyType") },
  { header: "#Resource", key: "resource", type: "string?", text: textOf("resource") },
  {
    header: "#Actions",
    key: "actions",
    type: "string?",
    value: (row) => row.actions?.join(","),
    text: textOf("actions"),
  },
  {
    header: "#SourceIp",
    key: "sourceIps",
    type: "string?",
    value: (row) => row.sourceIps?.join(","),
    text: textOf("sourceIps"),
  },
  { header: "#Decision", key: "decision", type: "string?", text: textOf("decision") },
  { header: "#BrokerAddr", key: "brokerAddr", machineOnly: true },
];

/** A row in JSON and YAML; what a rule leaves open is null. */
export function ruleRecord(row: RuleRow): unknown {
  const { subject, policyType, resource, actions, sourceIps, decision, brokerAddr } = row;
  return {
    subject: subject ?? null,
    policyType: policyType ?? null,
    resource: resource ?? null,
    actions: actions ?? null,
    sourceIps: sourceIps ?? null,
    decision: decision ?? null,
    brokerAddr,
  };
}

export const ruleShape: Shape = {
  subject: "string?",
  policyType: "string?",
  resource: "string?",
  actions: { $nullable: ["string"] },
  sourceIps: { $nullable: ["string"] },
  decision: "string?",
  brokerAddr: "string",
};

/** A rule as it was given, and the brokers that took it. */
export function givenRuleRecord(row: GivenRule & { readonly brokers: readonly string[] }): unknown {
  const { subject, resources, actions, sourceIps, decision, brokers } = row;
  return { subject, resources, actions, sourceIps: sourceIps ?? null, decision, brokers };
}

export const givenRuleShape: Shape = {
  subject: "string",
  resources: ["string"],
  actions: ["string"],
  sourceIps: { $nullable: ["string"] },
  decision: "string",
  brokers: ["string"],
};

/** Upstream's text: a header for each broker that has rules. */
export async function* ruleTables(rows: Rows<RuleRow>): AsyncGenerator<string> {
  const table = { columns: ruleColumns, format: RULE_FORMAT };
  let broker: string | undefined;
  for await (const row of rows) {
    if (row.brokerAddr !== broker) yield plainHeader(table);
    broker = row.brokerAddr;
    yield `${plainRow(table, row)}\n`;
  }
}

/** Lists in Java's form; a subject without rules has empty cells. */
function textOf(key: keyof RuleRow): (row: RuleRow) => string {
  return (row) => {
    const value = row[key];
    if (typeof value === "string") return value;
    if (value !== undefined) return `[${value.join(", ")}]`;
    return row.resource === undefined && row.actions === undefined ? "" : "null";
  };
}
