/** Bits of a message's system flag. Upstream: MessageSysFlag, CompressionType. [S-SYS-1] */
export const SysFlag = {
  COMPRESSED: 0x1,
  MULTI_TAGS: 0x2,
  TRANSACTION_NOT: 0x0,
  TRANSACTION_PREPARED: 0x4,
  TRANSACTION_COMMIT: 0x8,
  TRANSACTION_ROLLBACK: 0xc,
  BORNHOST_V6: 0x10,
  STOREHOST_V6: 0x20,
  NEED_UNWRAP: 0x40,
  INNER_BATCH: 0x80,
  COMPRESSION_LZ4: 0x100,
  COMPRESSION_ZSTD: 0x200,
  COMPRESSION_ZLIB: 0x300,
} as const;

const TRANSACTION_MASK = 0xc;
const COMPRESSION_MASK = 0x700;

/** One of SysFlag.TRANSACTION_*. */
export function transactionType(sysFlag: number): number {
  return sysFlag & TRANSACTION_MASK;
}

/** The same flag with another one of SysFlag.TRANSACTION_*. Upstream: resetTransactionValue. */
export function withTransactionType(sysFlag: number, type: number): number {
  return (sysFlag & ~TRANSACTION_MASK) | type;
}

/** Do records of this kind get a place in a consume queue (types NOT and COMMIT)? */
export function entersQueue(sysFlag: number): boolean {
  const type = sysFlag & TRANSACTION_MASK;
  return type === SysFlag.TRANSACTION_NOT || type === SysFlag.TRANSACTION_COMMIT;
}

/** How the body is compressed; clients before 5.0 leave the type bits at 0 and mean zlib. */
export function compressionOf(sysFlag: number): "none" | "zlib" | "lz4" | "zstd" | "unknown" {
  if ((sysFlag & SysFlag.COMPRESSED) === 0) return "none";
  switch (sysFlag & COMPRESSION_MASK) {
    case 0:
    case SysFlag.COMPRESSION_ZLIB:
      return "zlib";
    case SysFlag.COMPRESSION_LZ4:
      return "lz4";
    case SysFlag.COMPRESSION_ZSTD:
      return "zstd";
    default:
      return "unknown";
  }
}
