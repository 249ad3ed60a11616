import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { notification } from "../../../../../engine/protocol/requests/notification.js";
import { INVISIBLE_MS, popBroker, popClient, poppedOf, texts } from "../../pop-harness.js";

const ORDER = { order: true, queueId: 0, attemptId: "one", maxMsgNums: 2 };

test("an orderly pop blocks its queue until all is acknowledged", async (t) => {
  const { client } = await popBroker(t);
  for (const body of ["a", "b", "c"]) await client.send("T", { body });
  const answer = await client.pop(ORDER);
  t.like(answer.header, { reviveQid: 999, orderCountInfo: "0 0 0" });
  const [a, b] = poppedOf(answer.header, answer.body);
  t.deepEqual([a?.text, b?.text], ["a", "b"]);
  if (a === undefined || b === undefined) return;
  t.like(await client.pop({ ...ORDER, attemptId: "two" }), { code: 210 });
  t.deepEqual(texts(await client.take(ORDER)), ["a", "b"]);
  const waiting = client.pop({ ...ORDER, attemptId: "two", pollTime: 30_000 });
  const again = await client.take(ORDER);
  for (const popped of again) t.like(await client.ack(popped), { code: 0 });
  const next = await waiting;
  t.deepEqual(texts(poppedOf(next.header, next.body)), ["c"]);
});

test("what an orderly pop leaves open comes again first, with its count", async (t) => {
  const { client, clock } = await popBroker(t);
  for (const body of ["a", "b", "c"]) await client.send("T", { body });
  const [a] = await client.take(ORDER);
  if (a === undefined) return t.fail();
  t.like(await client.ack(a), { code: 0 });
  t.like(await client.ack(a, { offset: 2 }), { code: 13 });
  await clock.advance(INVISIBLE_MS + 1);
  const answer = await client.pop({ ...ORDER, attemptId: "two" });
  t.deepEqual(texts(poppedOf(answer.header, answer.body)), ["b", "c"]);
  t.is(answer.header.orderCountInfo, "0 qo0%1 1;0 0 0");
});

test("an orderly pop can be made visible sooner, which wakes those who wait", async (t) => {
  const { client, clock } = await popBroker(t);
  await client.send("T", { body: "a" });
  const [a] = await client.take(ORDER);
  if (a === undefined) return t.fail();
  const changed = await client.change(a, 2000);
  t.like(changed.header, { invisibleTime: 2000, reviveQid: 999 });
  const waiting = client.pop({ ...ORDER, attemptId: "two", pollTime: 30_000 });
  await client.send("Other");
  await clock.advance(2001);
  const answer = await waiting;
  t.deepEqual(texts(poppedOf(answer.header, answer.body)), ["a"]);
});

test("a restart keeps what orderly pops have open", async (t) => {
  const { client, clock, broker, start, storeDir } = await popBroker(t);
  for (const body of ["a", "b"]) await client.send("T", { body });
  await client.take(ORDER);
  await broker.stop();
  const file = readFileSync(join(storeDir, "config/consumerOrderInfo.json"), "utf8");
  t.regex(file.replace(/\s/g, ""), /^\{"table":\{"T@g":\{0:\{"a":"one","cm":0,"i":10000,"l":18/);
  const again = popClient((await start()).connect(), clock);
  t.like(await again.pop({ ...ORDER, attemptId: "two" }), { code: 210 });
  await clock.advance(INVISIBLE_MS + 1);
  t.deepEqual(texts(await again.take({ ...ORDER, attemptId: "two" })), ["a", "b"]);
});

test("a notification tells that there is something to pop, or waits for it", async (t) => {
  const { client, clock } = await popBroker(t);
  const header = () => ({
    consumerGroup: "g",
    topic: "T",
    queueId: -1,
    pollTime: 10_000,
    bornTime: clock.now(),
  });
  await client.send("T", { body: "a" });
  t.like((await client.call(notification, header())).header, { hasMsg: true });
  await client.take({ invisibleTime: 600_000 });
  const waiting = client.call(notification, header());
  await client.send("T", { body: "b" });
  t.like((await waiting).header, { hasMsg: true });
  await client.take({ invisibleTime: 600_000 });
  const inVain = client.call(notification, header());
  await client.send("Other");
  await clock.advance(10_000);
  t.like((await inVain).header, { hasMsg: false });
});
