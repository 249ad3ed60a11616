import test from "ava";
import {
  answer,
  COMMIT,
  end,
  HALF,
  messagesIn,
  OP,
  producer,
  ROLLBACK,
  sendHalf,
  settle,
  world,
} from "../transaction/harness.js";

test("a prepared message is hidden until it is committed, and then has its place and all its properties", async (t) => {
  const all = await world(t);
  const client = all.broker.connect();
  const half = await sendHalf(all, client, { properties: { KEYS: "k" } });
  const [hidden] = await messagesIn(client, HALF);
  t.like(hidden, { queueId: 0, sysFlag: 0, queueOffset: 0 });
  t.like(Object.fromEntries(hidden?.properties ?? []), {
    TRAN_MSG: "true",
    PGROUP: "producers",
    REAL_TOPIC: "orders",
    REAL_QID: "1",
    __transactionId__: "ID1",
  });
  t.deepEqual(await messagesIn(client, "orders", 1), []);
  t.is((await end(client, half, COMMIT)).code, 0);
  const [message, ...others] = await messagesIn(client, "orders", 1);
  t.deepEqual(others, []);
  t.like(message, {
    topic: "orders",
    queueId: 1,
    queueOffset: 0,
    sysFlag: 8,
    bornTimestamp: hidden?.bornTimestamp,
    preparedTransactionOffset: half.commitLogOffset,
  });
  t.is(message?.body.toString(), "hello");
  t.deepEqual(message?.properties, hidden?.properties);
});

test("ends are recorded together, as a list, after a while or when there are many", async (t) => {
  const all = await world(t, { config: { transactionOpMsgMaxSize: 12 } });
  const client = all.broker.connect();
  for (const type of [COMMIT, ROLLBACK]) {
    t.is((await end(client, await sendHalf(all, client), type)).code, 0);
  }
  await settle();
  t.deepEqual(await messagesIn(client, OP), []);
  await all.clock.advance(3_000);
  await settle();
  const [first] = await messagesIn(client, OP);
  t.is(first?.body.toString(), "0,1,");
  t.deepEqual(Object.fromEntries(first?.properties ?? []), { WAIT: "true", TAGS: "d" });
  for (let nth = 2; nth < 9; nth++) await end(client, await sendHalf(all, client), ROLLBACK);
  await settle();
  const bodies = (await messagesIn(client, OP)).map((one) => one.body.toString());
  t.deepEqual(bodies, ["0,1,", "2,3,4,5,6,7,"]);
  t.is((await messagesIn(client, "orders", 1)).length, 1);
});

test("an end that does not fit its half message is refused with the reason", async (t) => {
  const all = await world(t);
  const client = all.broker.connect();
  const half = await sendHalf(all, client);
  const plain = await client.send("orders");
  const reason = async (other: object) => {
    const { code, remark } = await end(client, half, COMMIT, other);
    return `${code} ${remark ?? ""}`;
  };
  t.is(plain.code, 0);
  t.is(await reason({ commitLogOffset: 1 }), "1 Find prepared transaction message failed");
  t.is(await reason({ producerGroup: "other" }), "1 The producer group wrong");
  t.is(await reason({ tranStateTableOffset: 5 }), "1 The transaction state table offset wrong");
  const first = await messagesIn(client, "orders");
  const commitLogOffset = first[0]?.physicalOffset;
  t.is(await reason({ commitLogOffset }), "1 Find prepared transaction message failed");
  t.is(
    await reason({ commitOrRollback: ROLLBACK, producerGroup: "x" }),
    "1 The producer group wrong",
  );
});

test("an end that comes later than the message's own immunity is refused, unless it answers a check", async (t) => {
  const all = await world(t);
  const client = all.broker.connect();
  const half = await sendHalf(all, client, {
    properties: { CHECK_IMMUNITY_TIME_IN_SECONDS: "2" },
  });
  await all.clock.advance(2_001);
  const late = await end(client, half, COMMIT);
  t.is(late.code, 604);
  t.is((await end(client, half, COMMIT, { fromTransactionCheck: true })).code, 0);
});

test("a commit that comes twice delivers once", async (t) => {
  const all = await world(t);
  const client = all.broker.connect();
  const half = await sendHalf(all, client);
  t.is((await end(client, half, COMMIT)).code, 0);
  t.is((await end(client, half, COMMIT)).code, 0);
  t.is((await end(client, half, ROLLBACK)).code, 0);
  t.is((await messagesIn(client, "orders", 1)).length, 1);
});

test("the answer to a check counts although the first end comes later", async (t) => {
  const all = await world(t);
  const client = all.broker.connect();
  const checks = await producer(client);
  const half = await sendHalf(all, client);
  await all.round();
  t.is(checks.length, 1);
  t.is((await answer(client, checks[0], COMMIT)).code, 0);
  t.is((await end(client, half, COMMIT)).code, 0);
  for (let nth = 0; nth < 3; nth++) await all.round();
  t.is(checks.length, 1);
  t.is((await messagesIn(client, "orders", 1)).length, 1);
});

test("a broker that refuses transactions says so; a message without the property is not held up", async (t) => {
  const all = await world(t, { config: { rejectTransactionMessage: true } });
  const client = all.broker.connect();
  const refused = await client.send("orders", { properties: { TRAN_MSG: "true" } });
  t.deepEqual(
    [refused.code, refused.remark],
    [16, "the broker[127.0.0.1] sending transaction message is forbidden"],
  );
  t.is((await client.send("orders", { properties: { TRAN_MSG: "no" } })).code, 0);
});

test("a delay level counts from the commit on", async (t) => {
  const all = await world(t);
  const client = all.broker.connect();
  const half = await sendHalf(all, client, { properties: { DELAY: "2" } });
  t.is((await messagesIn(client, HALF)).length, 1);
  await all.clock.advance(10_000);
  t.is((await end(client, half, COMMIT)).code, 0);
  await all.clock.advance(4_900);
  t.deepEqual(await messagesIn(client, "orders", 1), []);
  await all.clock.advance(200);
  await settle();
  t.is((await messagesIn(client, "orders", 1)).length, 1);
});

test("ends beyond the capacity are turned away, and nothing is lost", async (t) => {
  const all = await world(t, { config: { endTransactionPoolQueueCapacity: 0 } });
  const client = all.broker.connect();
  const checks = await producer(client);
  const half = await sendHalf(all, client);
  t.is((await end(client, half, COMMIT)).code, 2);
  t.deepEqual(await messagesIn(client, "orders", 1), []);
  await all.round();
  t.is(checks.length, 1);
});
