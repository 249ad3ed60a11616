import { readFile } from "node:fs/promises";
import { messageOf } from "../../engine/base/errors.js";
import { topicConfig, type TopicConfig } from "../../engine/protocol/bodies/topic-config.js";
import { parseFastjson } from "../../engine/protocol/fastjson.js";
import { updateAndCreateTopicList } from "../../engine/protocol/requests/update-and-create-topic-list.js";
import { list } from "../../engine/protocol/shape.js";
import { UsageError } from "../cli/exit-codes.js";
import type { Admin } from "./admin.js";
import { change, onEach, type State } from "./change.js";
import { targets } from "./clusters.js";
import { inParallel } from "./parallel.js";
import { PlainTextError } from "./plain-text-error.js";
import { topicState } from "./topic-config.js";

const topicConfigs = list(topicConfig.shape);

/**
 * Topics of a file that holds a JSON list of upstream's TopicConfig objects; what they leave out is upstream's default
 * (16 queues, permission 6). Throws a usage error for a file that is none.
 */
export async function readTopicList(file: string): Promise<TopicConfig[]> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw unreadable(file, thrown);
    throw new PlainTextError(`the file path ${file} does not exists\n`, {
      kind: "not-found",
      message: `there is no file ${file}`,
    });
  }
  let configs: TopicConfig[];
  try {
    configs = topicConfigs.read(parseFastjson(bytes), file);
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
  const nameless = configs.findIndex(({ topicName }) => topicName === "");
  if (nameless !== -1) throw unreadable(file, `topic ${nameless + 1} has no topicName`);
  return configs;
}

/** Creates topics or changes them, in one request per broker; the addresses of the brokers that did. */
export async function saveTopicList(
  admin: Admin,
  configs: readonly TopicConfig[],
  where: {
    brokerAddr: string | undefined;
    clusterName: string | undefined;
    fail: (thrown: unknown) => void;
  },
): Promise<string[]> {
  const addresses = await targets(admin, where);
  if (configs.length === 0) return [];
  const save = async (address: string): Promise<string> => {
    await change(admin, address, updateAndCreateTopicList, {
      header: {},
      options: { content: { topicConfigList: [...configs] } },
      read: () => statesAt(admin, address, configs),
      wanted: Object.fromEntries(configs.map((config) => [config.topicName, wantedOf(config)])),
    });
    return address;
  };
  return onEach(addresses, save, { nameOf: (address) => address, fail: where.fail });
}

async function statesAt(
  admin: Admin,
  address: string,
  configs: readonly TopicConfig[],
): Promise<State> {
  const states = await inParallel(configs, ({ topicName: topic, attributes }) =>
    topicState(admin, address, { topic, attributes: Object.keys(attributes).map(bare) }),
  );
  return Object.fromEntries(configs.map(({ topicName }, at) => [topicName, states[at] ?? null]));
}

/** Keys in the order of `topicState`. */
function wantedOf(config: TopicConfig): State {
  const { readQueueNums, writeQueueNums, perm, topicSysFlag, order, attributes } = config;
  const edits = Object.entries(attributes).map(
    ([name, value]) => [bare(name), name.startsWith("-") ? null : value] as const,
  );
  return {
    readQueueNums,
    writeQueueNums,
    perm,
    topicSysFlag,
    order,
    ...Object.fromEntries(edits),
  };
}

/** An attribute's name without the sign that says what is done with it. */
function bare(name: string): string {
  return name.replace(/^[+-]/, "");
}

function unreadable(file: string, why: unknown): UsageError {
  return new UsageError(
    `${file} is no list of topics: ${typeof why === "string" ? why : messageOf(why)}`,
    { hint: 'such as [{"topicName":"pay-events","readQueueNums":8,"writeQueueNums":8,"perm":6}]' },
  );
}
