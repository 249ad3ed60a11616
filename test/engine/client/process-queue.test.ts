import test from "ava";
import { ProcessQueue } from "../../../engine/client/process-queue.js";
import type { ReceivedMessage } from "../../../engine/client/received-message.js";

const queue = { topic: "T", brokerName: "a", queueId: 0 };
const message = (queueOffset: number): ReceivedMessage =>
  ({ queueOffset, storedBody: Buffer.alloc(10) }) as unknown as ReceivedMessage;

test("what may be committed is the lowest offset still in hand", (t) => {
  const process = new ProcessQueue(queue, 0);
  const messages = [5, 6, 8, 9].map(message);
  process.put(messages);
  t.is(process.remove([messages[1] as ReceivedMessage]), 5);
  t.is(process.remove([messages[0] as ReceivedMessage]), 8);
  t.is(process.span, 1);
  t.is(process.remove(messages.slice(2)), 10);
  t.is(process.count, 0);
  t.is(process.cachedBytes, 0);
});

test("with nothing in hand what was filtered out before the next pull is done as well", (t) => {
  const process = new ProcessQueue(queue, 0);
  process.put([message(1), message(4)]);
  process.nextPullOffset = 9;
  t.is(process.remove([message(1)]), 4);
  t.is(process.remove([message(4)]), 9);
});

test("messages that were had already are not taken again", (t) => {
  const process = new ProcessQueue(queue, 0);
  process.put([message(1), message(2)]);
  process.put([message(2), message(3)]);
  t.is(process.count, 3);
  process.remove([message(1), message(2), message(3)]);
  process.put([message(3)]);
  t.is(process.count, 0);
});

test("done offsets are forgotten however many there were", (t) => {
  const process = new ProcessQueue(queue, 0);
  for (let offset = 0; offset < 5000; offset++) {
    process.put([message(offset)]);
    t.is(process.remove([message(offset)]), offset + 1);
  }
  process.put([message(5000)]);
  t.is(process.minOffset, 5000);
  t.is(process.maxOffset, 5000);
});
