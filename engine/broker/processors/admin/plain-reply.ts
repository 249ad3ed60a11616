import type { Reply } from "../../../remoting/api.js";

/** An answer of code and remark only. */
export type PlainReply = Reply<Record<never, never>, undefined>;
