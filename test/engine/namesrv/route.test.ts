import { once } from "node:events";
import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { topicRouteData } from "../../../engine/protocol/bodies/topic-route-data.js";
import type { RemotingCommand } from "../../../engine/protocol/remoting-command.js";
import { getRouteinfoByTopic } from "../../../engine/protocol/requests/get-routeinfo-by-topic.js";
import { notifyMinBrokerIdChange } from "../../../engine/protocol/requests/notify-min-broker-id-change.js";
import { putKvConfig } from "../../../engine/protocol/requests/put-kv-config.js";
import { createDispatcher } from "../../../engine/remoting/dispatcher.js";
import { ResponseError } from "../../../engine/remoting/response-error.js";
import { createServer } from "../../../engine/remoting/server.js";
import { silentLogger } from "../../../engine/base/log.js";
import { EventEmitter } from "node:events";
import { eventually, register, type Stage, startStage, version } from "./support.js";

async function rawRoute(
  stage: Stage,
  fields: { version: number; ext?: Record<string, string> },
): Promise<string> {
  const connection = await stage.admin.connection(stage.address);
  const command: RemotingCommand = {
    code: getRouteinfoByTopic.code,
    language: "JAVA",
    version: fields.version,
    opaque: 0,
    flag: 0,
    remark: undefined,
    extFields: { topic: "TopicA", ...fields.ext },
    body: undefined,
    serializeType: 0,
  };
  const answer = await connection.forward(command, 5000);
  return String(answer.body);
}

test("clients from before 4.9.4 get the route with bare ids, later ones and those that ask for it strict JSON", async (t) => {
  const stage = await startStage(t);
  await register(stage, stage.client());
  const bare = /"brokerAddrs":\{0:"10\.0\.0\.1:10911"\}/;
  const quoted = /"brokerAddrs":\{"0":"10\.0\.0\.1:10911"\}/;
  t.regex(await rawRoute(stage, { version: 373 }), bare);
  t.regex(await rawRoute(stage, { version: 400 }), bare);
  t.regex(await rawRoute(stage, { version: 401 }), quoted);
  t.regex(await rawRoute(stage, { version: 479 }), quoted);
  t.regex(await rawRoute(stage, { version: 373, ext: { acceptStandardJsonOnly: "true" } }), quoted);
  const text = await rawRoute(stage, { version: 479 });
  t.notThrows(() => void JSON.parse(text));
  t.false(text.includes("orderTopicConf"));
});

test("a route spells the flag of its queues as 4.8 and as 5.x do", async (t) => {
  const stage = await startStage(t);
  await register(stage, stage.client());
  t.regex(
    await rawRoute(stage, { version: 373 }),
    /"topicSynFlag":0,"topicSysFlag":0|"topicSysFlag":0.*"topicSynFlag":0/,
  );
});

test("an unknown topic is answered with code 17 and where to read on", async (t) => {
  const stage = await startStage(t);
  const error = await t.throwsAsync(
    stage.admin.call(stage.address, getRouteinfoByTopic, { topic: "nope" }),
    { instanceOf: ResponseError },
  );
  t.like(error, {
    code: 17,
    remark:
      "No topic route info in name server for the topic: nope\n" +
      "See https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.",
  });
});

test("the order of a topic is part of its route only when orderMessageEnable says so", async (t) => {
  for (const on of [false, true]) {
    const stage = await startStage(t, { config: { orderMessageEnable: String(on) } });
    await register(stage, stage.client());
    const order = { namespace: "ORDER_TOPIC_CONFIG", key: "TopicA", value: "broker-a:4" };
    await stage.admin.call(stage.address, putKvConfig, order);
    t.is((await stage.route("TopicA"))?.orderTopicConf, on ? "broker-a:4" : undefined);
    t.is((await stage.route("TopicB"))?.orderTopicConf, undefined);
  }
});

