import { jsonBody, type JsonBody } from "../json-body.js";
import { bean, flag, long, oneOf, optional, text } from "../shape.js";

/** Upstream: CMResult. */
export const CONSUME_RESULTS = [
  "CR_SUCCESS",
  "CR_LATER",
  "CR_ROLLBACK",
  "CR_COMMIT",
  "CR_THROW_EXCEPTION",
  "CR_RETURN_NULL",
] as const;
export type ConsumeResult = (typeof CONSUME_RESULTS)[number];

/** Upstream: ConsumeMessageDirectlyResult. */
export interface ConsumeMessageDirectlyResult {
  autoCommit: boolean;
  /** Go sends the ordinal ([R-GO-2]). */
  consumeResult: ConsumeResult;
  order: boolean;
  remark?: string | undefined;
  /** Milliseconds. */
  spentTimeMills: number;
}

export const consumeMessageDirectlyResult: JsonBody<ConsumeMessageDirectlyResult> = jsonBody(
  "ConsumeMessageDirectlyResult",
  bean<ConsumeMessageDirectlyResult>({
    autoCommit: flag.or(true),
    consumeResult: oneOf(CONSUME_RESULTS, "CR_SUCCESS"),
    order: flag,
    remark: optional(text),
    spentTimeMills: long,
  }),
);
