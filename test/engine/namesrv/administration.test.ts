import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { CorruptError, RocketmqError } from "../../../engine/base/errors.js";
import { createNamesrv, startNamesrv } from "../../../engine/namesrv/namesrv.js";
import { addWritePermOfBroker } from "../../../engine/protocol/requests/add-write-perm-of-broker.js";
import { deleteKvConfig } from "../../../engine/protocol/requests/delete-kv-config.js";
import { deleteTopicInNamesrv } from "../../../engine/protocol/requests/delete-topic-in-namesrv.js";
import { getAllTopicListFromNameserver } from "../../../engine/protocol/requests/get-all-topic-list-from-nameserver.js";
import { getHasUnitSubTopicList } from "../../../engine/protocol/requests/get-has-unit-sub-topic-list.js";
import { getHasUnitSubUnunitTopicList } from "../../../engine/protocol/requests/get-has-unit-sub-ununit-topic-list.js";
import { getKvConfig } from "../../../engine/protocol/requests/get-kv-config.js";
import { getKvlistByNamespace } from "../../../engine/protocol/requests/get-kvlist-by-namespace.js";
import { getNamesrvConfig } from "../../../engine/protocol/requests/get-namesrv-config.js";
import { getSystemTopicListFromNs } from "../../../engine/protocol/requests/get-system-topic-list-from-ns.js";
import { getTopicsByCluster } from "../../../engine/protocol/requests/get-topics-by-cluster.js";
import { getUnitTopicList } from "../../../engine/protocol/requests/get-unit-topic-list.js";
import { putKvConfig } from "../../../engine/protocol/requests/put-kv-config.js";
import { updateNamesrvConfig } from "../../../engine/protocol/requests/update-namesrv-config.js";
import { wipeWritePermOfBroker } from "../../../engine/protocol/requests/wipe-write-perm-of-broker.js";
import { register, startStage, temporaryFolder, topicConfig, version } from "./support.js";

test("wiping the write permission of a broker counts its topics and lasts until its topics change", async (t) => {
  const stage = await startStage(t);
  const broker = stage.client();
  await register(stage, broker);
  const perm = async (): Promise<number | undefined> =>
    (await stage.route("TopicA"))?.queueDatas[0]?.perm;
  const wiped = await stage.admin.call(stage.address, wipeWritePermOfBroker, {
    brokerName: "broker-a",
  });
  t.is(wiped.header.wipeTopicCount, 2);
  t.is(await perm(), 4);
  await register(stage, broker);
  t.is(await perm(), 4);
  await register(stage, broker, { dataVersion: version(2) });
  t.is(await perm(), 6);
});

test("adding the write permission makes every topic readable and writable, and no broker is no topic", async (t) => {
  const stage = await startStage(t);
  await register(stage, stage.client(), { topics: [topicConfig("TopicA", { perm: 1 }), "TopicB"] });
  const added = await stage.admin.call(stage.address, addWritePermOfBroker, {
    brokerName: "broker-a",
  });
  t.is(added.header.addTopicCount, 2);
  t.is((await stage.route("TopicA"))?.queueDatas[0]?.perm, 6);
  const none = await stage.admin.call(stage.address, wipeWritePermOfBroker, {
    brokerName: "nobody",
  });
  t.is(none.header.wipeTopicCount, 0);
});

test("topics are listed by cluster, system names and unit flags", async (t) => {
  const stage = await startStage(t);
  const { address, admin } = stage;
  const topics = [0, 1, 2, 3].map((topicSysFlag) =>
    topicConfig(`Flag${topicSysFlag}`, { topicSysFlag }),
  );
  await register(stage, stage.client(), { topics });
  await register(stage, stage.client(), {
    brokerName: "b",
    brokerAddr: "10.0.1.1:10911",
    clusterName: "Other",
  });
  const cluster = await admin.call(address, getTopicsByCluster, { cluster: "Other" });
  t.deepEqual(cluster.content().topicList, ["TopicA", "TopicB"]);
  t.deepEqual(
    (await admin.call(address, getTopicsByCluster, { cluster: "none" })).content().topicList,
    [],
  );
  t.deepEqual((await admin.call(address, getSystemTopicListFromNs, {})).content(), {
    topicList: ["Cluster", "broker-a", "Other", "b"],
    brokerAddr: "10.0.0.1:10911",
  });
  t.deepEqual((await admin.call(address, getUnitTopicList, {})).content().topicList, [
    "Flag1",
    "Flag3",
  ]);
  t.deepEqual((await admin.call(address, getHasUnitSubTopicList, {})).content().topicList, [
    "Flag2",
    "Flag3",
  ]);
  t.deepEqual((await admin.call(address, getHasUnitSubUnunitTopicList, {})).content().topicList, [
    "Flag2",
  ]);
});

