/** What name servers of different upstream releases do differently, as their peers see it. Upstream: NamesrvConfig, NamesrvStartup, DefaultRequestProcessor. */
import {
  nameSet,
  ownConfig,
  type Release,
  type ReleaseConfig,
  type ReleaseName,
  releaseOf,
} from "../protocol/release.js";
import type { NamesrvValues } from "./namesrv-keys.js";

export interface NamesrvRelease extends Release {
  readonly config: ReleaseConfig<NamesrvValues>;
  /** Do clients that want it get routes whose numbers of brokers are quoted, as JSON asks? */
  readonly knowsStrictJson: boolean;
  /** Does the line that a server prints when it is up tell where it listens? */
  readonly printsAddress: boolean;
}

const keysOf48 = nameSet(`
  clusterTest configStorePath kvConfigPath listenPort orderMessageEnable productEnvName rocketmqHome
  serverAsyncSemaphoreValue serverCallbackExecutorThreads serverChannelMaxIdleTimeSeconds
  serverOnewaySemaphoreValue serverPooledByteBufAllocatorEnable serverSelectorThreads
  serverSocketRcvBufSize serverSocketSndBufSize serverWorkerThreads useEpollNativeSelector
`);

const releases: Readonly<Record<ReleaseName, NamesrvRelease>> = {
  "5.3.3": { ...releaseOf("5.3.3"), config: ownConfig, knowsStrictJson: true, printsAddress: true },
  "4.8.0": {
    ...releaseOf("4.8.0"),
    config: {
      ...ownConfig,
      shows: (name) => keysOf48.has(name),
      defaults: { serverSocketRcvBufSize: 65_535, serverSocketSndBufSize: 65_535 },
    },
    knowsStrictJson: false,
    printsAddress: false,
  },
};

/** The release that a configuration names; throws a usage error when there is none. */
export function namesrvRelease(name: string | undefined): NamesrvRelease {
  return releases[releaseOf(name).name];
}
