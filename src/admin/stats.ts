import type { BrokerStatsData } from "../../engine/protocol/bodies/broker-stats-data.js";
import type { Admin } from "./admin.js";
import { brokerStats } from "./brokers.js";
import { consumeStats, totalDiff } from "./consume-stats.js";
import { inParallel } from "./parallel.js";
import { routeMasters, topicGroups, topicRoute } from "./topics.js";

/** Traffic of a topic and of one of its groups. Rates are messages per second, the rest counts of messages. */
export interface TopicTraffic {
  topic: string;
  /** Undefined: nobody consumes the topic. */
  group: string | undefined;
  accumulation: number;
  inTps: number;
  outTps: number | undefined;
  inMsg24Hour: number;
  outMsg24Hour: number | undefined;
}

interface Traffic {
  tps: number;
  count: number;
}

/** One row per group of a topic, one without group when it has none. Counters that a broker lacks count as 0. */
export async function topicTraffic(admin: Admin, topic: string): Promise<TopicTraffic[]> {
  const route = await topicRoute(admin, topic);
  const masters = routeMasters(route);
  const [groups, input] = await Promise.all([
    topicGroups(admin, route, topic),
    traffic(admin, masters, { name: "TOPIC_PUT_NUMS", key: topic }),
  ]);
  const common = { topic, inTps: input.tps, inMsg24Hour: input.count };
  if (groups.length === 0) {
    return [
      { ...common, group: undefined, accumulation: 0, outTps: undefined, outMsg24Hour: undefined },
    ];
  }
  return inParallel(groups, async (group) => {
    const [output, accumulation] = await Promise.all([
      traffic(admin, masters, { name: "GROUP_GET_NUMS", key: `${topic}@${group}` }),
      waiting(admin, group, topic),
    ]);
    return { ...common, group, accumulation, outTps: output.tps, outMsg24Hour: output.count };
  });
}

async function traffic(
  admin: Admin,
  masters: readonly string[],
  stat: { name: string; key: string },
): Promise<Traffic> {
  const answers = await inParallel(masters, (address) =>
    brokerStats(admin, address, stat).catch(() => undefined),
  );
  return answers.reduce<Traffic>(
    (sum, stats) => ({
      tps: sum.tps + (stats?.statsMinute.tps ?? 0),
      count: sum.count + (stats === undefined ? 0 : dayCount(stats)),
    }),
    { tps: 0, count: 0 },
  );
}

/** Of a young broker only the shorter spans are filled. */
function dayCount({ statsDay, statsHour, statsMinute }: BrokerStatsData): number {
  return statsDay.sum || statsHour.sum || statsMinute.sum;
}

async function waiting(admin: Admin, group: string, topic: string): Promise<number> {
  const stats = await consumeStats(admin, group, { topic }).catch(() => undefined);
  return stats === undefined ? 0 : Math.max(0, totalDiff(stats));
}
