/** Frames, header codecs, JSON bodies and requests of the remoting protocol; no socket, no state. */
export * from "./define-request.js";
export * from "./frame.js";
export * from "./frame-limits.js";
export { boolean, bigint64, headerCodec, int32, int64, string } from "./header.js";
export type { AnyFields, Field, HeaderCodec, HeaderOf } from "./header.js";
export * from "./language.js";
export * from "./remoting-command.js";
export * from "./response-codes.js";
export * from "./versions.js";
