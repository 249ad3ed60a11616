/**
 * Everything at once: senders of plain, delayed and transactional messages, groups whose members come and go and hand
 * messages back, and a broker that is killed with -9 again and again. Then the books are checked. By hand:
 * `node build/test/torture/mixed-load.js --minutes 10`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Client, createClient } from "../../engine/client/client.js";
import { Producer } from "../../engine/client/producer.js";
import { PullConsumer } from "../../engine/client/pull-consumer.js";
import { PushConsumer } from "../../engine/client/push-consumer.js";
import { TransactionProducer } from "../../engine/client/transaction-producer.js";
import { startNamesrv } from "../../engine/index.js";
import { type Running, start, temporaryHome } from "../support/programs.js";
import { type Counts, Ledger } from "./ledger.js";
import { Random } from "./random.js";

export interface MixedLoadOptions {
  seconds: number;
  killEverySeconds: number;
  /** A member of a group joins or leaves so often. */
  churnEverySeconds: number;
  seed: number;
  report?: (line: string) => void;
}

export interface MixedLoadResult extends Counts {
  kills: number;
  problems: string[];
  /** Resident set of the broker before each kill and at the end, MiB. */
  residentMib: number[];
}

const TOPICS = Array.from({ length: 8 }, (_, i) => `mixed-${String(i)}`);
const GROUPS = ["group-a", "group-b", "group-c", "group-d"];
const LANES = 12;
const QUEUES = 4;
const PAUSE_MS = 4;
const LEVEL_MS = [0, 1000, 5000];
const DRAIN_MS = 90_000;
const LEVELS_OF_RETRIES = 1;

/** The load of one run. */
class MixedLoad {
  readonly ledger = new Ledger(GROUPS);
  private readonly options: MixedLoadOptions;
  private readonly client: Client;
  private readonly random: Random;
  private readonly members: PushConsumer[] = [];
  private readonly extras: { client: Client; consumer: PushConsumer }[] = [];
  private readonly producer: Producer;
  private readonly transactions: TransactionProducer;
  private over = false;

  constructor(client: Client, options: MixedLoadOptions) {
    this.client = client;
    this.producer = new Producer(client, { group: "plain", retryTimes: 0 });
    this.transactions = new TransactionProducer(client, {
      ...{ group: "transactional", retryTimes: 0 },
      check: ({ keys = "" }) => (keys.includes("r") ? "rollback" : "commit"),
    });
    this.options = options;
    this.random = new Random(options.seed);
  }

  /** Topics with their queues, made by the first message to each. */
  async prepare(): Promise<void> {
    const producer = new Producer(this.client, { group: "first", defaultTopicQueueNums: QUEUES });
    producer.start();
    for (const topic of TOPICS) {
      await producer.send(
        { topic, body: Buffer.from("first"), keys: "first" },
        { timeoutMs: 10_000 },
      );
    }
    await producer.stop();
    for (const group of GROUPS) this.members.push(await this.join(this.client, group));
  }

  /** Sends until `finish`; resolves when all lanes have ended. The producers stay, to answer checks. */
  async send(): Promise<void> {
    this.producer.start();
    this.transactions.start();
    const lane = async (id: number): Promise<void> => {
      for (let i = 0; !this.over; i++) {
        await this.sendOne(`${String(id)}-${String(i)}`).catch(async () => {
          this.ledger.counts.failedSends++;
          await pause(200);
        });
        await pause(PAUSE_MS);
      }
    };
    await Promise.all(Array.from({ length: LANES }, (_, id) => lane(id)));
  }

