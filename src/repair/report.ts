import type { Operation } from "./operation.js";
import type { Repair } from "./repair-store.js";

/** One change, as it is shown. */
export interface RepairRow {
  action: Operation["op"] | "keep";
  file: string;
  offset: number | null;
  bytes: number | null;
  says: string;
}

/** What was or would be done, in order; copies for the quarantine first. */
export function repairRows({ plan }: Repair): RepairRow[] {
  const kept = plan.kept.map(({ file, at, length, why }): RepairRow => ({
    ...{ action: "keep", file, offset: at, bytes: length },
    says: `keep a copy in the quarantine: ${why}`,
  }));
  return [...kept, ...plan.operations.map(rowOf)];
}

function rowOf(operation: Operation): RepairRow {
  const { op: action, file, says } = operation;
  switch (operation.op) {
    case "write":
      return { action, file, offset: operation.at, bytes: operation.bytes.length, says };
    case "clear":
      return { action, file, offset: operation.at, bytes: operation.length, says };
    case "create":
    case "resize":
      return { action, file, offset: null, bytes: operation.size, says };
    default:
      return { action, file, offset: null, bytes: null, says };
  }
}
