import type { BrokerStatsData } from "../../engine/protocol/bodies/broker-stats-data.js";
import { viewBrokerStatsData } from "../../engine/protocol/requests/view-broker-stats-data.js";
import { ResponseCode } from "../../engine/protocol/response-codes.js";
import type { Connection } from "../../engine/remoting/api.js";
import type { Admin } from "./admin.js";
import { consumeTotals } from "./consume-stats.js";
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

/** A counter that a broker does not have yet. */
const NOTHING: Traffic = { tps: 0, count: 0 };
const UNKNOWN: Traffic = { tps: undefined, count: undefined };

/** Groups of a topic asked about at a time. */
const WIDTH = 32;
/** Groups asked at a time for all they consume: a broker looks through all their queues for that. */
const GROUPS_WIDTH = 4;

/** One row per group of a topic, one without group when it has none. */
export function topicTraffic(admin: Admin, topic: string): Promise<TopicTraffic[]> {
  return new TrafficReader(admin, { isForAll: false }).topic(topic);
}

/**
 * Reads the traffic of topics. For all topics of a cluster each group is asked once for all it consumes. What a group
 * got of a topic has no such question: that is one request a row, so nothing else is done for each of them.
 */
export class TrafficReader {
  private readonly admin: Admin;
  private readonly backlogs: Backlogs | undefined;

  constructor(admin: Admin, { isForAll }: { isForAll: boolean }) {
    this.admin = admin;
    this.backlogs = isForAll ? new Backlogs(admin) : undefined;
  }

  /** One row per group of a topic, one without group when it has none. */
  async topic(topic: string): Promise<TopicTraffic[]> {
    const route = await topicRoute(this.admin, topic);
    const counters = new Counters(this.admin, routeMasters(route));
    const [groups, input] = await Promise.all([
      topicGroups(this.admin, route, topic),
      counters.open().then(() => counters.read("TOPIC_PUT_NUMS", topic)),
    ]);
    const common = { topic, inTps: input.tps, inMsg24Hour: input.count };
    if (groups.length === 0) {
      const nothing = { accumulation: undefined, outTps: undefined, outMsg24Hour: undefined };
      return [{ ...common, group: undefined, ...nothing }];
    }
    await this.backlogs?.read(groups);
    const row = async (group: string): Promise<TopicTraffic> => {
      const waiting = this.backlogs?.of(group, topic) ?? this.waiting(group, topic);
      const { tps: outTps, count } = await counters.read("GROUP_GET_NUMS", `${topic}@${group}`);
      const accumulation = typeof waiting === "number" ? waiting : await waiting;
      return { ...common, group, accumulation, outTps, outMsg24Hour: count };
    };
    return inParallel(groups, row, WIDTH);
  }

  /** Messages of a topic that wait for a group; a group that is online and has no offset yet knows them of a topic only. */
  private async waiting(group: string, topic: string): Promise<number | undefined> {
    const totals = await consumeTotals(this.admin, group, { topic }).catch(() => undefined);
    const diff = totals?.diffByTopic.get(topic);
    return diff && Math.max(0, diff);
  }
}

/** Counters of some masters, over connections that are looked up once. */
class Counters {
  private readonly admin: Admin;
  private readonly masters: readonly string[];
  private connections: (Connection | undefined)[] = [];

  constructor(admin: Admin, masters: readonly string[]) {
    this.admin = admin;
    this.masters = masters;
  }

  /** Before `read`. A master that is not reached leaves its counters unknown. */
  async open(): Promise<void> {
    this.connections = await this.admin.use(({ remoting }) =>
      inParallel(this.masters, (address) =>
        remoting.connection(address, this.admin.timeoutMs).catch(() => undefined),
      ),
    );
  }

  /** Over all masters. */
  async read(statsName: string, statsKey: string): Promise<Traffic> {
    let sum = NOTHING;
    for (const asked of this.connections.map((one) => this.ask(one, { statsName, statsKey }))) {
      const { tps, count } = await asked;
      sum = { tps: plus(sum.tps, tps), count: plus(sum.count, count) };
    }
    return sum;
  }

  private async ask(
    connection: Connection | undefined,
    header: { statsName: string; statsKey: string },
  ): Promise<Traffic> {
    if (connection === undefined) return UNKNOWN;
    const options = { timeoutMs: this.admin.timeoutMs, accept: [ResponseCode.SYSTEM_ERROR] };
    try {
      const answer = await connection.call(viewBrokerStatsData, header, options);
      if (answer.code !== ResponseCode.SUCCESS) return NOTHING;
      const stats = answer.content();
      return { tps: stats.statsMinute.tps, count: dayCount(stats) };
    } catch {
      return UNKNOWN;
    }
  }
}

/** What waits for groups on all topics that they have offsets of: one number for each of both. */
class Backlogs {
  private readonly admin: Admin;
  /** Where the number of a topic stands in the rows of groups. */
  private readonly places = new Map<string, number>();
  private readonly rows = new Map<string, Float64Array>();
  private readonly reading = new Map<string, Promise<void>>();

  constructor(admin: Admin) {
    this.admin = admin;
  }

  /** Asks for groups that were not asked for yet. */
  async read(groups: readonly string[]): Promise<void> {
    if (groups.every((group) => this.rows.has(group))) return;
    const one = (group: string): Promise<void> => {
      const known = this.reading.get(group) ?? this.readGroup(group);
      this.reading.set(group, known);
      return known;
    };
    await inParallel(groups, one, GROUPS_WIDTH);
  }

  /** Messages of a topic that wait for a group; undefined where the group did not tell. */
  of(group: string, topic: string): number | undefined {
    const place = this.places.get(topic);
    const waiting = place === undefined ? undefined : this.rows.get(group)?.[place];
    return waiting === undefined || waiting < 0 ? undefined : waiting;
  }

  private async readGroup(group: string): Promise<void> {
    const totals = await consumeTotals(this.admin, group).catch(() => undefined);
    const diffs = totals?.diffByTopic ?? new Map<string, number>();
    for (const topic of diffs.keys())
      if (!this.places.has(topic)) this.places.set(topic, this.places.size);
    const row = new Float64Array(this.places.size).fill(-1);
    for (const [topic, diff] of diffs) row[this.places.get(topic) as number] = Math.max(0, diff);
    this.rows.set(group, row);
    this.reading.delete(group);
  }
}

function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

/** Of a young broker only the shorter spans are filled. */
export function dayCount({ statsDay, statsHour, statsMinute }: BrokerStatsData): number {
  return statsDay.sum || statsHour.sum || statsMinute.sum;
}