  private async sendOne(key: string): Promise<void> {
    const { random, ledger, producer, transactions } = this;
    const topic = TOPICS[Number(key.split("-")[0]) % TOPICS.length] ?? "";
    const body = random.bytes(random.below(2000) + 1);
    const kind = random.next();
    if (kind < 0.8) {
      ledger.acknowledged(key, "normal", await producer.send({ topic, body, keys: key }), 0);
    } else if (kind < 0.9) {
      const delayLevel = 1 + random.below(2);
      const dueMs = Date.now() + (LEVEL_MS[delayLevel] ?? 0);
      const sent = await producer.send({ topic, body, keys: key, delayLevel });
      ledger.acknowledged(key, "delayed", sent, dueMs);
    } else {
      const isCommitted = random.chance(0.7);
      const name = `${key}${isCommitted ? "c" : "r"}`;
      if (!isCommitted) ledger.willRollBack(name);
      const state = random.chance(0.2) ? "unknown" : isCommitted ? "commit" : "rollback";
      const sent = await transactions.sendInTransaction({ topic, body, keys: name }, () => state);
      ledger.acknowledged(name, isCommitted ? "committed" : "rolledBack", sent, 0);
    }
  }

  /** A member joins a group, or one that joined leaves. */
  async churn(): Promise<void> {
    const { random, extras } = this;
    if (extras.length > 0 && (extras.length > 4 || random.chance(0.5))) {
      const [left] = extras.splice(random.below(extras.length), 1);
      await left?.consumer.stop();
      await left?.client.stop();
      return;
    }
    const client = createClient({ namesrv: this.client.namesrvText });
    await client.start();
    try {
      extras.push({ client, consumer: await this.join(client, random.pick(GROUPS)) });
    } catch {
      await client.stop(); // the broker is dead just now
    }
  }

  private async join(client: Client, group: string): Promise<PushConsumer> {
    const consumer = new PushConsumer(client, {
      ...{ group, consumeFromWhere: "CONSUME_FROM_FIRST_OFFSET", maxReconsumeTimes: 1000 },
      listener: ([message], context) => {
        const key = message?.keys ?? "";
        if (key === "first") return "SUCCESS";
        const isTaken = !this.random.chance(0.03);
        this.ledger.delivered(group, key, Date.now(), isTaken);
        context.delayLevel = LEVELS_OF_RETRIES;
        return isTaken ? "SUCCESS" : "LATER";
      },
    });
    for (const topic of TOPICS) consumer.subscribe(topic);
    await consumer.start();
    return consumer;
  }

  finish(): void {
    this.over = true;
  }

  /** Waits until every group has what was promised, then compares the queues with the books. */
  async check(): Promise<void> {
    const until = Date.now() + DRAIN_MS;
    const missing = (): string[] =>
      GROUPS.flatMap((group) => this.ledger.missing(group).map((key) => `${key} for ${group}`));
    while (missing().length > 0 && Date.now() < until) await pause(250);
    const lost = missing();
    if (lost.length > 0) {
      this.ledger.problem(`${String(lost.length)} not delivered: ${lost.slice(0, 20).join(", ")}`);
    }
    const reader = new PullConsumer(this.client, { group: "readers", register: false });
    for (const topic of TOPICS) {
      for (const queue of await reader.queues(topic)) {
        const ids: string[] = [];
        const keys: string[] = [];
        for (let offset = 0; ;) {
          const page = await reader.pull(queue, offset);
          if (page.status !== "FOUND") break;
          for (const message of page.messages) {
            ids[message.queueOffset] = message.messageId;
            keys.push(message.keys ?? "");
          }
          offset = page.nextBeginOffset;
        }
        this.ledger.checkQueue(topic, queue.queueId, ids);
        this.ledger.checkOrder(`${topic}/${String(queue.queueId)}`, keys);
      }
    }
  }

  async stop(): Promise<void> {
    for (const { client, consumer } of this.extras) {
      await consumer.stop();
      await client.stop();
    }
    for (const member of this.members) await member.stop();
    await this.producer.stop();
    await this.transactions.stop();
  }
}

