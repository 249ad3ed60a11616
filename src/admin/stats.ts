import type { BrokerStatsData } from "../../engine/protocol/bodies/broker-stats-data.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Admin } from "./admin.js";
import { brokerStats } from "./brokers.js";
import { consumeTotals } from "./consume-stats.js";
import { codeOf } from "./explain.js";
import { inParallel } from "./parallel.js";
import { routeMasters, topicGroups, topicRoute } from "./topics.js";

/**
 * Traffic of a topic and of one of its groups. Rates are messages per second, the rest counts of messages; undefined is
 * what could not be learned.
 */
export interface TopicTraffic {
  topic: string;
  /** Undefined: nobody consumes the topic, and there is nothing to say of the columns of a group. */
  group: string | undefined;
  accumulation: number | undefined;
  inTps: number | undefined;
  outTps: number | undefined;
  inMsg24Hour: number | undefined;
  outMsg24Hour: number | undefined;
}

interface Traffic {
  tps: number | undefined;
  count: number | undefined;
}

/** Groups of a topic asked about at a time. */
const WIDTH = 8;

/** One row per group of a topic, one without group when it has none. */
export function topicTraffic(admin: Admin, topic: string): Promise<TopicTraffic[]> {
  return new TrafficReader(admin, { isForAll: false }).topic(topic);
}

/**
 * Reads the traffic of topics. For all topics of a cluster each group is asked once for all it consumes: a question for
 * every topic of every group would be as many questions as there are rows.
 */
export class TrafficReader {
  private readonly admin: Admin;
  private readonly isForAll: boolean;
  /** By group: what waits for it, by topic; undefined could not be learned. */
  private readonly waitingOf = new Map<string, Promise<ReadonlyMap<string, number> | undefined>>();

  constructor(admin: Admin, { isForAll }: { isForAll: boolean }) {
    this.admin = admin;
    this.isForAll = isForAll;
  }

  /** One row per group of a topic, one without group when it has none. */
  async topic(topic: string): Promise<TopicTraffic[]> {
    const route = await topicRoute(this.admin, topic);
    const masters = routeMasters(route);
    const [groups, input] = await Promise.all([
      topicGroups(this.admin, route, topic),
      this.traffic(masters, { name: "TOPIC_PUT_NUMS", key: topic }),
    ]);
    const common = { topic, inTps: input.tps, inMsg24Hour: input.count };
    if (groups.length === 0) {
      const nothing = { accumulation: undefined, outTps: undefined, outMsg24Hour: undefined };
      return [{ ...common, group: undefined, ...nothing }];
    }
    return inParallel(
      groups,
      async (group) => {
        const [output, accumulation] = await Promise.all([
          this.traffic(masters, { name: "GROUP_GET_NUMS", key: `${topic}@${group}` }),
          this.waiting(group, topic),
        ]);
        return { ...common, group, accumulation, outTps: output.tps, outMsg24Hour: output.count };
      },
      WIDTH,
    );
  }

  /** Over all masters; a counter that a broker does not have yet is 0. */
  private async traffic(
    masters: readonly string[],
    stat: { name: string; key: string },
  ): Promise<Traffic> {
    const answers = await inParallel(masters, (address) =>
      brokerStats(this.admin, address, stat).then(
        (stats) => ({ tps: stats.statsMinute.tps, count: dayCount(stats) }),
        (thrown: unknown) =>
          codeOf(thrown) === ResponseCode.SYSTEM_ERROR ? { tps: 0, count: 0 } : undefined,
      ),
    );
    return answers.reduce<Traffic>(
      (sum, one) => ({ tps: plus(sum.tps, one?.tps), count: plus(sum.count, one?.count) }),
      { tps: 0, count: 0 },
    );
  }

  /** Messages of a topic that wait for a group. */
  private async waiting(group: string, topic: string): Promise<number | undefined> {
    if (this.isForAll) {
      let byTopic = this.waitingOf.get(group);
      if (byTopic === undefined) {
        byTopic = this.waitingByTopic(group);
        this.waitingOf.set(group, byTopic);
      }
      const known = (await byTopic)?.get(topic);
      if (known !== undefined) return Math.max(0, known);
    }
    // a group that is online and has no offset yet has to be asked for the topic
    const totals = await consumeTotals(this.admin, group, { topic }).catch(() => undefined);
    const diff = totals?.diffByTopic.get(topic);
    return diff && Math.max(0, diff);
  }

  private async waitingByTopic(group: string): Promise<ReadonlyMap<string, number> | undefined> {
    const totals = await consumeTotals(this.admin, group).catch(() => undefined);
    return totals?.diffByTopic;
  }
}

function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

/** Of a young broker only the shorter spans are filled. */
export function dayCount({ statsDay, statsHour, statsMinute }: BrokerStatsData): number {
  return statsDay.sum || statsHour.sum || statsMinute.sum;
}