test("routes are refused for 45 seconds when the server is to wait for its brokers", async (t) => {
  const clock = new ManualClock(0);
  const stage = await startStage(t, { clock, config: { needWaitForService: "true" } });
  await register(stage, stage.client());
  await t.throwsAsync(stage.route("TopicA"), { message: /code 1: name server not ready/ });
  await clock.advance(45_000);
  t.truthy(await stage.route("TopicA"));
});

test("a client that names its zone gets the brokers of that zone only", async (t) => {
  const stage = await startStage(t);
  await register(stage, stage.client(), { zoneName: "east" });
  await register(stage, stage.client(), {
    brokerName: "broker-b",
    brokerAddr: "10.0.1.1:10911",
    zoneName: "west",
  });
  const names = async (ext: Record<string, string>): Promise<string[]> => {
    const route = topicRouteData.decode(Buffer.from(await rawRoute(stage, { version: 479, ext })));
    t.deepEqual(
      route.queueDatas.map((queue) => queue.brokerName),
      route.brokerDatas.map((data) => data.brokerName),
    );
    return route.brokerDatas.map((data) => data.brokerName);
  };
  t.deepEqual(await names({ __ZONE_MODE: "true", __ZONE_NAME: "EAST" }), ["broker-a"]);
  t.deepEqual(await names({ __ZONE_MODE: "false", __ZONE_NAME: "east" }), ["broker-a", "broker-b"]);
  t.deepEqual(await names({}), ["broker-a", "broker-b"]);
});

test("with supportActingMaster the lowest slave stands in for a master that went, read-only", async (t) => {
  for (const on of [true, false]) {
    const stage = await startStage(t, { config: { supportActingMaster: String(on) } });
    const master = stage.client();
    await register(stage, master, { enableActingMaster: true });
    await register(stage, stage.client(), { brokerId: 2, enableActingMaster: true });
    await register(stage, stage.client(), { brokerId: 1, enableActingMaster: true });
    t.is((await stage.route("TopicA"))?.queueDatas[0]?.perm, 6);
    await master.stop();
    await eventually(t, async () => (await stage.route("TopicA"))?.queueDatas[0]?.perm === 4);
    const addrs = (await stage.route("TopicA"))?.brokerDatas[0]?.brokerAddrs;
    t.is(addrs?.get(on ? 0 : 1), "10.0.0.2:10911");
    t.is(addrs?.size, 2);
  }
});

test("an acting master registers its topics as read-only", async (t) => {
  const stage = await startStage(t, { config: { supportActingMaster: "true" } });
  const fields = { brokerId: 1, enableActingMaster: true };
  await register(stage, stage.client(), { ...fields, dataVersion: version(7) });
  const route = await stage.route("TopicA");
  t.is(route?.queueDatas[0]?.perm, 4);
  t.is(route?.brokerDatas[0]?.brokerAddrs.get(0), "10.0.0.2:10911");
});

test("the others of its name are told when the broker with the lowest id goes", async (t) => {
  const stage = await startStage(t, { config: { notifyMinBrokerIdChanged: "true" } });
  const told = new EventEmitter();
  const dispatcher = createDispatcher({ logger: silentLogger });
  dispatcher.register(notifyMinBrokerIdChange, ({ header }) => {
    told.emit("told", { ...header });
    return {};
  });
  const slave = createServer({ host: "127.0.0.1", port: 0, dispatcher });
  await slave.start();
  t.teardown(() => slave.stop());
  const slaveAddr = `127.0.0.1:${slave.port}`;
  const master = stage.client();
  await register(stage, master, { enableActingMaster: true });
  await register(stage, stage.client(), {
    brokerId: 1,
    brokerAddr: slaveAddr,
    enableActingMaster: true,
  });
  const news = once(told, "told");
  await master.stop();
  t.deepEqual(await news, [
    {
      minBrokerId: 1,
      minBrokerAddr: slaveAddr,
      brokerName: "broker-a",
      offlineBrokerAddr: "10.0.0.1:10911",
    },
  ]);
});
