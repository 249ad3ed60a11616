/** Load and client versions of a cluster as a file. Upstream: ExportMetricsCommand. */
import { double } from "../../engine/protocol/fastjson.js";
import { getConsumerConnectionList } from "../../engine/protocol/requests/get-consumer-connection-list.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import { SystemTopic } from "../../engine/message/topic-names.js";
import type { Admin } from "./admin.js";
import { brokerConfig, brokerStats, runtimeInfo } from "./brokers.js";
import { clusterInfo, replicasOf } from "./clusters.js";
import { codeOf, RefusedError } from "./explain.js";
import { mastersOrNote } from "./export-configs.js";
import type { ExportHow } from "./export-how.js";
import { inParallel } from "./parallel.js";
import { dayCount } from "./stats.js";
import { userGroups, userTopics } from "./user-tables.js";
import { versionName } from "./versions.js";
import { writeWhole } from "./whole-file.js";
import { RocketmqError } from "../../engine/base/errors.js";

/** Messages per second. Undefined: the broker does not say. */
interface Rates {
  readonly normalIn: number | undefined;
  readonly normalOut: number | undefined;
  readonly transIn: number;
  readonly scheduleIn: number;
}

/** Messages of yesterday; of transactions and delays, of the last day. */
interface Counts {
  readonly normalIn: number | undefined;
  readonly normalOut: number | undefined;
  readonly transIn: number;
  readonly scheduleIn: number;
}

interface BrokerLoad {
  readonly brokerName: string;
  readonly info: ReadonlyMap<string, string>;
  readonly config: ReadonlyMap<string, string>;
  readonly rates: Rates;
  readonly counts: Counts;
  readonly topics: number;
  readonly groups: number;
  /** `JAVA%V5_3_3`, sorted. */
  readonly clients: readonly string[];
  /** Groups whose clients could not be asked for. */
  readonly unasked: number;
}

export interface ExportedMetrics {
  readonly file: string;
  readonly brokers: number;
}

/** Writes `metrics.json`; `note` is told what is missing in it. */
export async function exportMetrics(
  admin: Admin,
  cluster: string,
  { folder, note, pretty, say }: ExportHow & { readonly say: (line: string) => void },
): Promise<ExportedMetrics> {
  const info = await clusterInfo(admin);
  if (!info.clusterAddrTable.has(cluster)) {
    throw new RocketmqError(`the name server knows no cluster ${cluster}`, {
      kind: "not-found",
      hint: "mqadmin clusterList shows the clusters",
    });
  }
  const loads: BrokerLoad[] = [];
  for (const { brokerName, address } of mastersOrNote(replicasOf(info, cluster), note)) {
    say(`reading ${brokerName}`);
    const load = await brokerLoad(admin, brokerName, address);
    if (load.unasked > 0) {
      note(`${brokerName}: the clients of ${load.unasked} of ${load.groups} groups are missing`);
    }
    loads.push(load);
  }
  const file = `${folder}/metrics.json`;
  const content = new Map<string, unknown>([
    ["totalData", totalOf(loads)],
    ["evaluateReport", new Map(loads.map((load) => [load.brokerName, reportOf(load)]))],
  ]);
  await writeWhole(file, pretty(content));
  return { file, brokers: loads.length };
}

async function brokerLoad(admin: Admin, brokerName: string, address: string): Promise<BrokerLoad> {
  const [info, config, groups, topics, trans, schedule] = await Promise.all([
    runtimeInfo(admin, address),
    brokerConfig(admin, address),
    userGroups(admin, address),
    userTopics(admin, address, { withSpecial: false }),
    putStats(admin, address, SystemTopic.HALF),
    putStats(admin, address, SystemTopic.SCHEDULE),
  ]);
  return {
    brokerName,
    info,
    config,
    rates: {
      normalIn: rateOf(info.get("putTps")),
      // 4.x spells it so
      normalOut: rateOf(info.get("getTransferredTps") ?? info.get("getTransferedTps")),
      transIn: trans.tps,
      scheduleIn: schedule.tps,
    },
    counts: {
      normalIn: difference(info, "msgPutTotalTodayMorning", "msgPutTotalYesterdayMorning"),
      normalOut: difference(info, "msgGetTotalTodayMorning", "msgGetTotalYesterdayMorning"),
      transIn: trans.count,
      scheduleIn: schedule.count,
    },
    topics: topics.table.size,
    groups: groups.table.size,
    ...(await clientsOf(admin, address, [...groups.table.keys()])),
  };
}

