import { inflateSync } from "node:zlib";
import { RocketmqError } from "../base/errors.js";
import type { Host } from "./host.js";
import { offsetMessageId } from "./message-id.js";
import type { Properties } from "./properties.js";
import { KEY_SEPARATOR, PropertyName } from "./property-names.js";
import { compressionOf } from "./sys-flag.js";

/** The fields of a stored message, in the order of the record. */
export interface MessageFields {
  /** Bytes of the whole record. */
  storeSize: number;
  bodyCrc: number;
  queueId: number;
  flag: number;
  queueOffset: number;
  /** Where the record begins in the commit log. */
  physicalOffset: number;
  sysFlag: number;
  bornTimestamp: number;
  bornHost: Host;
  storeTimestamp: number;
  storeHost: Host;
  reconsumeTimes: number;
  preparedTransactionOffset: number;
  /** The body as stored: still compressed when sysFlag says so. */
  storedBody: Buffer;
  topic: string;
  properties: Properties;
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- the fields are assigned at once below
export interface Message extends MessageFields {}

/** A message as it was stored. Upstream: MessageExt. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export class Message {
  private inflated: Buffer | undefined;

  constructor(fields: MessageFields) {
    Object.assign(this, fields);
  }

  /** The body as the producer gave it; throws when it is compressed in a way that cannot be undone here. */
  get body(): Buffer {
    return (this.inflated ??= inflate(this.storedBody, this.sysFlag));
  }

  get tags(): string | undefined {
    return this.properties.get(PropertyName.TAGS);
  }

  /** The property KEYS as it stands: keys separated by blanks. */
  get keys(): string | undefined {
    return this.properties.get(PropertyName.KEYS);
  }

  get keyList(): string[] {
    return (this.keys ?? "").split(KEY_SEPARATOR).filter((key) => key !== "");
  }

  /** The id the producer made, if it made one. */
  get uniqKey(): string | undefined {
    return this.properties.get(PropertyName.UNIQ_KEY);
  }

  /** The id by place: store host and physical offset, in hex. */
  get offsetMessageId(): string {
    return offsetMessageId(this.storeHost, this.physicalOffset);
  }

  /** What applications call the message id: the producer's, else the one by place. */
  get messageId(): string {
    return this.uniqKey ?? this.offsetMessageId;
  }
}

function inflate(body: Buffer, sysFlag: number): Buffer {
  const compression = compressionOf(sysFlag);
  if (compression === "none") return body;
  if (compression !== "zlib") {
    throw new RocketmqError(`bodies compressed with ${compression} are not supported`, {
      kind: "failed",
      hint: "let producers compress with zlib",
    });
  }
  try {
    return inflateSync(body);
  } catch (cause) {
    throw new RocketmqError("a compressed body does not inflate", { kind: "corrupt", cause });
  }
}
