import { copyFile, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../engine/base/errors.js";
import { topicConfigAndQueueMapping } from "../../engine/protocol/bodies/topic-queue-mapping.js";
import { parseFastjson, stringifyFastjson } from "../../engine/protocol/fastjson.js";
import { bean, list, long, table, text } from "../../engine/protocol/shape.js";
import { UsageError } from "../cli/exit-codes.js";
import { checkedQueues } from "./static-topic-checks.js";
import type { ConfigsByBroker, MappingPlan, StaticConfig } from "./static-topic-plan.js";

interface MappingFile {
  brokerConfigMap: Map<string, StaticConfig>;
  brokerToMapIn: string[];
  brokerToMapOut: string[];
  epoch: number;
  topic: string;
  type: string;
}

/** Upstream: TopicRemappingDetailWrapper. */
const mappingFile = bean<MappingFile>({
  brokerConfigMap: table(topicConfigAndQueueMapping.shape) as never,
  brokerToMapIn: list(text),
  brokerToMapOut: list(text),
  epoch: long,
  topic: text,
  type: text,
});

/**
 * Writes a mapping where upstream's tool leaves it, in the system's temporary folder, and says where. A file that is
 * there is kept as `.bak`.
 */
export async function writeMapping(
  mapping: Omit<MappingPlan, "configs"> & { configs: ConfigsByBroker },
  suffix: "before" | "after",
): Promise<string> {
  const { topic, type, epoch, configs, mapIn, mapOut } = mapping;
  const path = join(tmpdir(), `${topic.replace(/[/\\]/g, "_")}-${epoch}.${suffix}`);
  const bean = mappingFile.write({
    brokerConfigMap: new Map(configs) as Map<string, StaticConfig>,
    brokerToMapIn: mapIn,
    brokerToMapOut: mapOut,
    epoch,
    topic,
    type,
  });
  await copyFile(path, `${path}.bak`).catch(() => undefined);
  await writeFile(path, stringifyFastjson(bean));
  return path;
}

/** Reads a mapping that was written so, to send it again. Throws a usage error for a file that holds none of the topic. */
export async function readMapping(path: string, topic: string): Promise<MappingPlan> {
  try {
    const file = mappingFile.read(parseFastjson(await readFile(path)), path);
    if (file.brokerConfigMap.size === 0) throw new Error("it names no broker");
    checkedQueues(topic, file.brokerConfigMap);
    return {
      topic,
      type: file.type === "REMAPPING" ? "REMAPPING" : "CREATE_OR_UPDATE",
      epoch: file.epoch,
      configs: file.brokerConfigMap,
      mapIn: file.brokerToMapIn,
      mapOut: file.brokerToMapOut,
    };
  } catch (thrown) {
    throw new UsageError(`${path} holds no mapping of topic ${topic}: ${messageOf(thrown)}`, {
      hint: "the files that end in .before and .after hold one",
    });
  }
}
