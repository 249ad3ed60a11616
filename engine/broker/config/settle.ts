/** Values that follow from others, and combinations that no broker starts with. Upstream: BrokerStartup. */
import type { BrokerConfig } from "./keys.js";

const QUEUE_ENTRY_BYTES = 20;

/** Applies clamps and forced values in place. */
export function settle(config: BrokerConfig): void {
  if (config.brokerRole !== "SLAVE") config.brokerId = 0;
  if (config.haListenPort <= 0 && config.listenPort > 0)
    config.haListenPort = config.listenPort + 1;
  if (config.storePathCommitLog === "") {
    config.storePathCommitLog = `${config.storePathRootDir}/commitlog`;
  }
  config.bitMapLengthConsumeQueueExt = bitMapLength(
    config.expectConsumerNumUseFilter,
    config.maxErrorRateOfBloomFilter,
  );
  clamp(config);
}

/**
 * Bits of a filter bit map for so many consumers and so many percent of wrong hits, in whole bytes. Upstream:
 * BloomFilter, whose length ConsumerFilterManager puts over whatever was configured.
 */
function bitMapLength(consumers: number, errorPercent: number): number {
  const bits = Math.ceil(consumers * Math.log2(100 / errorPercent) * Math.LOG2E);
  return Math.ceil(bits / 8) * 8;
}

/** The bounds that upstream's getters apply each time. */
export function clamp(config: BrokerConfig): void {
  config.diskMaxUsedSpaceRatio = Math.min(95, Math.max(10, config.diskMaxUsedSpaceRatio));
  config.mappedFileSizeConsumeQueue =
    Math.ceil(config.mappedFileSizeConsumeQueue / QUEUE_ENTRY_BYTES) * QUEUE_ENTRY_BYTES;
}

/**
 * What this engine does not do and must not seem to do: a broker that looks for its data elsewhere does not start.
 */
const NOT_SERVED: readonly [key: keyof BrokerConfig, value: unknown, reason: string][] = [
  ["storeType", "defaultRocksDB", "consume queues are kept in files only"],
  ["enableDLegerCommitLog", true, "DLedger groups are not joined by this broker"],
];

/** Keys that name a class, and the classes whose work is done here. */
const PROVIDERS = [
  ["authenticationProvider", "DefaultAuthenticationProvider"],
  ["authenticationMetadataProvider", "LocalAuthenticationMetadataProvider"],
  ["authenticationStrategy", "(Stateless|Stateful)AuthenticationStrategy"],
  ["authorizationProvider", "DefaultAuthorizationProvider"],
  ["authorizationMetadataProvider", "LocalAuthorizationMetadataProvider"],
  ["authorizationStrategy", "(Stateless|Stateful)AuthorizationStrategy"],
] as const satisfies readonly (readonly [key: keyof BrokerConfig, own: string])[];

/** The first reason why no broker can start with this; upstream prints it and exits. */
export function refusal(config: BrokerConfig): string | undefined {
  if (config.namesrvAddr !== undefined && !config.namesrvAddr.split(";").every(isHostAndPort)) {
    return `The Name Server Address[${config.namesrvAddr}] illegal, please set it as follows, "127.0.0.1:9876;192.168.0.1:9876"`;
  }
  if (config.brokerRole === "SLAVE" && config.brokerId <= 0) return "Slave's brokerId must be > 0";
  if (config.enableControllerMode && config.enableDLegerCommitLog) {
    return "The config enableControllerMode and enableDLegerCommitLog cannot both be true.";
  }
  const foreign = PROVIDERS.find(
    ([key, own]) => !new RegExp(`^(.*\\.)?(${own})$|^$`).test(config[key] ?? ""),
  );
  if (foreign !== undefined) {
    return `${foreign[0]}=${config[foreign[0]] ?? ""}: classes are not loaded by this broker`;
  }
  const asked = NOT_SERVED.find(([key, value]) => config[key] === value);
  return asked === undefined ? undefined : `${asked[0]}=${String(asked[1])}: ${asked[2]}`;
}

function isHostAndPort(address: string): boolean {
  const at = address.lastIndexOf(":");
  const port = Number(address.slice(at + 1));
  return at > 0 && Number.isInteger(port) && port > 0 && port < 65536;
}
