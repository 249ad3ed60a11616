/**
 * Kills a broker with -9 at random moments while it takes messages, single, in batches and delayed, to several topics and
 * queues, and sometimes while it recovers from the kill before. Then everything that was acknowledged has to be there.
 * By hand: `node build/test/torture/kill-rounds.js --rounds 300 --seed 1`.
 */
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Client, createClient } from "../../engine/client/client.js";
import { Producer } from "../../engine/client/producer.js";
import { startNamesrv } from "../../engine/index.js";
import { verifyStore } from "../../src/inspect/verify/verify-store.js";
import { startBrokerProcess, startingBroker, temporaryHome } from "../support/programs.js";
import { type Acknowledged, logProblems, StoredQueues } from "./kill-books.js";
import { Random } from "./random.js";

export interface KillRoundsOptions {
  rounds: number;
  seed: number;
  /** Rounds that one store goes through; default 25. */
  roundsOfStore?: number;
  report?: (line: string) => void;
}

export interface KillRoundsResult {
  seed: number;
  /** Kills under load, by flushDiskType. */
  kills: Record<string, number>;
  /** Kills of brokers that were still starting. */
  killsAtStart: number;
  acknowledged: number;
  batches: number;
  delayed: number;
  milliseconds: number;
  problems: string[];
}

const TOPICS = ["killed-0", "killed-1", "killed-2"];
const QUEUES = 3;
const SCHEDULE = "SCHEDULE_TOPIC_XXXX";
/** Sends under way at once. */
const LANES = 48;
const MOST_LOAD_MS = 400;
const MOST_PROBLEMS = 20;
/** Within this time after the last kill everything delayed has to be delivered; it was due after a second. */
const DELIVERY_MS = 30_000;

/** One store, from its first message to its last kill. */
class Stage {
  private readonly home = temporaryHome();
  private readonly random: Random;
  private readonly result: KillRoundsResult;
  private readonly settings: string[];
  private readonly stored = new StoredQueues();
  private readonly flushDiskType: string;
  private acknowledged: Acknowledged[] = [];
  private readonly delayed: Pick<Acknowledged, "topic" | "msgId">[] = [];
  private sent = 0;

  constructor(random: Random, flushDiskType: string, result: KillRoundsResult) {
    this.random = random;
    this.flushDiskType = flushDiskType;
    this.result = result;
    this.settings = [
      `flushDiskType=${flushDiskType}`,
      `mappedFileSizeCommitLog=${random.pick([262_144, 1_048_576, 4_194_304])}`,
      `mappedFileSizeConsumeQueue=${random.pick([2000, 20_000, 200_000])}`,
      ...["maxHashSlotNum=1000", `maxIndexNum=${random.pick([2000, 20_000])}`],
      `defaultTopicQueueNums=${QUEUES}`,
      // a recovery point is written as often
      `flushIntervalConsumeQueue=${random.pick([50, 1000])}`,
      `flushConsumeQueueThoroughInterval=${random.pick([100, 60_000])}`,
    ];
  }

  async run(rounds: number): Promise<void> {
    const namesrv = await startNamesrv({ dataDir: join(this.home.folder, "namesrv") });
    const place = { namesrv: namesrv.address, settings: this.settings };
    try {
      for (let round = 0; round < rounds && !this.isHopeless(); round++) {
        await this.killWhileStarting(place);
        const broker = await startBrokerProcess(this.home, place);
        const client = createClient({ namesrv: namesrv.address });
        await client.start();
        try {
          await this.check(client, `${this.flushDiskType}, round ${round}`);
          await this.load(client, () => broker.child.kill("SIGKILL"));
        } finally {
          broker.child.kill("SIGKILL");
          await broker.ended;
          await client.stop();
        }
        this.result.kills[this.flushDiskType] = (this.result.kills[this.flushDiskType] ?? 0) + 1;
      }
      await this.close(place);
    } finally {
      await namesrv.stop();
      await this.home.remove();
    }
  }

  private isHopeless(): boolean {
    return this.result.problems.length >= MOST_PROBLEMS;
  }

  /** Now and then recovery itself is cut off. */
  private async killWhileStarting(place: { namesrv: string; settings: string[] }): Promise<void> {
    if (!this.random.chance(0.15)) return;
    const broker = startingBroker(this.home, place);
    const afterMs = this.random.below(600);
    const timer = setTimeout(() => broker.child.kill("SIGKILL"), afterMs);
    await broker.printed("boot success").catch(() => undefined);
    clearTimeout(timer);
    broker.child.kill("SIGKILL");
    await broker.ended;
    this.result.killsAtStart++;
  }

