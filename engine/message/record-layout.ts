/**
 * Where the fields of a commit log record are; the same bytes go over the wire. Upstream: MessageDecoder, CommitLog. [S-LOG-1]
 *
 *      0  TOTALSIZE int32          36  SYSFLAG int32
 *      4  MAGICCODE int32          40  BORNTIMESTAMP int64
 *      8  BODYCRC int32            48  BORNHOST         4|16 bytes + port int32 (B = 8|20)
 *     12  QUEUEID int32          48+B  STORETIMESTAMP int64
 *     16  FLAG int32             56+B  STOREHOST        4|16 bytes + port int32 (S = 8|20)
 *     20  QUEUEOFFSET int64    56+B+S  RECONSUMETIMES int32
 *     28  PHYSICALOFFSET int64 60+B+S  PREPAREDTRANSACTIONOFFSET int64
 *                              68+B+S  BODYLENGTH int32, body, TOPICLENGTH int8|int16, topic, PROPERTIESLENGTH int16, properties
 */
import { SysFlag } from "./sys-flag.js";

/** Magic codes, as signed int32. V2 has two bytes of topic length; BLANK fills the end of a file. [S-LOG-2] */
export const Magic = { V1: -626843481, V2: -626843477, BLANK: -875286124 } as const;

export const RecordField = {
  TOTAL_SIZE: 0,
  MAGIC: 4,
  BODY_CRC: 8,
  QUEUE_ID: 12,
  FLAG: 16,
  QUEUE_OFFSET: 20,
  PHYSICAL_OFFSET: 28,
  SYS_FLAG: 36,
  BORN_TIMESTAMP: 40,
  BORN_HOST: 48,
} as const;

/** Bytes of a V1 record with IPv4 hosts, without body, topic and properties. */
export const MIN_RECORD_SIZE = 91;
export const MAX_PROPERTIES_LENGTH = 32767;
/** Topics longer than this (in bytes) need the V2 magic. */
export const MAX_V1_TOPIC_LENGTH = 127;

/** Address bytes of the born host (without its port). */
export function bornAddressLength(sysFlag: number): number {
  return (sysFlag & SysFlag.BORNHOST_V6) === 0 ? 4 : 16;
}

/** Address bytes of the store host (without its port). */
export function storeAddressLength(sysFlag: number): number {
  return (sysFlag & SysFlag.STOREHOST_V6) === 0 ? 4 : 16;
}

/** Where STORETIMESTAMP is, from the start of the record. */
export function storeTimestampAt(sysFlag: number): number {
  return RecordField.BORN_HOST + bornAddressLength(sysFlag) + 4;
}

/** Where BODYLENGTH is, from the start of the record. */
export function bodyLengthAt(sysFlag: number): number {
  return storeTimestampAt(sysFlag) + 8 + storeAddressLength(sysFlag) + 4 + 4 + 8;
}
