/** Topics and groups as a file. Upstream: ExportMetadataCommand. */
import {
  subscriptionGroupConfig,
  type SubscriptionGroupConfig,
} from "../../engine/protocol/bodies/subscription-group-config.js";
import { topicConfig, type TopicConfig } from "../../engine/protocol/bodies/topic-config.js";
import { dataVersion } from "../../engine/protocol/bodies/data-version.js";
import type { Admin } from "./admin.js";
import type { BrokerTable } from "./broker-tables.js";
import { clusterMasters } from "./clusters.js";
import type { ExportHow } from "./export-how.js";
import { inParallel } from "./parallel.js";
import { userGroups, userTopics } from "./user-tables.js";
import { writeWhole } from "./whole-file.js";

/** Few at a time: each is held in memory whole. */
const MASTERS_AT_ONCE = 4;

/** What was written. A count is null where the file has no such table. */
export interface Exported {
  readonly file: string;
  readonly topics: number | null;
  readonly groups: number | null;
}

export interface ExportWhat extends ExportHow {
  readonly topics: boolean;
  readonly groups: boolean;
  /** Retry and dead-letter topics as well. */
  readonly withSpecial: boolean;
}

/** The topics or the groups of one broker, with the version of the table. */
export async function exportOfBroker(
  admin: Admin,
  address: string,
  how: ExportWhat,
): Promise<Exported> {
  const { folder, topics, withSpecial } = how;
  if (topics) {
    const { table, ...found } = await userTopics(admin, address, { withSpecial });
    const file = `${folder}/topic.json`;
    await writeWhole(file, how.pretty({ ...versionOf(found), ...topicTable(table) }));
    return { file, topics: table.size, groups: null };
  }
  const { table, forbiddenTable, ...found } = await userGroups(admin, address);
  const file = `${folder}/subscriptionGroup.json`;
  const forbidden = forbiddenTable.size === 0 ? {} : { forbiddenTable };
  const content = { ...versionOf(found), ...forbidden, ...groupTable(table) };
  await writeWhole(file, how.pretty(content));
  return { file, topics: null, groups: table.size };
}

/**
 * Topics and groups of a cluster, of all its masters together. `note` is told where masters differ: the queues are
 * those of the master that has most, so that the file can be used to make the topics again.
 */
export async function exportOfCluster(
  admin: Admin,
  cluster: string,
  how: ExportWhat & { readonly now: number },
): Promise<Exported> {
  const masters = await clusterMasters(admin, cluster);
  const tables = await inParallel(
    masters,
    async ({ address }) => ({
      topics: how.topics ? (await userTopics(admin, address, how)).table : undefined,
      groups: how.groups ? (await userGroups(admin, address)).table : undefined,
    }),
    MASTERS_AT_ONCE,
  );
  const topics = how.topics
    ? mergeTopics(
        tables.flatMap((one) => one.topics ?? []),
        how.note,
      )
    : undefined;
  const groups = how.groups
    ? mergeGroups(
        tables.flatMap((one) => one.groups ?? []),
        how.note,
      )
    : undefined;
  const file = `${how.folder}/${fileName(how)}`;
  const content = new Map<string, unknown>([
    ["exportTime", how.now],
    ...Object.entries(topics === undefined ? {} : topicTable(topics)),
    ...Object.entries(groups === undefined ? {} : groupTable(groups)),
  ]);
  await writeWhole(file, how.pretty(content));
  return { file, topics: topics?.size ?? null, groups: groups?.size ?? null };
}

function fileName({ topics, groups }: ExportWhat): string {
  if (topics && groups) return "metadata.json";
  return topics ? "topic.json" : "subscriptionGroup.json";
}

function mergeTopics(
  tables: readonly ReadonlyMap<string, TopicConfig>[],
  note: (line: string) => void,
): Map<string, TopicConfig> {
  return merged(tables, {
    join: (one, other) => ({
      ...other,
      readQueueNums: Math.max(one.readQueueNums, other.readQueueNums),
      writeQueueNums: Math.max(one.writeQueueNums, other.writeQueueNums),
    }),
    isSame: (one, other) =>
      one.readQueueNums === other.readQueueNums && one.writeQueueNums === other.writeQueueNums,
    differ: (names) => note(`the masters have different numbers of queues of ${names}`),
  });
}

function mergeGroups(
  tables: readonly ReadonlyMap<string, SubscriptionGroupConfig>[],
  note: (line: string) => void,
): Map<string, SubscriptionGroupConfig> {
  return merged(tables, {
    join: (one, other) => ({
      ...other,
      retryQueueNums: Math.max(one.retryQueueNums, other.retryQueueNums),
    }),
    isSame: (one, other) => one.retryQueueNums === other.retryQueueNums,
    differ: (names) => note(`the masters have different numbers of retry queues of ${names}`),
  });
}

/** How many names a note lists. */
const LISTED = 5;

function merged<T>(
  tables: readonly ReadonlyMap<string, T>[],
  how: {
    join: (one: T, other: T) => T;
    isSame: (one: T, other: T) => boolean;
    differ: (names: string) => void;
  },
): Map<string, T> {
  const all = new Map<string, T>();
  const different = new Set<string>();
  for (const table of tables) {
    for (const [name, config] of table) {
      const known = all.get(name);
      if (known !== undefined && !how.isSame(known, config)) different.add(name);
      all.set(name, known === undefined ? config : how.join(known, config));
    }
  }
  if (different.size > 0) {
    const more = different.size > LISTED ? ` and ${different.size - LISTED} more` : "";
    how.differ([...different].slice(0, LISTED).join(", ") + more);
  }
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function versionOf(found: Pick<BrokerTable<unknown>, "dataVersion">): Record<string, unknown> {
  return { dataVersion: dataVersion.shape.write(found.dataVersion) };
}

function topicTable(table: ReadonlyMap<string, TopicConfig>): Record<string, unknown> {
  return { topicConfigTable: written(table, (config) => topicConfig.shape.write(config)) };
}

function groupTable(table: ReadonlyMap<string, SubscriptionGroupConfig>): Record<string, unknown> {
  const write = (config: SubscriptionGroupConfig): unknown =>
    subscriptionGroupConfig.shape.write(config);
  return { subscriptionGroupTable: written(table, write) };
}

function written<T>(
  table: ReadonlyMap<string, T>,
  write: (config: T) => unknown,
): Map<string, unknown> {
  return new Map([...table].map(([name, config]) => [name, write(config)]));
}
