import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { RocketmqError, UnreachableError } from "../../../engine/base/errors.js";
import { createNamesrvClient, parseNamesrvList } from "../../../engine/remoting/namesrv-client.js";
import { ResponseError } from "../../../engine/remoting/response-error.js";
import { echo, refused, silence, startStack } from "./support.js";

test("a list is split at semicolons, commas and blanks", (t) => {
  t.deepEqual(parseNamesrvList(" a:1;b:2, c:3;;a:1 "), ["a:1", "b:2", "c:3"]);
});

test("the first name server is chosen at random and kept", async (t) => {
  const a = await startStack(t);
  const b = await startStack(t);
  const namesrv = createNamesrvClient({
    addresses: `${a.address};${b.address}`,
    remoting: a.client,
    random: () => 0.9,
  });
  await namesrv.call(echo, { text: "1" });
  await namesrv.call(echo, { text: "2" });
  t.deepEqual([a.served, b.served], [[], ["1", "2"]]);
});

test("when the chosen name server is gone the next one is asked, and kept", async (t) => {
  const a = await startStack(t);
  const b = await startStack(t);
  const namesrv = createNamesrvClient({
    addresses: [a.address, b.address],
    remoting: b.client,
    random: () => 0,
  });
  await namesrv.call(echo, { text: "1" });
  await a.server.stop();
  await namesrv.call(echo, { text: "2" });
  await namesrv.call(echo, { text: "3" });
  t.deepEqual([a.served, b.served], [["1"], ["2", "3"]]);
});

test("a silent name server costs its share of the deadline only", async (t) => {
  const clock = new ManualClock(0);
  const a = await startStack(t, { clock });
  const b = await startStack(t, { clock });
  b.dispatcher.register(silence, () => ({ remark: "not so silent" }));
  const namesrv = createNamesrvClient({
    addresses: [a.address, b.address],
    remoting: b.client,
    clock,
    random: () => 0,
  });
  await b.client.connection(a.address);
  const call = namesrv.call(silence, {}, { timeoutMs: 4000 });
  await clock.advance(2000);
  t.is((await call).remark, "not so silent");
});

test("a refusal is an answer: no other name server is asked", async (t) => {
  const a = await startStack(t);
  const b = await startStack(t);
  const namesrv = createNamesrvClient({ addresses: [a.address, b.address], remoting: a.client });
  await t.throwsAsync(namesrv.call(refused, { code: 17 }), { instanceOf: ResponseError });
});

test("when none is reached the error names them all", async (t) => {
  const a = await startStack(t);
  const b = await startStack(t);
  await a.server.stop();
  await b.server.stop();
  const list = `${a.address};${b.address}`;
  const namesrv = createNamesrvClient({ addresses: list, remoting: a.client });
  const error = await t.throwsAsync(namesrv.call(echo, { text: "x" }), {
    instanceOf: UnreachableError,
  });
  t.is(error.message, `connect to ${list} failed`);
});

test("an empty list is a mistake of usage", async (t) => {
  const { client } = await startStack(t);
  const namesrv = createNamesrvClient({ addresses: "", remoting: client });
  const error = await t.throwsAsync(namesrv.call(echo, { text: "x" }), {
    instanceOf: RocketmqError,
  });
  t.is(error.kind, "usage");
});

test("callAll asks every name server and tells what each said", async (t) => {
  const a = await startStack(t);
  const b = await startStack(t);
  const namesrv = createNamesrvClient({ addresses: [a.address, b.address], remoting: a.client });
  await b.server.stop();
  const [first, second] = await namesrv.callAll(echo, { text: "x" });
  t.is(first?.result?.header.text, "x");
  t.is(second?.address, b.address);
  t.true(second?.error instanceof UnreachableError);
});
