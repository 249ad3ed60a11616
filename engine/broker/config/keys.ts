import { RELEASE_KEY } from "../../protocol/release.js";
import type { ConfigKey } from "./key.js";
import { authKeys } from "./keys-auth.js";
import { brokerKeys } from "./keys-broker.js";
import { featureKeys } from "./keys-broker-features.js";
import { limitKeys } from "./keys-broker-limits.js";
import { remotingKeys } from "./keys-remoting.js";
import { storeKeys } from "./keys-store.js";
import { storeFeatureKeys } from "./keys-store-features.js";

/**
 * Every key of broker.conf, one row each: parser, defaults, the configuration's type, GET_BROKER_CONFIG and
 * broker.conf(5) derive from this table.
 */
export const configKeys = {
  ...brokerKeys,
  ...limitKeys,
  ...featureKeys,
  ...storeKeys,
  ...storeFeatureKeys,
  ...remotingKeys,
  ...authKeys,
};

export type ConfigName = keyof typeof configKeys;

/** The configuration of a broker, typed by the table; one live object that updates at run time change in place. */
export type BrokerConfig = {
  -readonly [K in ConfigName]: (typeof configKeys)[K] extends ConfigKey<infer T> ? T : never;
};

/** Spellings of older versions that mean a key of today. */
export const oldSpellings: Readonly<Record<string, ConfigName>> = {
  mapedFileSizeCommitLog: "mappedFileSizeCommitLog",
  mapedFileSizeConsumeQueue: "mappedFileSizeConsumeQueue",
  haSlaveFallbehindMax: "haMaxGapNotInSync",
  isEnableBatchPush: "enableBatchPush",
};

const onlyWhenSet: ReadonlySet<string> = new Set([...Object.keys(authKeys), RELEASE_KEY]);

export function isConfigName(name: string): name is ConfigName {
  return Object.hasOwn(configKeys, name);
}

/** Keys of 5.3.3 that it shows only when somebody set them, and the one that no release has. */
export function isShownOnlyWhenSet(name: ConfigName): boolean {
  return onlyWhenSet.has(name);
}
