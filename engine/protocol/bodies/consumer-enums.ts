import { oneOf, type Shape } from "../shape.js";

/** Upstream: ConsumeType. */
export const CONSUME_TYPES = ["CONSUME_ACTIVELY", "CONSUME_PASSIVELY", "CONSUME_POP"] as const;
export type ConsumeType = (typeof CONSUME_TYPES)[number];

/** Upstream: MessageModel. */
export const MESSAGE_MODELS = ["BROADCASTING", "CLUSTERING"] as const;
export type MessageModel = (typeof MESSAGE_MODELS)[number];

/** Upstream: ConsumeFromWhere. */
export const CONSUME_FROM_WHERE = [
  "CONSUME_FROM_LAST_OFFSET",
  "CONSUME_FROM_LAST_OFFSET_AND_FROM_MIN_WHEN_BOOT_FIRST",
  "CONSUME_FROM_MIN_OFFSET",
  "CONSUME_FROM_MAX_OFFSET",
  "CONSUME_FROM_FIRST_OFFSET",
  "CONSUME_FROM_TIMESTAMP",
] as const;
export type ConsumeFromWhere = (typeof CONSUME_FROM_WHERE)[number];

export const consumeTypeShape: Shape<ConsumeType> = oneOf(CONSUME_TYPES, "CONSUME_PASSIVELY");
export const messageModelShape: Shape<MessageModel> = oneOf(MESSAGE_MODELS, "CLUSTERING");
export const consumeFromWhereShape: Shape<ConsumeFromWhere> = oneOf(
  CONSUME_FROM_WHERE,
  "CONSUME_FROM_LAST_OFFSET",
);