export async function mixedLoad(options: MixedLoadOptions): Promise<MixedLoadResult> {
  const home = temporaryHome();
  const namesrv = await startNamesrv({ dataDir: join(home.folder, "namesrv") });
  const client = createClient({ namesrv: namesrv.address });
  const residentMib: number[] = [];
  const port = 20_000 + new Random(options.seed).below(30_000);
  const startBroker = (): Promise<Running> =>
    brokerAt(port, { namesrv: namesrv.address, folder: home.folder, env: home.env });
  let kills = 0;
  try {
    let broker = await startBroker();
    await client.start();
    const load = new MixedLoad(client, options);
    await load.prepare();
    const began = Date.now();
    const secondsLeft = (): number => options.seconds - (Date.now() - began) / 1000;
    const sending = load.send();
    const churning = (async () => {
      while (secondsLeft() > 0) {
        await pause(Math.min(options.churnEverySeconds, Math.max(0, secondsLeft())) * 1000);
        await load.churn();
      }
    })();
    while (secondsLeft() > options.killEverySeconds) {
      await pause(options.killEverySeconds * 1000);
      residentMib.push(residentOf(broker));
      broker.child.kill("SIGKILL");
      await broker.ended;
      kills++;
      broker = await startBroker();
      const { acknowledged, deliveries } = load.ledger.counts;
      options.report?.(
        `${String(Math.round(secondsLeft()))} s left, ${JSON.stringify(acknowledged)} acknowledged, ${String(deliveries)} delivered, ${String(residentMib.at(-1))} MiB, ${String(load.ledger.problems.length)} problems`,
      );
    }
    await pause(Math.max(0, secondsLeft()) * 1000);
    residentMib.push(residentOf(broker));
    load.finish();
    await Promise.all([sending, churning]);
    await load.check();
    await load.stop();
    const { problems, counts } = load.ledger;
    return {
      ...counts,
      kills,
      problems: [...problems, ...growth(residentMib, options)],
      residentMib,
    };
  } finally {
    await client.stop();
    await namesrv.stop();
    await home.remove();
  }
}

/** More at the end than 20 % above what it was after two minutes. */
function growth(mib: readonly number[], { killEverySeconds }: MixedLoadOptions): string[] {
  const early = mib[Math.ceil(120 / killEverySeconds) - 1];
  const last = mib.at(-1);
  if (early === undefined || last === undefined || last <= early * 1.2) return [];
  return [`the broker had ${String(early)} MiB after two minutes and has ${String(last)} MiB`];
}

async function brokerAt(
  port: number,
  place: { namesrv: string; folder: string; env: Record<string, string> },
): Promise<Running> {
  const broker = start(
    "mqctl",
    [
      ...["start", "broker", "--foreground", "-n", place.namesrv, "--log-dir", place.folder],
      ...["brokerName=broker-a", "brokerIP1=127.0.0.1", `listenPort=${String(port)}`],
      `storePathRootDir=${place.folder}/store`,
      ...["mappedFileSizeCommitLog=16777216", "mappedFileSizeConsumeQueue=200000"],
      ...["maxHashSlotNum=10000", "maxIndexNum=40000"],
      ...["transactionTimeOut=1000", "transactionCheckInterval=2000"],
      `defaultTopicQueueNums=${String(QUEUES)}`,
    ],
    { env: place.env },
  );
  await broker.printed("boot success");
  return broker;
}

function residentOf({ child }: Running): number {
  try {
    const status = readFileSync(`/proc/${String(child.pid)}/status`, "utf8");
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0; // no such file outside of Linux
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "10" },
      kill: { type: "string", default: "30" },
      churn: { type: "string", default: "4" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
    },
  });
  const seed = Number(values.seed);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  print(`seed ${String(seed)}`);
  const result = await mixedLoad({
    ...{ seconds: Number(values.minutes) * 60, seed, report: print },
    ...{ killEverySeconds: Number(values.kill), churnEverySeconds: Number(values.churn) },
  });
  print(JSON.stringify(result, undefined, 2));
  process.exitCode = result.problems.length === 0 ? 0 : 1;
}
