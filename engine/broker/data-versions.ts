import type { DataVersion } from "../protocol/bodies/data-version.js";

/** A version no table had yet. */
export function newDataVersion(nowMs: number): DataVersion {
  return { counter: 0, stateVersion: 0, timestamp: nowMs };
}

/** Steps a version in place. Upstream: DataVersion.nextVersion. */
export function stepDataVersion(version: DataVersion, nowMs: number): void {
  version.timestamp = nowMs;
  version.counter += 1;
}
