/** All topics and groups of a broker, page by page from those that know pages (5.3.4 and later). */
import { RocketmqError } from "../../engine/base/errors.js";
import { type DataVersion, dataVersion } from "../../engine/protocol/bodies/data-version.js";
import type { SubscriptionGroupConfig } from "../../engine/protocol/bodies/subscription-group-config.js";
import type { TopicConfig } from "../../engine/protocol/bodies/topic-config.js";
import { getAllSubscriptiongroupConfig } from "../../engine/protocol/requests/get-all-subscriptiongroup-config.js";
import { getAllTopicConfig } from "../../engine/protocol/requests/get-all-topic-config.js";
import type { Admin } from "./admin.js";

const PAGE_SIZE = 2000;
/** How often a table is read that is changed while its pages are read. */
const TRIES = 5;
const TIMEOUT_MS = 10_000;

/** A table of a broker by name, as of one version. */
export interface BrokerTable<T> {
  readonly dataVersion: DataVersion;
  readonly table: Map<string, T>;
}

/** Group → topic → bits of what is forbidden. */
export type ForbiddenTable = ReadonlyMap<string, ReadonlyMap<string, number>>;

interface Page<T> extends BrokerTable<T> {
  /** How many there are in all; undefined from a broker that sends all at once. */
  readonly total: number | undefined;
}

export async function allTopics(admin: Admin, address: string): Promise<BrokerTable<TopicConfig>> {
  return allPages(`the topics of ${address}`, async (topicSeq, version) => {
    const header = { topicSeq, maxTopicNum: PAGE_SIZE, dataVersion: version };
    const answer = await admin.broker(address, getAllTopicConfig, header, patient(admin));
    const { dataVersion, topicConfigTable } = answer.content();
    return { dataVersion, table: topicConfigTable, total: answer.header.totalTopicNum };
  });
}

export async function allGroups(
  admin: Admin,
  address: string,
): Promise<BrokerTable<SubscriptionGroupConfig> & { readonly forbiddenTable: ForbiddenTable }> {
  const forbidden = new Map<string, ReadonlyMap<string, number>>();
  const { dataVersion, table } = await allPages(
    `the groups of ${address}`,
    async (groupSeq, version) => {
      const header = { groupSeq, maxGroupNum: PAGE_SIZE, dataVersion: version };
      const answer = await admin.broker(
        address,
        getAllSubscriptiongroupConfig,
        header,
        patient(admin),
      );
      const { dataVersion, subscriptionGroupTable, forbiddenTable } = answer.content();
      for (const [group, topics] of forbiddenTable) forbidden.set(group, topics);
      return { dataVersion, table: subscriptionGroupTable, total: answer.header.totalGroupNum };
    },
  );
  return { dataVersion, table, forbiddenTable: forbidden };
}

/** Begins again when the table was changed between two pages. */
async function allPages<T>(
  what: string,
  ask: (begin: number, version: string) => Promise<Page<T>>,
): Promise<BrokerTable<T>> {
  for (let tried = 0; tried < TRIES; tried++) {
    const table = new Map<string, T>();
    let version = "";
    for (;;) {
      const page = await ask(table.size, version);
      const found = dataVersion.encode(page.dataVersion).toString("utf8");
      if (version !== "" && found !== version) break;
      version = found;
      for (const [name, config] of page.table) table.set(name, config);
      if (page.total === undefined || table.size >= page.total || page.table.size === 0)
        return { dataVersion: page.dataVersion, table };
    }
  }
  throw new RocketmqError(`${what} were changed ${TRIES} times while they were read`, {
    kind: "failed",
    hint: "try again when nobody changes them",
  });
}

function patient({ timeoutMs }: Admin): { timeoutMs: number } {
  return { timeoutMs: Math.max(timeoutMs, TIMEOUT_MS) };
}
