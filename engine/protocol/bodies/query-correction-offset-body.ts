import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, bigLong, intTable } from "../shape.js";

/** Upstream: QueryCorrectionOffsetBody. */
export interface QueryCorrectionOffsetBody {
  /** Queue id → offset; Long.MAX_VALUE where nothing is to be corrected. */
  correctionOffsets: Map<number, bigint>;
}

export const queryCorrectionOffsetBody: JsonBody<QueryCorrectionOffsetBody> = jsonBody(
  "QueryCorrectionOffsetBody",
  bean<QueryCorrectionOffsetBody>({ correctionOffsets: intTable(bigLong) }),
);
