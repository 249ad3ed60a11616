import { readFileSync } from "node:fs";
import type { Fault, FaultyCall } from "../support/faulty-files.js";

export interface FaultPlace {
  name: string;
  call: FaultyCall;
  file: string;
  errors: string[];
  torn?: number;
}

export interface FaultRule extends FaultPlace {
  flush?: "SYNC_FLUSH" | "ASYNC_FLUSH";
  do: "put" | "new queue" | "roll" | "many" | "time" | "late" | "read";
  status?: string;
  code?: number;
  remark?: string;
  next?: string;
  later?: string;
  then: string;
  keeps?: boolean;
}

export interface StartRule extends FaultPlace {
  fresh?: boolean;
  crash?: boolean;
  kind: string;
  message: string;
}

export interface BrokerRule extends FaultPlace {
  do: "topic" | "group" | "forbid" | "send" | "pull" | "commit";
  code: number;
  remark?: string;
  then: number;
}

/** The list that stands beside the tests. */
export const faultList = JSON.parse(
  readFileSync(new URL("../../../test/specs/faults.json", import.meta.url), "utf8"),
) as {
  rules: FaultRule[];
  starts: { rules: StartRule[] };
  stops: { rules: FaultPlace[] };
  brokers: { rules: BrokerRule[] };
  removals: { rules: FaultPlace[] };
};

/** The fault of a rule with one of its errors; `short` and `slow` are no errors of the system. */
export function faultOf(place: FaultPlace, error: string): Fault {
  const { call, file, torn } = place;
  const fault = { call, file, ...(torn === undefined ? {} : { torn }) };
  if (error === "short") return { ...fault, short: 0 };
  if (error === "slow") return { ...fault, slow: true };
  return { ...fault, error: error as NonNullable<Fault["error"]> };
}
