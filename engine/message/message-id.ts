/** Message ids by place. Upstream: MessageDecoder.createMessageId, decodeMessageId. [S-ID-1] */
import { RocketmqError } from "../base/errors.js";
import { readInt64, writeInt64 } from "../base/int64.js";
import { addressBytes, formatAddress, writeHost, type Host } from "./host.js";

/** Upper-case hex of store address (4 or 16 bytes), port int32 and physical offset int64: 32 or 56 digits. */
export function offsetMessageId(storeHost: Host, physicalOffset: number): string {
  const bytes = Buffer.alloc(addressBytes(storeHost.address).length + 12);
  const at = writeHost(bytes, storeHost, 0);
  writeInt64(bytes, physicalOffset, at);
  return bytes.toString("hex").toUpperCase();
}

/** Takes an offset message id apart; undefined when it is not one. */
export function parseOffsetMessageId(
  text: string,
): { storeHost: Host; physicalOffset: number } | undefined {
  if (!/^([0-9a-fA-F]{32}|[0-9a-fA-F]{56})$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "hex");
  const portAt = bytes.length - 12;
  try {
    const physicalOffset = readInt64(bytes, portAt + 4);
    const address = formatAddress(bytes.subarray(0, portAt));
    return { storeHost: { address, port: bytes.readInt32BE(portAt) }, physicalOffset };
  } catch (error) {
    if (error instanceof RocketmqError) return undefined;
    throw error;
  }
}
