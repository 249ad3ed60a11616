import type { TopicConfigAndQueueMapping } from "../../engine/protocol/bodies/topic-queue-mapping.js";
import { getAllTopicConfig } from "../../engine/protocol/requests/get-all-topic-config.js";
import { getTopicConfig } from "../../engine/protocol/requests/get-topic-config.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { isOfFour } from "./broker-version.js";
import type { State } from "./change.js";
import { codeOf } from "./explain.js";

export type TopicConfigOfBroker = TopicConfigAndQueueMapping;

/** A topic as one broker has it, undefined when it has none of the name. Brokers of 4.x are asked for all they have. */
export async function findTopicConfig(
  admin: Admin,
  address: string,
  topic: string,
): Promise<TopicConfigOfBroker | undefined> {
  if (await isOfFour(admin, address)) {
    const all = (await admin.broker(address, getAllTopicConfig, {})).content();
    return all.topicConfigTable.get(topic);
  }
  try {
    // without `lo` brokers leave out the mapping of a static topic
    return (await admin.broker(address, getTopicConfig, { topic, lo: true })).content();
  } catch (thrown) {
    if (codeOf(thrown) === ResponseCode.TOPIC_NOT_EXIST) return undefined;
    throw thrown;
  }
}

/** What a broker holds of a topic, as changes compare it; an attribute that is asked for and not set is null. */
export async function topicState(
  admin: Admin,
  address: string,
  { topic, attributes = [] }: { topic: string; attributes?: readonly string[] },
): Promise<State> {
  const config = await findTopicConfig(admin, address, topic);
  if (config === undefined) return null;
  const { readQueueNums, writeQueueNums, perm, topicSysFlag, order } = config;
  const named = attributes.map((name) => [name, config.attributes[name] ?? null] as const);
  return {
    readQueueNums,
    writeQueueNums,
    perm,
    topicSysFlag,
    order,
    ...Object.fromEntries(named),
  };
}
