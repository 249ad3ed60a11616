import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { giveBackExpired } from "../../../engine/client/expired-messages.js";
import type { OffsetStore } from "../../../engine/client/offset-store.js";
import { ProcessQueue } from "../../../engine/client/process-queue.js";
import type { ReceivedMessage } from "../../../engine/client/received-message.js";

const queue = { topic: "T", brokerName: "a", queueId: 0 };

test("messages that are with the listener for too long are given back, and the offset goes on", async (t) => {
  const clock = new ManualClock(10_000);
  const process = new ProcessQueue(queue, 0);
  const started = (queueOffset: number, at?: number): ReceivedMessage =>
    ({
      queueOffset,
      storedBody: Buffer.alloc(1),
      properties: new Map(at === undefined ? [] : [["CONSUME_START_TIME", String(at)]]),
    }) as unknown as ReceivedMessage;
  process.put([started(0, 8999), started(1, 8000), started(2, 9000), started(3)]);
  const given: [number, number][] = [];
  const offsets: number[] = [];
  const options = {
    clock,
    timeoutMs: 1000,
    offsets: {
      update: (_: unknown, offset: number) => offsets.push(offset),
    } as unknown as OffsetStore,
    giveBack: ({ queueOffset }: ReceivedMessage, level: number) => {
      given.push([queueOffset, level]);
      return Promise.resolve(given.length !== 3);
    },
  };
  await giveBackExpired(process, options);
  t.deepEqual(given, [
    [0, 3],
    [1, 3],
  ]);
  t.deepEqual(offsets, [1, 2]);
  await clock.advance(1);
  await giveBackExpired(process, options);
  t.is(process.count, 2, "one that is not taken back stays");
  await giveBackExpired(process, options);
  t.is(process.oldest?.queueOffset, 3, "one that the listener has not got yet stays");
});