test("lists of topics can be switched off", async (t) => {
  const config = { enableAllTopicList: "false", enableTopicList: "false" };
  const { address, admin } = await startStage(t, { config });
  await t.throwsAsync(admin.call(address, getAllTopicListFromNameserver, {}), {
    message: /code 1: disable/,
  });
  await t.throwsAsync(admin.call(address, getTopicsByCluster, { cluster: "c" }), {
    message: /code 1: disable/,
  });
});

test("a topic is deleted everywhere, or at the brokers of one cluster", async (t) => {
  const stage = await startStage(t);
  await register(stage, stage.client());
  await register(stage, stage.client(), {
    brokerName: "b",
    brokerAddr: "10.0.1.1:10911",
    clusterName: "Other",
  });
  await stage.admin.call(stage.address, deleteTopicInNamesrv, {
    topic: "TopicA",
    clusterName: "Other",
  });
  t.deepEqual(
    (await stage.route("TopicA"))?.queueDatas.map((queue) => queue.brokerName),
    ["broker-a"],
  );
  await stage.admin.call(stage.address, deleteTopicInNamesrv, {
    topic: "TopicA",
    clusterName: "none",
  });
  t.truthy(await stage.route("TopicA"));
  await stage.admin.call(stage.address, deleteTopicInNamesrv, { topic: "TopicB" });
  t.deepEqual(await stage.topics(), ["TopicA"]);
});

test("settings are kept over a restart, with the file before the last change beside it", async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startStage(t, { dataDir });
  const put = (key: string, value: string): Promise<unknown> =>
    first.admin.call(first.address, putKvConfig, { namespace: "NS", key, value });
  await put("one", "1");
  await put("two", 'zwei: ü; "quoted"');
  t.is(
    readFileSync(join(dataDir, "kvConfig.json"), "utf8"),
    '{"configTable":{"NS":{"one":"1","two":"zwei: ü; \\"quoted\\""}}}',
  );
  t.is(
    readFileSync(join(dataDir, "kvConfig.json.bak"), "utf8"),
    '{"configTable":{"NS":{"one":"1"}}}',
  );
  await first.namesrv.stop();
  const second = await startStage(t, { dataDir });
  const list = await second.admin.call(second.address, getKvlistByNamespace, { namespace: "NS" });
  t.deepEqual({ ...list.content().table }, { one: "1", two: 'zwei: ü; "quoted"' });
  const one = { namespace: "NS", key: "one" };
  t.is((await second.admin.call(second.address, getKvConfig, one)).header.value, "1");
  await second.admin.call(second.address, deleteKvConfig, one);
  await t.throwsAsync(second.admin.call(second.address, getKvConfig, one), {
    message: /code 22: No config item, Namespace: NS Key: one/,
  });
  await t.throwsAsync(
    second.admin.call(second.address, getKvlistByNamespace, { namespace: "none" }),
    {
      message: /code 22: No config item, Namespace: none/,
    },
  );
  t.deepEqual(readdirSync(dataDir).sort(), ["kvConfig.json", "kvConfig.json.bak"]);
});

