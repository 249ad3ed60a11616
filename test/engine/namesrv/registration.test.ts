import test from "ava";
import { crc32 } from "../../../engine/base/crc32.js";
import { ManualClock } from "../../../engine/base/clock.js";
import {
  encodeCompressedRegisterBody,
  registerBrokerBody,
} from "../../../engine/protocol/bodies/register-broker-body.js";
import { topicConfigSerializeWrapper } from "../../../engine/protocol/bodies/topic-config-serialize-wrapper.js";
import type { RemotingCommand } from "../../../engine/protocol/remoting-command.js";
import { brokerHeartbeat } from "../../../engine/protocol/requests/broker-heartbeat.js";
import { getBrokerClusterInfo } from "../../../engine/protocol/requests/get-broker-cluster-info.js";
import { getBrokerMemberGroup } from "../../../engine/protocol/requests/get-broker-member-group.js";
import { putKvConfig } from "../../../engine/protocol/requests/put-kv-config.js";
import { queryDataVersion } from "../../../engine/protocol/requests/query-data-version.js";
import { registerBroker } from "../../../engine/protocol/requests/register-broker.js";
import { registerTopicInNamesrv } from "../../../engine/protocol/requests/register-topic-in-namesrv.js";
import { unregisterBroker } from "../../../engine/protocol/requests/unregister-broker.js";
import {
  eventually,
  register,
  registerBody,
  registerHeader,
  startStage,
  topicConfig,
  version,
} from "./support.js";

test("a registered broker, its cluster and its topics can be found", async (t) => {
  const stage = await startStage(t);
  await register(stage, stage.client());
  t.deepEqual(await stage.topics(), ["TopicA", "TopicB"]);
  const route = await stage.route("TopicA");
  t.deepEqual(route?.queueDatas, [
    { brokerName: "broker-a", perm: 6, readQueueNums: 4, writeQueueNums: 4, topicSysFlag: 0 },
  ]);
  t.deepEqual(route?.brokerDatas, [
    {
      brokerAddrs: new Map([[0, "10.0.0.1:10911"]]),
      brokerName: "broker-a",
      cluster: "Cluster",
      enableActingMaster: false,
    },
  ]);
  const info = (await stage.admin.call(stage.address, getBrokerClusterInfo, {})).content();
  t.deepEqual([...info.clusterAddrTable], [["Cluster", ["broker-a"]]]);
  t.deepEqual([...info.brokerAddrTable.keys()], ["broker-a"]);
});

const forms: readonly { title: string; version: number; compressed: boolean; body: Buffer }[] = [
  {
    title: "JSON",
    version: 479,
    compressed: false,
    body: registerBrokerBody.encode(registerBody({})),
  },
  {
    title: "compressed by 4.8",
    version: 373,
    compressed: true,
    body: encodeCompressedRegisterBody(registerBody({}), 373),
  },
  {
    title: "compressed by 5.x",
    version: 479,
    compressed: true,
    body: encodeCompressedRegisterBody(registerBody({}), 479),
  },
  {
    title: "compressed by a 5.x broker that says it is not",
    version: 479,
    compressed: false,
    body: encodeCompressedRegisterBody(registerBody({}), 479),
  },
  {
    title: "a bare table of topics from before 3.0.11",
    version: 35,
    compressed: false,
    body: topicConfigSerializeWrapper.encode(registerBody({}).topicConfigSerializeWrapper),
  },
];

for (const form of forms) {
  test(`a registration is understood when it is ${form.title}`, async (t) => {
    const stage = await startStage(t);
    const connection = await stage.client().connection(stage.address);
    const header = {
      ...registerHeader({}),
      compressed: form.compressed,
      bodyCrc32: crc32(form.body),
    };
    const command: RemotingCommand = {
      code: registerBroker.code,
      language: "JAVA",
      version: form.version,
      opaque: 0,
      flag: 0,
      remark: undefined,
      extFields: registerBroker.request.encode(header),
      body: form.body,
      serializeType: 0,
    };
    t.like(await connection.forward(command, 5000), { code: 0, remark: undefined });
    t.deepEqual(await stage.topics(), ["TopicA", "TopicB"]);
    t.is((await stage.route("TopicA"))?.queueDatas[0]?.readQueueNums, 4);
  });
}

test("a body that does not match its checksum is refused", async (t) => {
  const stage = await startStage(t);
  const header = { ...registerHeader({}), bodyCrc32: 12345 };
  const call = stage
    .client()
    .call(stage.address, registerBroker, header, { content: registerBody({}) });
  await t.throwsAsync(call, { message: /code 1: crc32 not match/ });
  t.deepEqual(await stage.topics(), []);
});

test("a body that does not decode is refused with code 1", async (t) => {
  const stage = await startStage(t);
  for (const body of [Buffer.from("{"), Buffer.from([0x78, 1, 2, 3]), Buffer.from("[]")]) {
    const call = stage.client().call(stage.address, registerBroker, registerHeader({}), { body });
    await t.throwsAsync(call, { message: /code 1: / });
  }
});

