/**
 * State of the running broker as names and texts. Upstream: AdminBrokerProcessor.prepareRuntimeInfo. Tools of 4.x look for
 * another spelling of one name and fall over it when it is missing.
 */
import { getBrokerRuntimeInfo } from "../../../protocol/requests/get-broker-runtime-info.js";
import { Version, versionName } from "../../../protocol/versions.js";
import type { Dispatcher } from "../../../remoting/api.js";
import type { BrokerContext } from "../../broker-context.js";

/** What upstream answers when the transient store pool is off. */
const NO_STORE_POOL = 2 ** 31 - 1;

export function registerRuntimeInfo(dispatcher: Dispatcher, context: BrokerContext): void {
  dispatcher.register(getBrokerRuntimeInfo, ({ command }) => {
    const { tellsRuntime, spellsTransfered } = context.release;
    const everything = runtimeInfo(context);
    const { getTransferredTps = "" } = everything;
    const table = Object.fromEntries(
      Object.entries(everything).filter(([name]) => tellsRuntime(name)),
    );
    if (spellsTransfered || command.version < Version.V5_0_0) {
      table.getTransferedTps = getTransferredTps;
    }
    return { content: { table } };
  });
}

function runtimeInfo(context: BrokerContext): Record<string, string> {
  const { config, store } = context;
  const ofStore = store.runtimeInfo();
  return {
    ...texts({
      bootTimestamp: context.bootTime,
      runtime: runningFor(context.clock.now() - context.bootTime),
      brokerActive: config.brokerId === 0,
      brokerVersionDesc: versionName(context.release.version),
      brokerVersion: context.release.version,
      dispatchBehindBytes: store.dispatchBehindBytes,
      pageCacheLockTimeMills: 0,
      startAcceptSendRequestTimeStamp: config.startAcceptSendRequestTimeStamp,
      remainTransientStoreBufferNumbs: NO_STORE_POOL,
      remainHowManyDataToFlush: humanBytes(
        Math.max(0, store.commitLogMaxOffset - store.flushedOffset),
      ),
      ...capacity(context),
      ...dayTotals(context),
      ...queues(context),
    }),
    ...context.timer.runtimeInfo(),
    ...context.schedule.runtimeInfo(),
    ...ofStore,
    earliestMessageTimeStamp: String(earliestTime(context)),
  };
}

/** Milliseconds; -1 while it is not known. */
function earliestTime({ config, release, store }: BrokerContext): number {
  const bytes = store.commitLogMaxOffset - store.commitLogMinOffset;
  return bytes < release.bytesBeforeEarliestTime(config.maxMessageSize)
    ? -1
    : store.earliestTimestamp;
}

function texts(values: Record<string, string | number | boolean>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

function dayTotals({ stats: { getTotals, putTotals } }: BrokerContext): Record<string, number> {
  return {
    msgPutTotalYesterdayMorning: putTotals.yesterdayMorning,
    msgPutTotalTodayMorning: putTotals.todayMorning,
    msgPutTotalTodayNow: putTotals.now,
    msgGetTotalYesterdayMorning: getTotals.yesterdayMorning,
    msgGetTotalTodayMorning: getTotals.todayMorning,
    msgGetTotalTodayNow: getTotals.now,
  };
}

/** One thread serves all requests as they come: nothing waits in a queue of its own. */
function queues({ config }: BrokerContext): Record<string, number> {
  const capacities = {
    send: config.sendThreadPoolQueueCapacity,
    pull: config.pullThreadPoolQueueCapacity,
    litePull: config.litePullThreadPoolQueueCapacity,
    query: config.queryThreadPoolQueueCapacity,
    ack: config.ackThreadPoolQueueCapacity,
  };
  const told: Record<string, number> = {
    EndTransactionQueueSize: 0,
    EndTransactionThreadPoolQueueCapacity: config.endTransactionPoolQueueCapacity,
  };
  for (const [name, capacity] of Object.entries(capacities)) {
    told[`${name}ThreadPoolQueueSize`] = 0;
    told[`${name}ThreadPoolQueueCapacity`] = capacity;
    told[`${name}ThreadPoolQueueHeadWaitTimeMills`] = 0;
  }
  return told;
}

function capacity({ config, files }: BrokerContext): Record<string, string> {
  const partition = files.partition(config.storePathRootDir);
  if (partition === undefined) return {};
  const { free, total } = partition;
  return { commitLogDirCapacity: `Total : ${humanBytes(total)}, Free : ${humanBytes(free)}.` };
}

/** Upstream: MixAll.humanReadableByteCount, binary units. */
export function humanBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(6, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${"KMGTPE"[power - 1] ?? ""}iB`;
}

/** "[ d days, h hours, m minutes, s seconds ]". Upstream: StoreStatsService.getFormatRuntime. */
export function runningFor(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return `[ ${days} days, ${hours} hours, ${minutes} minutes, ${seconds % 60} seconds ]`;
}
