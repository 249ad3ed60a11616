/**
 * Cuts frames out of what a socket delivers. Upstream: NettyDecoder (LengthFieldBasedFrameDecoder); limits are [R-FRAME-2].
 * A byte is copied only when its frame spans two chunks, and then once or (long frames, doubling) twice on average.
 */
import { CorruptError } from "../base/errors.js";
import {
  FRAME_MAX_LENGTH,
  FRAME_PREFIX_LENGTH,
  HEADER_MAX_LENGTH,
} from "../protocol/frame-limits.js";
import { SERIALIZE_ROCKETMQ } from "../protocol/remoting-command.js";

/** What a length word does not count: itself. */
const LENGTH_BYTES = 4;

/** Room that a frame's first bytes are given: a peer that only claims a long frame costs no more than this. */
const FIRST_ROOM = 64 * 1024;

export class FrameReader {
  private readonly onFrame: (frame: Buffer) => void;
  /** The beginning of a frame that is not complete; grows as its bytes come. */
  private partial: Buffer | undefined;
  private partialLength = 0;

  /** `onFrame` is given each frame without its length word; it may keep the buffer. */
  constructor(onFrame: (frame: Buffer) => void) {
    this.onFrame = onFrame;
  }

  /** Takes the next bytes of the stream. Throws CorruptError at bytes that no frame begins with; then the stream is lost. */
  push(chunk: Buffer): void {
    let at = this.partial === undefined ? 0 : this.fill(chunk);
    while (chunk.length - at >= FRAME_PREFIX_LENGTH) {
      const end = at + frameLength(chunk, at);
      if (end > chunk.length) break;
      this.onFrame(chunk.subarray(at + LENGTH_BYTES, end));
      at = end;
    }
    if (at < chunk.length) this.keep(chunk, at);
  }

  private keep(chunk: Buffer, from: number): void {
    const length = chunk.length - from;
    if (length >= LENGTH_BYTES) checkLength(chunk.readUInt32BE(from));
    const total = length >= FRAME_PREFIX_LENGTH ? frameLength(chunk, from) : FRAME_PREFIX_LENGTH;
    this.partial = Buffer.allocUnsafeSlow(Math.max(length, Math.min(total, FIRST_ROOM)));
    this.partialLength = chunk.copy(this.partial, 0, from);
  }

  /** Completes the frame that was begun; returns how many bytes of `chunk` went into it. */
  private fill(chunk: Buffer): number {
    let at = 0;
    if (this.partialLength < FRAME_PREFIX_LENGTH) {
      at = this.take(chunk, 0, FRAME_PREFIX_LENGTH);
      const { partial, partialLength } = this;
      if (partial !== undefined && partialLength >= LENGTH_BYTES)
        checkLength(partial.readUInt32BE(0));
      if (partialLength < FRAME_PREFIX_LENGTH) return at;
    }
    const total = frameLength(this.partial as Buffer, 0);
    at = this.take(chunk, at, total);
    if (this.partialLength < total) return at;
    const frame = (this.partial as Buffer).subarray(LENGTH_BYTES, total);
    this.partial = undefined;
    this.partialLength = 0;
    this.onFrame(frame);
    return at;
  }

  /** Appends bytes of `chunk` from `at` until the partial frame has `target` bytes. */
  private take(chunk: Buffer, at: number, target: number): number {
    const count = Math.min(target - this.partialLength, chunk.length - at);
    const needed = this.partialLength + count;
    let into = this.partial as Buffer;
    if (into.length < needed) {
      const grown = Buffer.allocUnsafeSlow(Math.min(target, Math.max(needed, into.length * 2)));
      into.copy(grown, 0, 0, this.partialLength);
      this.partial = into = grown;
    }
    chunk.copy(into, this.partialLength, at, at + count);
    this.partialLength = needed;
    return at + count;
  }
}

function checkLength(length: number): void {
  if (length < LENGTH_BYTES || length + LENGTH_BYTES > FRAME_MAX_LENGTH) {
    throw new CorruptError(`a frame claims to be ${length} bytes long`);
  }
}

/** Length of the frame at `at`, its length word included; the 8 bytes of its prefix must be there. */
function frameLength(bytes: Buffer, at: number): number {
  const length = bytes.readUInt32BE(at);
  checkLength(length);
  const word = bytes.readUInt32BE(at + LENGTH_BYTES);
  const type = word >>> 24;
  if (type > SERIALIZE_ROCKETMQ)
    throw new CorruptError(`a frame has the unknown serialize type ${type}`);
  if ((word & HEADER_MAX_LENGTH) > length - LENGTH_BYTES) {
    throw new CorruptError("the header of a frame is longer than the frame");
  }
  return length + LENGTH_BYTES;
}
