/** Frames, header codecs, JSON bodies and requests of the remoting protocol; no socket, no state. */
export * from "./bodies/index.js";
export * from "./define-request.js";
export * from "./fastjson.js";
export * from "./frame-limits.js";
export * from "./frame.js";
export { bigint64, boolean, headerCodec, int32, int64, string } from "./header.js";
export type { AnyFields, Field, HeaderCodec, HeaderOf } from "./header.js";
export * from "./json-body.js";
export * from "./language.js";
export * from "./release.js";
export * from "./remoting-command.js";
export * from "./request-codes.js";
export * from "./requests/index.js";
export * from "./response-codes.js";
export * from "./versions.js";