test("a first registration with a single topic is refused, a later one is taken", async (t) => {
  const stage = await startStage(t);
  const broker = stage.client();
  const single = { topics: ["Only"], dataVersion: version(2) };
  await t.throwsAsync(register(stage, broker, single), {
    message: /code 1: register broker failed/,
  });
  await register(stage, broker);
  await register(stage, broker, single);
  t.deepEqual(await stage.topics(), ["Only", "TopicA", "TopicB"]);
});

test("queues change only with the data version", async (t) => {
  const stage = await startStage(t);
  const broker = stage.client();
  await register(stage, broker);
  const wider = [topicConfig("TopicA", { writeQueueNums: 9 }), "TopicB"];
  await register(stage, broker, { topics: wider });
  t.is((await stage.route("TopicA"))?.queueDatas[0]?.writeQueueNums, 4);
  await register(stage, broker, { topics: wider, dataVersion: version(2) });
  t.is((await stage.route("TopicA"))?.queueDatas[0]?.writeQueueNums, 9);
});

test("a topic that is new comes in even under a known data version", async (t) => {
  const stage = await startStage(t);
  const broker = stage.client();
  await register(stage, broker);
  await register(stage, broker, { topics: ["TopicA", "TopicB", "TopicC"] });
  t.deepEqual(await stage.topics(), ["TopicA", "TopicB", "TopicC"]);
});

test("topics that a registration leaves out stay, unless deleteTopicWithBrokerRegistration is on", async (t) => {
  for (const on of [false, true]) {
    const stage = await startStage(t, {
      config: { deleteTopicWithBrokerRegistration: String(on) },
    });
    const broker = stage.client();
    await register(stage, broker, { topics: ["A", "B", "C"] });
    await register(stage, broker, { topics: ["A", "B"], dataVersion: version(2) });
    t.deepEqual(await stage.topics(), on ? ["A", "B"] : ["A", "B", "C"]);
  }
});

test("a slave is told its master and brings no topics", async (t) => {
  const stage = await startStage(t);
  await register(stage, stage.client());
  const answer = await register(stage, stage.client(), {
    brokerId: 1,
    topics: ["Slave1", "Slave2"],
  });
  t.deepEqual(
    { ...answer.header },
    { masterAddr: "10.0.0.1:10911", haServerAddr: "10.0.0.1:10912" },
  );
  t.deepEqual(await stage.topics(), ["TopicA", "TopicB"]);
  const route = await stage.route("TopicA");
  t.deepEqual([...(route?.brokerDatas[0]?.brokerAddrs.keys() ?? [])], [0, 1]);
});

test("a slave that became master gives up its old id", async (t) => {
  const stage = await startStage(t);
  const slave = stage.client();
  await register(stage, slave, { brokerId: 1, brokerAddr: "10.0.0.2:10911" });
  await register(stage, slave, { brokerId: 0, brokerAddr: "10.0.0.2:10911" });
  const route = await stage.route("TopicA");
  t.deepEqual([...(route?.brokerDatas[0]?.brokerAddrs ?? [])], [[0, "10.0.0.2:10911"]]);
});

test("an address with an older state does not take an id from its holder", async (t) => {
  const stage = await startStage(t);
  await register(stage, stage.client(), {
    brokerAddr: "10.0.0.1:10911",
    dataVersion: version(1, 5),
  });
  await register(stage, stage.client(), {
    brokerAddr: "10.0.0.9:10911",
    dataVersion: version(1, 4),
  });
  t.is((await stage.route("TopicA"))?.brokerDatas[0]?.brokerAddrs.get(0), "10.0.0.1:10911");
  await register(stage, stage.client(), {
    brokerAddr: "10.0.0.9:10911",
    dataVersion: version(1, 6),
  });
  t.is((await stage.route("TopicA"))?.brokerDatas[0]?.brokerAddrs.get(0), "10.0.0.9:10911");
});

test("a registration is answered with the ordered topics", async (t) => {
  const stage = await startStage(t);
  const broker = stage.client();
  t.is((await register(stage, broker)).body, undefined);
  const order = { namespace: "ORDER_TOPIC_CONFIG", key: "TopicA", value: "broker-a:4" };
  await stage.admin.call(stage.address, putKvConfig, order);
  t.deepEqual((await register(stage, broker)).content().table, { TopicA: "broker-a:4" });
});

test("the data version of a broker can be compared without registering", async (t) => {
  const stage = await startStage(t);
  const broker = stage.client();
  const { brokerName, brokerAddr, clusterName, brokerId } = registerHeader({});
  const header = { brokerName, brokerAddr, clusterName, brokerId };
  const before = await broker.call(stage.address, queryDataVersion, header, {
    content: version(1),
  });
  t.true(before.header.changed);
  t.is(before.body, undefined);
  await register(stage, broker);
  const same = await broker.call(stage.address, queryDataVersion, header, { content: version(1) });
  t.false(same.header.changed);
  t.deepEqual(same.content(), version(1));
  const other = await broker.call(stage.address, queryDataVersion, header, { content: version(2) });
  t.true(other.header.changed);
});