  /** Sends until the broker is dead, which it is some time after the first acknowledgement. */
  private async load(client: Client, kill: () => void): Promise<void> {
    const producer = new Producer(client, {
      ...{ group: "killers", retryTimes: 0, sendTimeoutMs: 3000 },
      defaultTopicQueueNums: QUEUES,
    });
    producer.start();
    const afterMs = this.random.below(MOST_LOAD_MS);
    let timer: NodeJS.Timeout | undefined;
    let isDead = false;
    const lane = async (): Promise<void> => {
      while (!isDead) {
        try {
          await this.sendOne(producer);
          timer ??= setTimeout(() => {
            isDead = true;
            kill();
          }, afterMs);
        } catch (error) {
          if (timer === undefined) this.problem(`nothing is taken: ${String(error)}`);
          isDead = true;
        }
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    clearTimeout(timer);
    // not waited for: the broker it says goodbye to is dead
    void producer.stop().catch(() => undefined);
  }

  private async sendOne(producer: Producer): Promise<void> {
    const { random, acknowledged, result } = this;
    const topic = random.pick(TOPICS);
    const kind = random.next();
    const one = () => ({
      ...{ topic, keys: `k${this.sent++}`, tags: random.pick(["A", "B"]) },
      body: Buffer.alloc(1 + random.below(random.chance(0.05) ? 9000 : 900), this.sent),
    });
    const messages = Array.from({ length: kind < 0.2 ? 2 + random.below(7) : 1 }, one);
    const [first] = messages;
    if (first === undefined) return;
    const isDelayed = kind > 0.9;
    const sent =
      messages.length > 1
        ? await producer.sendBatch(messages)
        : await producer.send(isDelayed ? { ...first, delayLevel: 1 } : first);
    if (sent.status !== "SEND_OK") return;
    const place = isDelayed
      ? { topic: SCHEDULE, queueId: 0 }
      : { topic, queueId: sent.queue.queueId };
    sent.msgId.split(",").forEach((msgId, i) => {
      acknowledged.push({ ...place, queueOffset: sent.queueOffset + i, msgId });
    });
    result.acknowledged += messages.length;
    if (messages.length > 1) result.batches++;
    if (!isDelayed) return;
    this.delayed.push({ topic, msgId: sent.msgId });
    result.delayed++;
  }

  /** Reads what has come since the last check, and looks for what was acknowledged since then. */
  private async check(client: Client, where: string): Promise<void> {
    if (this.sent === 0) return;
    for (const topic of [...TOPICS, SCHEDULE]) {
      for (const text of await this.stored.read(client, topic)) this.problem(`${where}: ${text}`);
    }
    for (const text of this.stored.missing(this.acknowledged)) this.problem(`${where}: ${text}`);
    this.acknowledged = [];
  }

  /** After the last kill everything is read once more, from the beginning, and the files are looked at themselves. */
  private async close(place: { namesrv: string; settings: string[] }): Promise<void> {
    const broker = await startBrokerProcess(this.home, place);
    const client = createClient({ namesrv: place.namesrv });
    await client.start();
    try {
      await this.check(client, `${this.flushDiskType}, last`);
      await this.checkDelivery(client);
      const again = new StoredQueues();
      for (const topic of [...TOPICS, SCHEDULE]) await again.read(client, topic);
      for (const text of this.stored.changed(again)) this.problem(`at the end ${text}`);
    } finally {
      await client.stop();
      broker.child.kill("SIGTERM");
      await broker.ended;
    }
    const store = join(this.home.folder, "store");
    for (const text of logProblems(store)) this.problem(text);
    const { findings } = await verifyStore(store);
    for (const { severity, file, offset, what } of findings.list) {
      if (severity === "damage" || severity === "recoverable") {
        this.problem(`verify: ${severity}: ${file} @ ${String(offset)}: ${what}`);
      }
    }
  }

  private async checkDelivery(client: Client): Promise<void> {
    const until = Date.now() + DELIVERY_MS;
    let late = this.stored.absent(this.delayed);
    while (late.length > 0 && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      for (const topic of TOPICS) await this.stored.read(client, topic);
      late = this.stored.absent(this.delayed);
    }
    for (const { topic, msgId } of late) {
      this.problem(`the delayed ${msgId} was never delivered to ${topic}`);
    }
  }

  private problem(text: string): void {
    if (!this.isHopeless()) this.result.problems.push(text);
  }
}

export async function killRounds(options: KillRoundsOptions): Promise<KillRoundsResult> {
  const { rounds, seed, roundsOfStore = 25, report } = options;
  const began = Date.now();
  const result: KillRoundsResult = {
    ...{ seed, kills: {}, killsAtStart: 0, acknowledged: 0, batches: 0, delayed: 0 },
    ...{ milliseconds: 0, problems: [] },
  };
  for (let done = 0, stage = 0; done < rounds && result.problems.length === 0; stage++) {
    const some = Math.min(roundsOfStore, rounds - done);
    const flushDiskType = stage % 2 === 0 ? "ASYNC_FLUSH" : "SYNC_FLUSH";
    await new Stage(new Random(seed + stage * 7919), flushDiskType, result).run(some);
    done += some;
    result.milliseconds = Date.now() - began;
    report?.(
      `${done} rounds, ${result.acknowledged} acknowledged, ${Math.round(result.milliseconds / 1000)} s, ${result.problems.length} problems`,
    );
  }
  return result;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { rounds: { type: "string" }, seed: { type: "string" } },
  });
  const result = await killRounds({
    rounds: Number(values.rounds ?? 300),
    seed: Number(values.seed ?? randomInt(2 ** 31)),
    report: (line) => void process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  process.exitCode = result.problems.length === 0 ? 0 : 1;
}
