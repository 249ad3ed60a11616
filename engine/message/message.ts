import { inflateBody } from "./compression/body.js";
import type { Host } from "./host.js";
import { offsetMessageId } from "./message-id.js";
import type { Properties } from "./properties.js";
import { KEY_SEPARATOR, PropertyName } from "./property-names.js";

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

  /**
   * The body as the producer gave it; throws when it does not inflate. Where messages come from a wire or a file,
   * `codecsFor` has loaded what that takes.
   */
  get body(): Buffer {
    return (this.inflated ??= inflateBody(this.storedBody, this.sysFlag));
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
