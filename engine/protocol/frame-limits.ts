/** Bounds of a frame. Upstream: NettyDecoder, NettySystemConfig ([R-FRAME-2]). */

/** Longest frame in bytes, its own 4 length bytes included. */
export const FRAME_MAX_LENGTH = 16_777_216;

/** Length word and header word that stand before the header. */
export const FRAME_PREFIX_LENGTH = 8;

/** The header length has 24 bits. */
export const HEADER_MAX_LENGTH = 0xff_ffff;
