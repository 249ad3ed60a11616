/**
 * The short form of messages inside a client batch. Upstream: MessageDecoder.encodeMessage, decodeMessage. [S-BATCH-1]
 *
 *     0 TOTALSIZE int32   4 MAGIC int32 (0)   8 BODYCRC int32 (0)   12 FLAG int32
 *    16 BODYLENGTH int32, body, PROPERTIESLENGTH int16, properties
 */
import { present } from "../base/assert.js";
import { CorruptError } from "../base/errors.js";

/** One message of a batch; topic and hosts are those of the batch. */
export interface BatchItem {
  flag: number;
  body: Buffer;
  /** The encoded property string. */
  properties: string;
}

const FIXED = 4 * 5 + 2;

/** Encodes messages back to back. */
export function encodeBatch(items: readonly BatchItem[]): Buffer {
  const lengths = items.map((item) => Buffer.byteLength(item.properties));
  const total = items.reduce(
    (sum, item, i) => sum + FIXED + item.body.length + present(lengths[i]),
    0,
  );
  const bytes = Buffer.alloc(total);
  let at = 0;
  items.forEach((item, i) => {
    bytes.writeInt32BE(FIXED + item.body.length + present(lengths[i]), at);
    bytes.writeInt32BE(item.flag, at + 12);
    bytes.writeInt32BE(item.body.length, at + 16);
    bytes.set(item.body, at + 20);
    at = bytes.writeInt16BE(present(lengths[i]), at + 20 + item.body.length);
    at += bytes.write(item.properties, at, "utf8");
  });
  return bytes;
}

/** Splits the body of a batch; bodies are views into it. Throws CorruptError when the lengths do not add up. */
export function splitBatch(bytes: Buffer): BatchItem[] {
  const items: BatchItem[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < FIXED) throw broken(at);
    const size = bytes.readInt32BE(at);
    const bodyLength = bytes.readInt32BE(at + 16);
    const propertiesAt = at + 20 + bodyLength + 2;
    if (bodyLength < 0 || propertiesAt > bytes.length) throw broken(at);
    const end = propertiesAt + bytes.readInt16BE(propertiesAt - 2);
    if (end < propertiesAt || end > bytes.length || size !== end - at) throw broken(at);
    items.push({
      flag: bytes.readInt32BE(at + 12),
      body: bytes.subarray(at + 20, at + 20 + bodyLength),
      properties: bytes.toString("utf8", propertiesAt, end),
    });
    at = end;
  }
  return items;
}

function broken(at: number): CorruptError {
  return new CorruptError(`the batch has a message at byte ${at} whose lengths do not add up`);
}
