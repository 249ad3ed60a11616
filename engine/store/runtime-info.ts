/** What the store says about itself in GET_BROKER_RUNTIME_INFO. Upstream: DefaultMessageStore.getRuntimeInfo. */
import type { Files } from "../base/files.js";
import type { CommitLog } from "./commit-log/commit-log.js";
import { diskSpace, usedFraction } from "./disk-space.js";
import type { MessageStore } from "./store-api.js";
import { commitLogDirectories, type StoreConfig } from "./store-config.js";
import { javaDouble, type StoreStats } from "./store-stats.js";

/** Upstream's answer for a pool of buffers that is not in use. */
const NO_TRANSIENT_POOL = "2147483647";

export function storeRuntimeInfo(parts: {
  config: StoreConfig;
  files: Files;
  log: CommitLog;
  stats: StoreStats;
  store: MessageStore;
}): Record<string, string> {
  const { config, files, log, stats, store } = parts;
  const space = diskSpace(files, config);
  const directories = commitLogDirectories(config);
  const info: Record<string, string> = {
    ...stats.runtimeInfo(),
    commitLogMinOffset: String(store.commitLogMinOffset),
    commitLogMaxOffset: String(store.commitLogMaxOffset),
    commitLogDiskRatio: javaDouble(space.commitLog),
    consumeQueueDiskRatio: javaDouble(space.consumeQueue),
    dispatchBehindBytes: String(store.dispatchBehindBytes),
    pageCacheLockTimeMills: "0",
    remainTransientStoreBufferNumbs: NO_TRANSIENT_POOL,
    remainHowManyDataToFlush: humanBytes(log.maxOffset - log.flushedOffset),
    earliestMessageTimeStamp: String(store.earliestTimestamp),
  };
  const partition = files.partition(directories[0] ?? config.storePathRootDir);
  if (partition !== undefined) {
    const { total, free } = partition;
    info.commitLogDirCapacity = `Total : ${humanBytes(total)}, Free : ${humanBytes(free)}.`;
  }
  for (const path of directories) {
    info[`commitLogDiskRatio_${path}`] = javaDouble(usedFraction(files, path));
  }
  return info;
}

/** Upstream: MixAll.humanReadableByteCount with powers of 1024. */
export function humanBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(6, Math.floor(Math.log(bytes) / Math.log(1024)));
  return `${(bytes / 1024 ** power).toFixed(1)} ${"KMGTPE"[power - 1]}iB`;
}
