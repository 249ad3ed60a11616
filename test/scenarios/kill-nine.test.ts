import { randomInt } from "node:crypto";
import { join } from "node:path";
import test from "ava";
import { createClient } from "../../engine/client/client.js";
import type { MessageQueue } from "../../engine/client/message-queue.js";
import { Producer } from "../../engine/client/producer.js";
import { PullConsumer } from "../../engine/client/pull-consumer.js";
import { startNamesrv } from "../../engine/index.js";
import { updateAndCreateTopic } from "../../engine/protocol/requests/update-and-create-topic.js";
import { type Running, startBrokerProcess, temporaryHome } from "../support/programs.js";

/** Raised for a long run: KILL_ROUNDS=20. */
const ROUNDS = Number(process.env["KILL_ROUNDS"] ?? 2);
const QUEUES = 4;
const UNDER_WAY = 256;

interface Acknowledged {
  queueId: number;
  queueOffset: number;
  msgId: string;
}

/** Sends with many messages under way until sends begin to fail; every acknowledgement is kept. */
async function sendUntilItDies(
  producer: Producer,
  acknowledged: Acknowledged[],
  onAcknowledged: () => void,
): Promise<void> {
  let dead = false;
  const sender = async (lane: number): Promise<void> => {
    for (let i = 0; !dead; i++) {
      try {
        const body = Buffer.alloc(1 + ((lane * 37 + i) % 2000), lane);
        const { msgId, queue, queueOffset } = await producer.send({
          topic: "killed",
          body,
          keys: `k${String(lane)}-${String(i)}`,
        });
        acknowledged.push({ queueId: queue.queueId, queueOffset, msgId });
        onAcknowledged();
      } catch {
        dead = true;
      }
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, (_, lane) => sender(lane)));
}

/** Ids in a queue, by offset from its beginning. */
async function read(consumer: PullConsumer, queue: MessageQueue): Promise<string[]> {
  const ids: string[] = [];
  for (let offset = await consumer.minOffset(queue); ;) {
    const { status, messages, nextBeginOffset } = await consumer.pull(queue, offset, {
      maxCount: 32,
    });
    if (status !== "FOUND") return ids;
    for (const message of messages) ids[message.queueOffset] = message.messageId;
    offset = nextBeginOffset;
  }
}

for (const flushDiskType of ["ASYNC_FLUSH", "SYNC_FLUSH"]) {
  test(`every acknowledged message is there once and in order after kill -9 under load (${flushDiskType})`, async (t) => {
    t.timeout(30_000 + ROUNDS * 15_000);
    const home = temporaryHome();
    t.teardown(home.remove);
    const namesrv = await startNamesrv({
      host: "127.0.0.1",
      port: 0,
      dataDir: join(home.folder, "namesrv"),
    });
    t.teardown(() => namesrv.stop());
    const startBroker = (): Promise<Running> =>
      startBrokerProcess(home, {
        namesrv: namesrv.address,
        settings: [`flushDiskType=${flushDiskType}`],
      });
    const acknowledged: Acknowledged[] = [];
    let broker = await startBroker();
    t.teardown(() => broker.child.kill("SIGKILL"));
    for (let round = 0; round < ROUNDS; round++) {
      const client = createClient({ namesrv: namesrv.address });
      await client.start();
      const master = (await client.routes.route("TBW102")).brokerDatas[0]!.brokerAddrs.get(0)!;
      if (round === 0) {
        await client.remoting.call(master, updateAndCreateTopic, {
          topic: "killed",
          defaultTopic: "TBW102",
          readQueueNums: QUEUES,
          writeQueueNums: QUEUES,
          perm: 6,
          topicFilterType: "SINGLE_TAG",
          topicSysFlag: 0,
          order: false,
        });
      }
      const producer = new Producer(client, {
        group: "killers",
        retryTimes: 0,
        sendTimeoutMs: 3000,
      });
      producer.start();
      const killAt = acknowledged.length + randomInt(500, 5000);
      await sendUntilItDies(producer, acknowledged, () => {
        if (acknowledged.length === killAt) broker.child.kill("SIGKILL");
      });
      await broker.ended;
      await client.stop();

      broker = await startBroker();
      const reader = createClient({ namesrv: namesrv.address });
      await reader.start();
      const consumer = new PullConsumer(reader, { group: "readers", register: false });
      const queues = await consumer.queues("killed");
      t.is(queues.length, QUEUES);
      const stored = new Map(
        await Promise.all(
          queues.map(async (queue) => [queue.queueId, await read(consumer, queue)] as const),
        ),
      );
      const lost = acknowledged.filter(
        ({ queueId, queueOffset, msgId }) => stored.get(queueId)?.[queueOffset] !== msgId,
      );
      t.deepEqual(lost, [], `round ${String(round)}: lost of ${String(acknowledged.length)}`);
      const all = [...stored.values()].flat();
      t.is(new Set(all).size, all.length, "no message is there twice");
      await reader.stop();
    }
    t.log(`${String(ROUNDS)} rounds, ${String(acknowledged.length)} messages acknowledged`);
    t.true(acknowledged.length > 0);
    broker.child.kill("SIGTERM");
    await broker.ended;
  });
}
