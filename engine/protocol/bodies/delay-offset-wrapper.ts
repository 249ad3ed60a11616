import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, intTable, long, optional } from "../shape.js";
import { dataVersion, type DataVersion } from "./data-version.js";

/** How far each delay level is delivered. Upstream: DelayOffsetSerializeWrapper. */
export interface DelayOffsetWrapper {
  /** Since 5.0. */
  dataVersion?: DataVersion | undefined;
  /** Level (from 1) → next queue offset. */
  offsetTable: Map<number, number>;
}

export const delayOffsetWrapper: JsonBody<DelayOffsetWrapper> = jsonBody(
  "DelayOffsetWrapper",
  bean<DelayOffsetWrapper>({
    dataVersion: optional(dataVersion.shape),
    offsetTable: intTable(long),
  }),
);
