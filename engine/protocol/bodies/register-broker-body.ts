/**
 * What a broker tells a name server about itself. Upstream: RegisterBrokerBody ([R-REG-1] in docs/protocol.md).
 *
 * The compressed form is one zlib stream of, every length an int32:
 *
 * ```
 * | n | DataVersion JSON | topics |  per topic | n | name read write perm filterType[ attributes JSON] |
 * | n | filter server list JSON | mappings | per mapping | n | TopicQueueMappingInfo JSON |
 * ```
 */
import { deflateSync, inflateSync } from "node:zlib";
import { CorruptError } from "../../base/errors.js";
import { stringifyFastjson } from "../fastjson.js";
import { decodeShape, jsonBody, type JsonBody } from "../json-body.js";
import { bean, list, text, textTable } from "../shape.js";
import { Version } from "../versions.js";
import { dataVersion } from "./data-version.js";
import { topicConfig, type TopicConfig } from "./topic-config.js";
import {
  topicConfigSerializeWrapper,
  type TopicConfigSerializeWrapper,
} from "./topic-config-serialize-wrapper.js";
import { topicQueueMappingInfo, type TopicQueueMappingInfo } from "./topic-queue-mapping.js";

export interface RegisterBrokerBody {
  filterServerList: string[];
  topicConfigSerializeWrapper: TopicConfigSerializeWrapper;
}

export const registerBrokerBody: JsonBody<RegisterBrokerBody> = jsonBody(
  "RegisterBrokerBody",
  bean<RegisterBrokerBody>({
    filterServerList: list(text),
    topicConfigSerializeWrapper: topicConfigSerializeWrapper.shape,
  }),
);

const filterServers = list(text);

/** Bytes that a compressed body may grow to; upstream has no bound but its heap. */
const INFLATED_MAX = 256 * 1024 * 1024;

/** The compressed form, for a receiver that is told `version` of the sender. Only five fields of a topic survive. */
export function encodeCompressedRegisterBody(body: RegisterBrokerBody, version: number): Buffer {
  const wrapper = body.topicConfigSerializeWrapper;
  const parts: Buffer[] = [];
  const count = (n: number): void => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(n);
    parts.push(bytes);
  };
  const block = (text: string): void => {
    const bytes = Buffer.from(text);
    count(bytes.length);
    parts.push(bytes);
  };
  block(stringifyFastjson(dataVersion.shape.write(wrapper.dataVersion)));
  count(wrapper.topicConfigTable.size);
  for (const topic of wrapper.topicConfigTable.values()) block(topicLine(topic, version));
  block(stringifyFastjson(body.filterServerList));
  if (version >= Version.V5_0_0) {
    const mappings = wrapper.topicQueueMappingInfoMap ?? new Map<string, TopicQueueMappingInfo>();
    count(mappings.size);
    for (const mapping of mappings.values())
      block(topicQueueMappingInfo.encode(mapping).toString());
  }
  return deflateSync(Buffer.concat(parts), { level: 9 });
}

/** 4.8 takes exactly five parts, so attributes are for 5.x only. */
function topicLine(topic: TopicConfig, version: number): string {
  const line = `${topic.topicName} ${topic.readQueueNums} ${topic.writeQueueNums} ${topic.perm} ${topic.topicFilterType}`;
  if (version < Version.V5_0_0 || Object.keys(topic.attributes).length === 0) return line;
  return `${line} ${stringifyFastjson(textTable.write(topic.attributes))}`;
}

/** Reads the compressed form. Throws CorruptError. */
export function decodeCompressedRegisterBody(bytes: Buffer, version: number): RegisterBrokerBody {
  const reader = new BlockReader(inflate(bytes));
  const wrapper: TopicConfigSerializeWrapper = {
    dataVersion: decodeShape("DataVersion", dataVersion.shape, reader.block()),
    topicConfigTable: new Map(),
    topicQueueMappingInfoMap: new Map(),
    topicQueueMappingDetailMap: new Map(),
  };
  for (let left = reader.count(); left > 0; left--) {
    const topic = topicOf(reader.block().toString());
    wrapper.topicConfigTable.set(topic.topicName, topic);
  }
  const filterServerList = decodeShape("filter server list", filterServers, reader.block());
  if (version >= Version.V5_0_0) {
    for (let left = reader.count(); left > 0; left--) {
      const mapping = topicQueueMappingInfo.decode(reader.block());
      wrapper.topicQueueMappingInfoMap?.set(mapping.topic ?? "", mapping);
    }
  }
  return { filterServerList, topicConfigSerializeWrapper: wrapper };
}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: INFLATED_MAX });
  } catch (cause) {
    throw new CorruptError("a compressed RegisterBrokerBody does not inflate", { cause });
  }
}

function topicOf(line: string): TopicConfig {
  const [topicName = "", readQueueNums, writeQueueNums, perm, topicFilterType, ...attributes] =
    line.split(" ");
  const topic = topicConfig.shape.read(
    {
      topicName,
      readQueueNums: readQueueNums ?? null,
      writeQueueNums: writeQueueNums ?? null,
      perm: perm ?? null,
      topicFilterType: topicFilterType ?? null,
    },
    "RegisterBrokerBody",
  );
  if (attributes.length > 0)
    topic.attributes = decodeShape("attributes", textTable, attributes.join(" "));
  return topic;
}

class BlockReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** An int32 that counts blocks, each of at least 4 bytes. */
  count(): number {
    if (this.#at + 4 > this.#bytes.length)
      throw new CorruptError("a compressed RegisterBrokerBody is cut short");
    const count = this.#bytes.readInt32BE(this.#at);
    this.#at += 4;
    if (count < 0 || count > this.#bytes.length - this.#at) {
      throw new CorruptError(
        "a compressed RegisterBrokerBody has a length that ends outside of it",
      );
    }
    return count;
  }

  block(): Buffer {
    const length = this.count();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
