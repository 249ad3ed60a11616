import { cpSync } from "node:fs";
import { basename, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { ManualClock } from "../../../../../engine/base/clock.js";
import { ackMessage } from "../../../../../engine/protocol/requests/ack-message.js";
import { batchAckMessage } from "../../../../../engine/protocol/requests/batch-ack-message.js";
import { pullMessage } from "../../../../../engine/protocol/requests/pull-message.js";
import { decodeRecords } from "../../../../../engine/message/decode.js";
import { brokerFor, pullHeader, temporaryFolder } from "../../harness.js";
import { INVISIBLE_MS, popBroker, popClient, poppedOf, texts } from "../../pop-harness.js";

/** Until what was not acknowledged has come back. */
const LONG_MS = INVISIBLE_MS + 5000;
/** Puts into the store end in a later turn of the event loop. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

/** A broker on what another one had brought to the disk until now, as if that one were killed. */
async function survivorOf(t: ExecutionContext, storeDir: string, clock: ManualClock) {
  const copy = join(temporaryFolder(t), "store");
  cpSync(storeDir, copy, { recursive: true, filter: (path) => !basename(path).startsWith("lock") });
  const config = { serverChannelMaxIdleTimeSeconds: 100_000 };
  return brokerFor(t, { clock, storeDir: copy, config });
}

test("what is not acknowledged comes back when its time is over, and says how often it came", async (t) => {
  const { client, clock } = await popBroker(t);
  for (const body of ["a", "b", "c"]) await client.send("T", { body, properties: { KEYS: body } });
  const first = await client.take();
  t.deepEqual(texts(first), ["a", "b", "c"]);
  for (const popped of first)
    if (popped.text !== "b") t.like(await client.ack(popped), { code: 0 });
  await clock.advance(INVISIBLE_MS - 1000);
  t.deepEqual(texts(await client.take()), []);
  await clock.advance(6000);
  await settle();
  const [again, ...more] = await client.take();
  t.deepEqual(more, []);
  t.like(again, { text: "b", topic: "%RETRY%g_T" });
  t.like(again?.message, { topic: "T", reconsumeTimes: 1, keys: "b" });
  t.is(again?.message.properties.get("1ST_POP_TIME"), "1800000000000");
  if (again) t.like(await client.ack(again), { code: 0 });
  await clock.advance(3 * LONG_MS);
  await settle();
  t.deepEqual(texts(await client.take()), []);
});

test("a pop that waits gets what comes back", async (t) => {
  const { client, clock } = await popBroker(t);
  await client.send("T", { body: "a" });
  await client.take();
  const waiting = client.pop({ pollTime: 60_000 });
  for (let second = 0; second < 20; second++) {
    await clock.advance(1000);
    await settle();
  }
  const { header, body } = await waiting;
  t.deepEqual(texts(poppedOf(header, body)), ["a"]);
});

test("after the last retry a message goes to the dead letter topic", async (t) => {
  const { client, clock } = await popBroker(t);
  await client.send("T", { body: "a" });
  for (let times = 0; times <= 16; times++) {
    const [popped] = await client.take();
    t.is(popped?.message.reconsumeTimes, times);
    await clock.advance(LONG_MS);
    await settle();
  }
  t.deepEqual(texts(await client.take()), []);
  const dead = await client.call(pullMessage, pullHeader("%DLQ%g", { consumerGroup: "reader" }));
  const [message] = decodeRecords(dead.body ?? Buffer.alloc(0));
  t.is(message?.storedBody.toString(), "a");
  t.is(message?.properties.get("DLQ_ORIGIN_TOPIC"), "T");
});

test("the time of one message can be changed, with a new receipt", async (t) => {
  const { client, clock } = await popBroker(t);
  await client.send("T", { body: "a" });
  const [popped] = await client.take();
  if (popped === undefined) return t.fail();
  const changed = await client.change(popped, 60_000);
  t.is(changed.code, 0);
  t.like(changed.header, { invisibleTime: 60_000, reviveQid: 0 });
  const { popTime, invisibleTime, reviveQid } = changed.header;
  t.true(popTime > clock.now());
  await clock.advance(30_000);
  await settle();
  t.deepEqual(texts(await client.take()), []);
  const receipt = `0 ${popTime} ${invisibleTime} ${reviveQid} 0 broker-a 0 0`;
  const shorter = await client.change({ ...popped, receipt }, 5000);
  t.is(shorter.code, 0);
  await clock.advance(9000);
  await settle();
  t.deepEqual(texts(await client.take()), ["a"]);
  await clock.advance(8000);
  t.like(await client.ack(popped, { topic: "T", extraInfo: "nonsense" }), { code: 1 });
});

test("several messages are acknowledged at once", async (t) => {
  const { client, clock } = await popBroker(t);
  for (const body of ["a", "b", "c", "d"]) await client.send("T", { body });
  const answer = await client.pop();
  const { popTime, reviveQid } = answer.header;
  const acks = [
    {
      consumerGroup: "g",
      topic: "T",
      retry: "0",
      startOffset: 0,
      queueId: 0,
      reviveQueueId: reviveQid,
      popTime,
      invisibleTime: INVISIBLE_MS,
      bitSet: Buffer.from([0b1101]).toString("base64"),
    },
  ];
  const content = { acks, brokerName: "broker-a" };
  t.like(await client.call(batchAckMessage, {}, { content }), { code: 0 });
  const none = await client.call(batchAckMessage, {}, { content: { acks: [], brokerName: "" } });
  t.is(none.code, 208);
  await clock.advance(LONG_MS);
  await settle();
  t.deepEqual(texts(await client.take()), ["b"]);
});

test("an acknowledgement may be met before what it acknowledges, as in a store of Apache's", async (t) => {
  const { client, clock } = await popBroker(t);
  for (const body of ["a", "b"]) await client.send("T", { body });
  const popTime = clock.now() + 5000;
  const header = { consumerGroup: "g", topic: "T", queueId: 0, offset: 0 };
  const extraInfo = `0 ${popTime} ${INVISIBLE_MS} 0 0 broker-a 0 0`;
  t.like(await client.call(ackMessage, { ...header, extraInfo }), { code: 0 });
  await clock.advance(5000);
  t.deepEqual(texts(await client.take()), ["a", "b"]);
  await clock.advance(LONG_MS);
  await settle();
  t.deepEqual(texts(await client.take()), ["b"]);
});

test("an acknowledgement of what cannot have been popped is refused", async (t) => {
  const { client } = await popBroker(t);
  await client.send("T", { body: "a" });
  const [popped] = await client.take();
  if (popped === undefined) return t.fail();
  t.like(await client.ack(popped, { topic: "none" }), { code: 17 });
  t.like(await client.ack(popped, { queueId: 9 }), { code: 13 });
  t.like(await client.ack(popped, { offset: 2 }), {
    code: 208,
    remark: "offset is illegal, key:T@0, commit:2, store:0~1",
  });
  t.like(await client.ack(popped, { extraInfo: "0 1 2 88 0 broker-a 0 0" }), { code: 13 });
});

test("after a restart only what was not acknowledged comes back", async (t) => {
  const { client, clock, broker, start } = await popBroker(t);
  for (const body of ["a", "b", "c"]) await client.send("T", { body });
  for (const popped of await client.take()) if (popped.text !== "b") await client.ack(popped);
  await broker.stop();
  const again = popClient((await start()).connect(), clock);
  t.deepEqual(texts(await again.take()), []);
  await clock.advance(LONG_MS);
  await settle();
  t.deepEqual(texts(await again.take()), ["b"]);
});

test("a broker that died at once gives nothing again that was acknowledged", async (t) => {
  const { client, clock, storeDir } = await popBroker(t);
  for (const body of ["a", "b", "c", "d"]) await client.send("T", { body });
  for (const popped of await client.take({ maxMsgNums: 3 })) {
    if (popped.text !== "b") await client.ack(popped);
  }
  const after = popClient((await survivorOf(t, storeDir, clock)).connect(), clock);
  t.deepEqual(texts(await after.take({ maxMsgNums: 1 })), ["d"]);
  await clock.advance(LONG_MS);
  await settle();
  t.deepEqual(texts(await after.take()), ["b", "d"]);
});

test("a broker that died brings each message back that was not acknowledged, once", async (t) => {
  const { client, clock, storeDir } = await popBroker(t);
  for (const body of ["a", "b", "c"]) await client.send("T", { body });
  const popped = await client.take();
  await clock.advance(10_000);
  await client.ack(popped.find(({ text }) => text === "a") ?? t.fail());
  await clock.advance(LONG_MS);
  await settle();
  const after = popClient((await survivorOf(t, storeDir, clock)).connect(), clock);
  await clock.advance(LONG_MS);
  await settle();
  t.deepEqual(texts(await after.take()), ["b", "c"]);
  t.deepEqual(texts(await after.take()), []);
});
