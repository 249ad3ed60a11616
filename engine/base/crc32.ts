import { crc32 as zlibCrc32 } from "node:zlib";

/** CRC-32 (IEEE) without its top bit, as upstream's UtilAll.crc32: the BODYCRC of a record. Empty data gives 0. */
export function crc32(data: Uint8Array): number {
  return data.length === 0 ? 0 : zlibCrc32(data) & 0x7fffffff;
}