test("a topic can be registered alone, at known brokers only", async (t) => {
  const stage = await startStage(t);
  const broker = stage.client();
  await register(stage, broker);
  const queue = {
    brokerName: "broker-a",
    perm: 6,
    readQueueNums: 2,
    writeQueueNums: 2,
    topicSysFlag: 0,
  };
  const content = {
    brokerDatas: [],
    filterServerTable: new Map<string, string[]>(),
    queueDatas: [queue],
  };
  await broker.call(stage.address, registerTopicInNamesrv, { topic: "Alone" }, { content });
  t.is((await stage.route("Alone"))?.queueDatas[0]?.readQueueNums, 2);
  const strange = { ...content, queueDatas: [queue, { ...queue, brokerName: "nobody" }] };
  await broker.call(
    stage.address,
    registerTopicInNamesrv,
    { topic: "Strange" },
    { content: strange },
  );
  t.is(await stage.route("Strange"), undefined);
});

test("the members of a broker name can be listed", async (t) => {
  const stage = await startStage(t);
  await register(stage, stage.client());
  await register(stage, stage.client(), { brokerId: 3 });
  const header = { clusterName: "Cluster", brokerName: "broker-a" };
  const members = (await stage.admin.call(stage.address, getBrokerMemberGroup, header)).content()
    .brokerMemberGroup;
  t.deepEqual(
    members?.brokerAddrs,
    new Map([
      [0, "10.0.0.1:10911"],
      [3, "10.0.0.4:10911"],
    ]),
  );
});

test("a broker that signs off takes its name and topics along, another one stays", async (t) => {
  const stage = await startStage(t);
  const broker = stage.client();
  await register(stage, broker);
  await register(stage, stage.client(), {
    brokerName: "broker-b",
    brokerAddr: "10.0.1.1:10911",
    topics: ["TopicA", "B"],
  });
  const { brokerName, brokerAddr, clusterName, brokerId } = registerHeader({});
  await broker.call(stage.address, unregisterBroker, {
    brokerName,
    brokerAddr,
    clusterName,
    brokerId,
  });
  t.deepEqual(await stage.topics(), ["B", "TopicA"]);
  t.deepEqual(
    (await stage.route("TopicA"))?.queueDatas.map((queue) => queue.brokerName),
    ["broker-b"],
  );
  t.is(await stage.route("TopicB"), undefined);
});

test("the loss of its connection takes a broker out at once", async (t) => {
  const stage = await startStage(t);
  const broker = stage.client();
  await register(stage, broker);
  await broker.stop();
  await eventually(t, async () => (await stage.topics()).length === 0);
  const info = (await stage.admin.call(stage.address, getBrokerClusterInfo, {})).content();
  t.is(info.clusterAddrTable.size, 0);
});

test("the loss of an old connection does not take out a broker that registered over a new one", async (t) => {
  const stage = await startStage(t);
  const old = stage.client();
  const fresh = stage.client();
  await register(stage, old);
  await register(stage, fresh);
  await old.stop();
  await fresh.call(stage.address, getBrokerClusterInfo, {});
  t.deepEqual(await stage.topics(), ["TopicA", "TopicB"]);
});

test("a broker that is silent for its lease is taken out and its connection closed", async (t) => {
  const clock = new ManualClock(1_000_000);
  const stage = await startStage(t, { clock });
  const broker = stage.client();
  await register(stage, broker, { heartbeatTimeoutMillis: 10_000 });
  await register(stage, stage.client(), {
    brokerName: "broker-b",
    brokerAddr: "10.0.1.1:10911",
    topics: ["B1", "B2"],
  });
  const connection = await broker.connection(stage.address);
  const lost = new Promise<void>((resolve) => connection.onClose(resolve));
  await clock.advance(10_000);
  t.is((await stage.topics()).length, 4);
  await clock.advance(5000);
  t.deepEqual(await stage.topics(), ["B1", "B2"]);
  await lost;
});

test("heartbeats and version queries prolong the lease", async (t) => {
  const clock = new ManualClock(1_000_000);
  const stage = await startStage(t, { clock });
  const broker = stage.client();
  await register(stage, broker, { heartbeatTimeoutMillis: 10_000 });
  const { brokerName, brokerAddr, clusterName, brokerId } = registerHeader({});
  for (let i = 0; i < 3; i++) {
    await clock.advance(9000);
    await broker.call(stage.address, brokerHeartbeat, { brokerName, brokerAddr, clusterName });
    await clock.advance(9000);
    const header = { brokerName, brokerAddr, clusterName, brokerId };
    await broker.call(stage.address, queryDataVersion, header, { content: version(1) });
  }
  t.deepEqual(await stage.topics(), ["TopicA", "TopicB"]);
});
