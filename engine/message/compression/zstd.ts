/**
 * ZSTD frames, by the package @bokuweb/zstd-wasm, which is loaded when the first such body is met. Upstream:
 * ZstdCompressor.
 */
import { CorruptError, RocketmqError } from "../../base/errors.js";
import type { ZstdCodec } from "./zstd-codec.js";

const MAGIC = 0xfd2fb528;
const LEVEL = 3;
/** Java's frames do not say how long their content is: more and more room is tried. */
const FIRST_ROOM = 1024 * 1024;
const ROOM_FACTOR = 8;

let codec: ZstdCodec | undefined;
let loading: Promise<void> | undefined;

export function isZstdLoaded(): boolean {
  return codec !== undefined;
}

/** Loads the codec, once. */
export function loadZstd(): Promise<void> {
  return (loading ??= (async () => {
    const { createZstdCodec } = await import("./zstd-codec.js");
    codec = await createZstdCodec();
  })());
}

export async function deflateZstd(bytes: Buffer): Promise<Buffer> {
  await loadZstd();
  return view(loaded().compress(bytes, LEVEL));
}

/** The content of a frame; throws CorruptError when it is none, is damaged, or has more than `maxBytes` in it. */
export function inflateZstd(frame: Buffer, maxBytes: number): Buffer {
  const zstd = loaded();
  const size = contentSize(frame);
  if (size !== undefined && size > maxBytes) throw new CorruptError("the ZSTD frame is too large");
  for (let room = size ?? FIRST_ROOM; ; room *= ROOM_FACTOR) {
    const defaultHeapSize = Math.min(room, maxBytes);
    try {
      return view(zstd.decompress(frame, { defaultHeapSize }));
    } catch (cause) {
      if (size === undefined && defaultHeapSize < maxBytes && isTooSmall(cause)) continue;
      throw new CorruptError("a ZSTD frame does not inflate", { cause });
    }
  }
}

/**
 * The size a frame says it has; undefined when it says none. The codec asks its memory for as much as is said, so that
 * is looked at before. [RFC 8878, 3.1.1.1]
 */
function contentSize(frame: Buffer): number | undefined {
  if (frame.length < 6 || frame.readUInt32LE(0) !== MAGIC) {
    throw new CorruptError("the ZSTD frame does not begin as one");
  }
  const descriptor = frame.readUInt8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const bytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const at = 5 + (isSingleSegment ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  if (frame.length < at + bytes) throw new CorruptError("the ZSTD frame is cut short");
  switch (bytes) {
    case 0:
      return undefined;
    case 2:
      return frame.readUInt16LE(at) + 256;
    case 8:
      return Number(frame.readBigUInt64LE(at));
    default:
      return frame.readUIntLE(at, bytes);
  }
}

/** ZSTD_error_dstSize_tooSmall. */
function isTooSmall(cause: unknown): boolean {
  return cause instanceof Error && cause.message.endsWith("-70");
}

function loaded(): ZstdCodec {
  if (codec !== undefined) return codec;
  throw new RocketmqError("a body is compressed with zstd, and its codec is not loaded", {
    kind: "internal",
  });
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