test("a damaged settings file is replaced by its backup, and refused when there is none", async (t) => {
  const dataDir = temporaryFolder(t);
  const path = join(dataDir, "kvConfig.json");
  writeFileSync(path, '{"configTable":{"NS":{"ke');
  await t.throwsAsync(startNamesrv({ port: 0, dataDir }), {
    instanceOf: CorruptError,
    message: new RegExp(path),
  });
  writeFileSync(`${path}.bak`, '{"configTable":{"NS":{"key":"value"}}}');
  const stage = await startStage(t, { dataDir });
  const answer = await stage.admin.call(stage.address, getKvConfig, {
    namespace: "NS",
    key: "key",
  });
  t.is(answer.header.value, "value");
});

test("the configuration is shown with the keys that are not known", async (t) => {
  const stage = await startStage(t, { config: { orderMessageEnable: "true", "my.key": "x=y" } });
  const text = (await stage.admin.call(stage.address, getNamesrvConfig, {})).content();
  const lines = text.trimEnd().split("\n");
  t.true(lines.includes("orderMessageEnable=true"));
  t.true(lines.includes("my.key=x=y"));
  t.true(lines.includes(`listenPort=${stage.namesrv.port}`));
  t.false(existsSync(join(stage.dataDir, "namesrv.properties")));
});

test("a changed configuration works at once and is written to its file", async (t) => {
  const stage = await startStage(t);
  const update = (content: string): Promise<unknown> =>
    stage.admin.call(stage.address, updateNamesrvConfig, {}, { content });
  await update("enableAllTopicList=false\nunknownKey=1\nwaitSecondsForService=many\n");
  await t.throwsAsync(stage.topics(), { message: /disable/ });
  const file = readFileSync(join(stage.dataDir, "namesrv.properties"), "utf8").split("\n");
  t.true(file.includes("enableAllTopicList=false"));
  t.true(file.includes("waitSecondsForService=45"));
  t.false(file.some((line) => line.startsWith("unknownKey")));
});

for (const key of [
  "configBlackList",
  "configStorePath",
  "kvConfigPath",
  "rocketmqHome",
  "secret",
]) {
  test(`${key} on the black list cannot be changed, nor what comes with it`, async (t) => {
    const config = { configBlackList: "configBlackList;configStorePath;kvConfigPath;secret" };
    const stage = await startStage(t, { config });
    const content = `enableAllTopicList=false\n${key}=/somewhere\n`;
    await t.throwsAsync(stage.admin.call(stage.address, updateNamesrvConfig, {}, { content }), {
      message: /code 16: Can not update config in black list\./,
    });
    t.deepEqual(await stage.topics(), []);
  });
}

test("a configuration file is read, loses to given keys, and gets the changes", async (t) => {
  const folder = temporaryFolder(t);
  const configPath = join(folder, "namesrv.conf");
  writeFileSync(configPath, "# mine\norderMessageEnable = true\nenableTopicList=false\n");
  const stage = await startStage(t, {
    configPath,
    dataDir: folder,
    config: { enableTopicList: "true" },
  });
  await stage.admin.call(
    stage.address,
    updateNamesrvConfig,
    {},
    { content: "supportActingMaster=true" },
  );
  const lines = readFileSync(configPath, "utf8").split("\n");
  for (const line of [
    "orderMessageEnable=true",
    "enableTopicList=true",
    "supportActingMaster=true",
  ]) {
    t.true(lines.includes(line), line);
  }
});

test("bad values and missing files are mistakes of usage", (t) => {
  const kind = (run: () => unknown): unknown => t.throws(run, { instanceOf: RocketmqError }).kind;
  t.is(
    kind(() => createNamesrv({ strict: true, config: { listenPort: "many" } })),
    "usage",
  );
  t.is(
    kind(() => createNamesrv({ configPath: "/does/not/exist" })),
    "usage",
  );
  t.is(createNamesrv({ config: { listenPort: "many" } }).configuration.values.listenPort, 9876);
});

test("stop leaves nothing open, so that the same port can be taken again", async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startNamesrv({ host: "127.0.0.1", port: 0, dataDir });
  const { port } = first;
  await first.stop();
  const second = await startNamesrv({ host: "127.0.0.1", port, dataDir });
  t.is(second.address, `127.0.0.1:${port}`);
  t.is(
    second.bootLine(),
    `The Name Server boot success. serializeType=JSON, address 127.0.0.1:${port}`,
  );
  await second.stop();
});
