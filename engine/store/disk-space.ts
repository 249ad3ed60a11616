/** How full the disk is. Upstream: DefaultMessageStore.CleanCommitLogService, UtilAll.getDiskPartitionSpaceUsedPercent. [S-CLEAN-2] */
import type { Files } from "../base/files.js";
import { commitLogDirectories, type StoreConfig } from "./store-config.js";

export interface DiskSpace {
  /** Used fraction of the partition of the commit log (the least used one, when there are several); -1 unknown. */
  commitLog: number;
  consumeQueue: number;
}

export interface DiskLimits {
  /** Fractions above which old files are removed early, files are removed whatever their age, and puts are refused. */
  clean: number;
  force: number;
  full: number;
}

export function diskSpace(files: Files, config: StoreConfig): DiskSpace {
  const logs = commitLogDirectories(config).map((path) => usedFraction(files, path));
  return {
    commitLog: Math.min(...logs),
    consumeQueue: usedFraction(files, `${config.storePathRootDir}/consumequeue`),
  };
}

export function diskLimits(config: StoreConfig): DiskLimits {
  const clamp = (percent: number, low: number, high: number): number =>
    Math.min(high, Math.max(low, percent)) / 100;
  return {
    clean: clamp(config.diskMaxUsedSpaceRatio, 10, 95),
    force: clamp(config.diskSpaceCleanForciblyRatio, 30, 85),
    full: clamp(config.diskSpaceWarningLevelRatio, 35, 90),
  };
}

/** As `df` counts: used of what is used or usable, rounded up to a whole percent. */
export function usedFraction(files: Files, path: string): number {
  if (!files.exists(path)) return -1;
  const space = files.partition(path);
  if (space === undefined) return -1;
  const used = space.total - space.free;
  const usable = used + space.available;
  return usable <= 0 ? -1 : Math.ceil((used * 100) / usable) / 100;
}
