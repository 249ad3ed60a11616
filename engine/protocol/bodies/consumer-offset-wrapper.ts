import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, intTable, long, optional, table } from "../shape.js";
import { dataVersion, type DataVersion } from "./data-version.js";

/** Committed offsets of all groups. Upstream: ConsumerOffsetSerializeWrapper. */
export interface ConsumerOffsetWrapper {
  /** Since 5.0. */
  dataVersion?: DataVersion | undefined;
  /** "topic@group" → queue id → next offset. */
  offsetTable: Map<string, Map<number, number>>;
}

export const consumerOffsetWrapper: JsonBody<ConsumerOffsetWrapper> = jsonBody(
  "ConsumerOffsetWrapper",
  bean<ConsumerOffsetWrapper>({
    dataVersion: optional(dataVersion.shape),
    offsetTable: table(intTable(long)),
  }),
);
