import test, { type ExecutionContext } from "ava";
import { PropertyName } from "../../../../engine/message/property-names.js";
import { checkClientConfig } from "../../../../engine/protocol/requests/check-client-config.js";
import { heartBeat } from "../../../../engine/protocol/requests/heart-beat.js";
import { pullMessage } from "../../../../engine/protocol/requests/pull-message.js";
import { queryConsumeQueue } from "../../../../engine/protocol/requests/query-consume-queue.js";
import { decodeRecords } from "../../../../engine/message/decode.js";
import { brokerFor, heartbeat, pullHeader, subscription } from "../harness.js";

const SQL = { expressionType: "SQL92" };

async function setUp(t: ExecutionContext, config: Record<string, unknown> = {}) {
  const broker = await brokerFor(t, { config: { enablePropertyFilter: true, ...config } });
  const client = broker.connect();
  for (const [body, a] of [
    ["one", "1"],
    ["two", "2"],
    ["three", "3"],
  ] as const)
    await client.send("T", { body, properties: { a } });
  const pull = (header: object) => client.call(pullMessage, pullHeader("T", header));
  const beat = (subString: string, subVersion = 1) => {
    const subscriptionDataSet = [subscription("T", { ...SQL, subString, subVersion })];
    return client.call(heartBeat, {}, { content: heartbeat("c", [{ subscriptionDataSet }]) });
  };
  return { ...client, pull, beat };
}

const bodies = ({ body }: { body: Buffer | undefined }): string[] =>
  body === undefined ? [] : decodeRecords(body).map((message) => message.body.toString());

test("a pull with an SQL expression gives what matches, and says where to go on when nothing does", async (t) => {
  const { pull } = await setUp(t);
  t.deepEqual(bodies(await pull({ ...SQL, subscription: "a > 1" })), ["two", "three"]);
  t.deepEqual(bodies(await pull({ ...SQL, subscription: "a > 1", maxMsgNums: 1 })), ["two"]);
  const nothing = await pull({ ...SQL, subscription: "a > 3" });
  t.like(nothing, { code: 20, remark: "NO_MATCHED_MESSAGE" });
  t.is(nothing.header.nextBeginOffset, 3);
});

test("a pull by the heartbeat's SQL expression follows its versions", async (t) => {
  const { pull, beat } = await setUp(t);
  const pushed = { sysFlag: 0, ...SQL };
  await beat("a = 2", 5);
  t.deepEqual(bodies(await pull({ ...pushed, subVersion: 5 })), ["two"]);
  t.is((await pull({ ...pushed, subVersion: 6 })).code, 25);
  await beat("a = 3", 6);
  t.deepEqual(bodies(await pull({ ...pushed, subVersion: 6 })), ["three"]);
  await beat("a == 3", 7);
  t.like(await pull({ ...pushed, subVersion: 7 }), {
    code: 27,
    remark: "The broker's consumer filter data is not exist!Your expression may be wrong!",
  });
});

test("a subscription that became newer than the group's filter is refused as such", async (t) => {
  const { pull, beat } = await setUp(t);
  await beat("a = 2", 5);
  await beat("", 6);
  t.like(await pull({ sysFlag: 0, ...SQL, subVersion: 6 }), {
    code: 28,
    remark: "the consumer's consumer filter data not latest",
  });
  t.deepEqual(bodies(await pull({ sysFlag: 0, ...SQL, subVersion: 5 })), ["two"]);
});

test("entries of a queue are shown with how the group filters", async (t) => {
  const { beat, call } = await setUp(t);
  const header = { topic: "T", queueId: 0, index: 0, count: 1, consumerGroup: "consumers" };
  await beat("a > 1", 5);
  const { filterData = "" } = (await call(queryConsumeQueue, header)).content();
  t.like(JSON.parse(filterData), {
    bloomFilterData: { bitNum: 112 },
    clientVersion: 5,
    consumerGroup: "consumers",
    dead: false,
    deadTime: 0,
    expression: "a > 1",
    expressionType: "SQL92",
    topic: "T",
  });
  t.regex(filterData, /^{\n\t"bloomFilterData":{\n\t\t"bitNum":112,\n\t\t"bitPos":\[\d+,\d+,\d+\]/);
});

test("a pull that waits is woken by a message that matches, and by no other", async (t) => {
  const { pull, send } = await setUp(t);
  let isAnswered = false;
  const waiting = pull({ ...SQL, subscription: "a = 'x'", queueOffset: 3, sysFlag: 4 | 2 });
  void waiting.then(() => (isAnswered = true));
  await send("T", { body: "other", properties: { a: "y" } });
  t.false(isAnswered);
  await send("T", { body: "wanted", properties: { a: "x" } });
  t.deepEqual(bodies(await waiting), ["wanted"]);
});

test("wrong expressions are refused when they are checked and when they are pulled with", async (t) => {
  const { call, pull } = await setUp(t);
  const check = (subString: string, expressionType = "SQL92") => {
    const subscriptionData = subscription("T", { expressionType, subString });
    const content = { clientId: "a", group: "g", subscriptionData };
    return call(checkClientConfig, {}, { content });
  };
  t.is((await check("a > 1")).code, 0);
  t.like(await check("a >"), {
    code: 23,
    remark: "Invalid MessageSelector. Encountered <EOF> at line 1, column 4.",
  });
  t.is((await check("a > 1", "XPATH")).code, 23);
  t.like(await pull({ ...SQL, subscription: "a >" }), {
    code: 23,
    remark: "parse the consumer's subscription failed",
  });
});

test("a broker without property filters says so, after it looked for the filter", async (t) => {
  const { pull, beat } = await setUp(t, { enablePropertyFilter: false });
  const refused = {
    code: 1,
    remark: "The broker does not support consumer to filter message by SQL92",
  };
  t.like(await pull({ ...SQL, subscription: "a > 1" }), refused);
  await beat("a > 1");
  t.like(await pull({ ...SQL, sysFlag: 0, subVersion: 1 }), refused);
  await beat("a >", 2);
  t.is((await pull({ ...SQL, sysFlag: 0, subVersion: 2 })).code, 27);
});

test("retries are filtered by what the group asks of the first topic, when that is wanted", async (t) => {
  for (const filterSupportRetry of [false, true]) {
    const { call, send, beat } = await setUp(t, { filterSupportRetry });
    await beat("a = 2");
    const retry = "%RETRY%consumers";
    for (const a of ["1", "2"])
      await send(retry, { body: a, properties: { a, [PropertyName.RETRY_TOPIC]: "T" } });
    const header = pullHeader(retry, { ...SQL, subscription: "TRUE" });
    const wanted = filterSupportRetry ? ["2"] : ["1", "2"];
    t.deepEqual(bodies(await call(pullMessage, header)), wanted);
  }
});
