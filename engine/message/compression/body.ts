/** Bodies compressed and inflated by the bits of the system flag. Upstream: CompressorFactory, CompressionType. [S-SYS-1] */
import { promisify } from "node:util";
import { deflate, inflateSync } from "node:zlib";
import { CorruptError, RocketmqError } from "../../base/errors.js";
import { compressionOf, SysFlag } from "../sys-flag.js";
import { deflateLz4, inflateLz4 } from "./lz4-frame.js";
import { deflateZstd, inflateZstd, isZstdLoaded, loadZstd } from "./zstd.js";

export type CompressionType = "zlib" | "lz4" | "zstd";

/** The most a body may grow to: a few hundred bytes could otherwise ask for gigabytes. */
export const MAX_INFLATED_BYTES = 128 * 1024 * 1024;

/** The bits a producer sets; 4.x looks at COMPRESSED only, and takes all for zlib. */
const FLAGS: Record<CompressionType, number> = {
  zlib: SysFlag.COMPRESSED | SysFlag.COMPRESSION_ZLIB,
  lz4: SysFlag.COMPRESSED | SysFlag.COMPRESSION_LZ4,
  zstd: SysFlag.COMPRESSED | SysFlag.COMPRESSION_ZSTD,
};
const ZLIB_LEVEL = 5;

const deflateAsync = promisify(deflate);

/** The compressed body and the bits of the system flag that say so. */
export async function compressBody(
  body: Buffer,
  type: CompressionType,
): Promise<{ body: Buffer; sysFlag: number }> {
  const compressed =
    type === "lz4"
      ? deflateLz4(body)
      : type === "zstd"
        ? await deflateZstd(body)
        : await deflateAsync(body, { level: ZLIB_LEVEL });
  return { body: compressed, sysFlag: FLAGS[type] };
}

/** Loads what the bodies of these messages need; undefined, which is the rule, when nothing is missing. */
export function codecsFor(messages: Iterable<{ sysFlag: number }>): Promise<void> | undefined {
  if (isZstdLoaded()) return undefined;
  for (const { sysFlag } of messages) if (compressionOf(sysFlag) === "zstd") return loadZstd();
  return undefined;
}

/** The body as the producer gave it. Throws CorruptError when it does not inflate to at most `maxBytes`. */
export function inflateBody(
  body: Buffer,
  sysFlag: number,
  maxBytes: number = MAX_INFLATED_BYTES,
): Buffer {
  switch (compressionOf(sysFlag)) {
    case "none":
      return body;
    case "zlib":
      try {
        return inflateSync(body, { maxOutputLength: maxBytes });
      } catch (cause) {
        throw new CorruptError("a compressed body does not inflate", { cause });
      }
    case "lz4":
      return inflateLz4(body, maxBytes);
    case "zstd":
      return inflateZstd(body, maxBytes);
    default:
      throw new RocketmqError("a body is compressed in a way that is not known here", {
        kind: "failed",
      });
  }
}
