import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { startNamesrv } from "../../../engine/namesrv/namesrv.js";
import { getRouteinfoByTopic } from "../../../engine/protocol/requests/get-routeinfo-by-topic.js";
import { getMaxOffset } from "../../../engine/protocol/requests/get-max-offset.js";
import { pullMessage } from "../../../engine/protocol/requests/pull-message.js";
import { RocketmqError } from "../../../engine/base/errors.js";
import { brokerFor, clientOf, pullHeader, temporaryFolder } from "./harness.js";

test("a broker is known to its name server with its topics, from the start to the stop", async (t) => {
  const namesrv = await startNamesrv({ host: "127.0.0.1", port: 0, dataDir: temporaryFolder(t) });
  t.teardown(() => namesrv.stop());
  const lookUp = clientOf(t, namesrv.address);
  const route = (topic: string) => lookUp.call(getRouteinfoByTopic, { topic });
  const broker = await brokerFor(t, { namesrv });
  const known = (await route("TBW102")).content();
  t.is(known.brokerDatas[0]?.brokerAddrs.get(0), broker.address);
  t.is((await route("orders")).code, 17);
  await broker.connect().send("orders");
  while ((await route("orders")).code !== 0);
  t.like((await route("orders")).content().queueDatas[0], {
    brokerName: "broker-a",
    readQueueNums: 4,
    perm: 6,
  });
  await broker.stop();
  t.is((await route("orders")).code, 17);
});

test("two brokers do not share a store, and the second one's failure leaves the first alone", async (t) => {
  const storeDir = temporaryFolder(t);
  const broker = await brokerFor(t, { storeDir });
  await t.throwsAsync(brokerFor(t, { storeDir }), { instanceOf: RocketmqError });
  t.is((await broker.connect().send("T")).code, 0);
});

test("a port that is taken is one clear error", async (t) => {
  const { port } = await brokerFor(t);
  const error = await t.throwsAsync(brokerFor(t, { port }), { instanceOf: RocketmqError });
  t.regex(error.message, new RegExp(`cannot listen on 127.0.0.1:${port}`));
});

test("the fast port serves sends but no pulls", async (t) => {
  const broker = await brokerFor(t);
  const fast = clientOf(t, `127.0.0.1:${broker.fastPort}`);
  t.is((await fast.send("T")).code, 0);
  t.like(await fast.call(pullMessage, pullHeader("T")), {
    code: 3,
    remark: " request type 11 not supported",
  });
});

test("a stop answers the sends that were taken and turns later ones away", async (t) => {
  const storeDir = temporaryFolder(t);
  const broker = await brokerFor(t, { storeDir, config: { flushDiskType: "SYNC_FLUSH" } });
  const client = broker.connect();
  await client.send("T");
  const answers = Promise.all(Array.from({ length: 20 }, () => client.send("T")));
  await client.send("T", { queueId: 1 });
  const stopping = broker.stop();
  t.deepEqual(new Set((await answers).map(({ code }) => code)), new Set([0]));
  await stopping;
  await t.throwsAsync(client.send("T"), { instanceOf: RocketmqError });
  const again = (await brokerFor(t, { storeDir })).connect();
  t.is((await again.call(getMaxOffset, { topic: "T", queueId: 0 })).header.offset, 21);
});

test("a broker at an IPv6 address registers it and gives ids of 56 digits", async (t) => {
  const broker = await brokerFor(t, { host: "::1" });
  t.is(broker.address, `::1:${broker.port}`);
  const sent = await broker.connect().send("T");
  t.is(sent.header.msgId.length, 56);
});

test("a stopped broker leaves nothing open and no temporary store: its process ends by itself", async (t) => {
  const engine = fileURLToPath(new URL("../../../engine/index.js", import.meta.url));
  const script = `
    import { startBroker, startNamesrv } from ${JSON.stringify(engine)};
    const namesrv = await startNamesrv({ host: "127.0.0.1", port: 0, dataDir: ${JSON.stringify(temporaryFolder(t))} });
    const broker = await startBroker({ namesrv });
    console.log(broker.address);
    await broker.stop();
    await namesrv.stop();
  `;
  const tmp = temporaryFolder(t);
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, TMPDIR: tmp },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (data: Buffer) => (printed += data.toString()));
  const code = await new Promise((resolve) => child.on("close", resolve));
  t.is(code, 0);
  t.regex(printed, /^127\.0\.0\.1:\d+\n$/);
  t.deepEqual(existsSync(tmp) ? (await import("node:fs")).readdirSync(join(tmp)) : [], []);
});