/** What a broker has not counted is 0, as nothing was put. */
async function putStats(
  admin: Admin,
  address: string,
  topic: string,
): Promise<{ tps: number; count: number }> {
  const stats = await brokerStats(admin, address, { name: "TOPIC_PUT_NUMS", key: topic }).catch(
    (thrown: unknown) => {
      if (thrown instanceof RefusedError) return undefined;
      throw thrown;
    },
  );
  return stats === undefined
    ? { tps: 0, count: 0 }
    : { tps: stats.statsMinute.tps, count: dayCount(stats) };
}

/** Languages and versions of the consumers that are connected to the broker. */
async function clientsOf(
  admin: Admin,
  address: string,
  groups: readonly string[],
): Promise<{ clients: string[]; unasked: number }> {
  const clients = new Set<string>();
  let unasked = 0;
  await inParallel(groups, async (consumerGroup) => {
    try {
      const answer = await admin.broker(address, getConsumerConnectionList, { consumerGroup });
      for (const { language, version } of answer.content().connectionSet) {
        clients.add(`${language}%${versionName(version)}`);
      }
    } catch (thrown) {
      if (codeOf(thrown) !== ResponseCode.CONSUMER_NOT_ONLINE) unasked++;
    }
  });
  return { clients: [...clients].sort(), unasked };
}

/** The first of `12.5 11.9 11.2`: that of the last ten seconds. */
function rateOf(text: string | undefined): number | undefined {
  const rate = Number.parseFloat(text ?? "");
  return Number.isFinite(rate) ? rate : undefined;
}

function difference(
  info: ReadonlyMap<string, string>,
  end: string,
  begin: string,
): number | undefined {
  const count = Number(info.get(end)) - Number(info.get(begin));
  return Number.isSafeInteger(count) ? count : undefined;
}

function reportOf(load: BrokerLoad): unknown {
  const { info, config, rates, counts } = load;
  const quota = new Map<string, unknown>([
    [
      "diskRatio",
      new Map([
        ["commitLogDiskRatio", info.get("commitLogDiskRatio")],
        ["consumeQueueDiskRatio", info.get("consumeQueueDiskRatio")],
      ]),
    ],
    ["topicSize", load.topics],
    [
      "tps",
      new Map([
        ["scheduleInTps", double(rates.scheduleIn)],
        ["normalInTps", doubleOr(rates.normalIn)],
        ["normalOutTps", doubleOr(rates.normalOut)],
        ["transInTps", double(rates.transIn)],
      ]),
    ],
    ["groupSize", load.groups],
    ["oneDayNum", countsMap(counts)],
    ["messageAverageSize", info.get("putMessageAverageSize")],
  ]);
  const version = new Map<string, unknown>([
    // Upstream writes the version of its tool.
    ["rocketmqVersion", info.get("brokerVersionDesc")],
    ["clientInfo", load.clients],
  ]);
  const cpus = new Map([["cpuNum", config.get("clientCallbackExecutorThreads")]]);
  return new Map([
    ["runtimeVersion", version],
    ["runtimeQuota", quota],
    ["runtimeEnv", cpus],
  ]);
}

function totalOf(loads: readonly BrokerLoad[]): unknown {
  const sum = (pick: (load: BrokerLoad) => number | undefined): number =>
    loads.reduce((all, load) => all + (pick(load) ?? 0), 0);
  const rates = new Map([
    ["totalScheduleInTps", double(sum(({ rates }) => rates.scheduleIn))],
    ["totalNormalInTps", double(sum(({ rates }) => rates.normalIn))],
    ["totalTransInTps", double(sum(({ rates }) => rates.transIn))],
    ["totalNormalOutTps", double(sum(({ rates }) => rates.normalOut))],
  ]);
  const counts = countsMap({
    transIn: sum(({ counts }) => counts.transIn),
    scheduleIn: sum(({ counts }) => counts.scheduleIn),
    normalOut: sum(({ counts }) => counts.normalOut),
    normalIn: sum(({ counts }) => counts.normalIn),
  });
  return new Map([
    ["totalOneDayNum", counts],
    ["totalTps", rates],
  ]);
}

function countsMap(counts: Counts): Map<string, unknown> {
  return new Map([
    ["transOneDayInNum", counts.transIn],
    ["scheduleOneDayInNum", counts.scheduleIn],
    ["normalOneDayOutNum", counts.normalOut],
    ["normalOneDayInNum", counts.normalIn],
  ]);
}

function doubleOr(value: number | undefined): unknown {
  return value === undefined ? undefined : double(value);
}
