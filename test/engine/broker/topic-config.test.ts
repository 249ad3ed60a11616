import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { realFiles } from "../../../engine/base/files.js";
import { silentLogger } from "../../../engine/base/log.js";
import { loadBrokerConfiguration } from "../../../engine/broker/config/broker-config.js";
import { newTopic } from "../../../engine/broker/boot-topics.js";
import { JsonConfigFile } from "../../../engine/broker/json-config-file.js";
import { TopicConfigs } from "../../../engine/broker/topic-config.js";

function setUp(t: { teardown(run: () => void): void }, config: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "topics-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "topics.json");
  const { values, release } = loadBrokerConfiguration({
    properties: { brokerName: "b", brokerClusterName: "C", storePathRootDir: folder, ...config },
    files: realFiles,
  });
  const open = () =>
    new TopicConfigs({
      file: new JsonConfigFile(path, realFiles, silentLogger),
      clock: new ManualClock(1_700_000_000_000),
      config: values,
      release,
    });
  return { path, open, topics: open() };
}

test("a new broker has upstream's topics", (t) => {
  const { topics } = setUp(t);
  const rows = [...topics.all().values()].map((topic) => [
    topic.topicName,
    topic.readQueueNums,
    topic.perm,
  ]);
  t.deepEqual(rows.sort(), [
    ["BenchmarkTest", 1024, 6],
    ["C", 16, 7],
    ["C_REPLY_TOPIC", 1, 6],
    ["OFFSET_MOVED_EVENT", 1, 6],
    ["RMQ_SYS_TRANS_HALF_TOPIC", 1, 6],
    ["RMQ_SYS_TRANS_OP_HALF_TOPIC", 1, 6],
    ["SCHEDULE_TOPIC_XXXX", 18, 6],
    ["SELF_TEST_TOPIC", 1, 6],
    ["TBW102", 8, 7],
    ["b", 1, 7],
    ["rmq_sys_REVIVE_LOG_C", 8, 6],
    ["rmq_sys_SYNC_BROKER_MEMBER_b", 1, 1],
    ["rmq_sys_wheel_timer", 1, 6],
  ]);
  t.true(topics.isSystemTopic("C") && topics.isSystemTopic("rmq_sys_anything"));
  t.false(topics.isSystemTopic("orders"));
});

test("an auto-created topic inherits from the default topic, with the fewer queues and without the inherit bit", (t) => {
  const { topics } = setUp(t);
  const registered: string[][] = [];
  topics.onChange = (changed) => registered.push(changed.map(({ topicName }) => topicName));
  const template = { defaultTopic: "TBW102", defaultTopicQueueNums: 4, topicSysFlag: 1 };
  t.like(topics.createInSend("orders", template), {
    topicName: "orders",
    readQueueNums: 4,
    writeQueueNums: 4,
    perm: 6,
    topicSysFlag: 1,
  });
  t.is(topics.createInSend("many", { ...template, defaultTopicQueueNums: 100 })?.writeQueueNums, 8);
  t.is(topics.createInSend("x", { ...template, defaultTopic: "nothing" }), undefined);
  t.is(topics.createInSend("x", { ...template, defaultTopic: "OFFSET_MOVED_EVENT" }), undefined);
  t.deepEqual(registered, [["orders"], ["many"]]);
  t.is(topics.dataVersion.counter, 2);
});

test("without autoCreateTopicEnable there is no TBW102, and one kept in the file gives nothing on", (t) => {
  const { topics, open } = setUp(t, { autoCreateTopicEnable: "false" });
  const template = { defaultTopic: "TBW102", defaultTopicQueueNums: 4, topicSysFlag: 0 };
  t.is(topics.createInSend("orders", template), undefined);
  topics.put(newTopic("TBW102", 8, 7));
  const again = open();
  again.load();
  t.is(again.createInSend("orders", template), undefined);
});

test("topics are written as upstream writes them and lie over those of the boot when read", (t) => {
  const { path, topics, open } = setUp(t);
  topics.put({ ...newTopic("TopicTest", 4), attributes: { "message.type": "FIFO" } });
  const text = readFileSync(path, "utf8");
  t.true(
    text.startsWith(
      '{\n\t"dataVersion":{\n\t\t"counter":1,\n\t\t"stateVersion":0,\n\t\t"timestamp":1700000000000\n\t},\n\t"topicConfigTable":{\n',
    ),
  );
  const entry = [
    '\t\t"TopicTest":{',
    '\t\t\t"attributes":{',
    '\t\t\t\t"message.type":"FIFO"',
    "\t\t\t},",
    '\t\t\t"order":false,',
    '\t\t\t"perm":6,',
    '\t\t\t"readQueueNums":4,',
    '\t\t\t"topicFilterType":"SINGLE_TAG",',
    '\t\t\t"topicName":"TopicTest",',
    '\t\t\t"topicSysFlag":0,',
    '\t\t\t"writeQueueNums":4',
    "\t\t}",
  ].join("\n");
  t.true(text.includes(entry), text);
  topics.put(newTopic("BenchmarkTest", 2));
  const again = open();
  again.load();
  t.is(again.get("TopicTest")?.attributes["message.type"], "FIFO");
  t.is(again.get("BenchmarkTest")?.readQueueNums, 2);
  t.is(again.get("TBW102")?.perm, 7);
  t.deepEqual(again.dataVersion, topics.dataVersion);
  t.true(again.delete("TopicTest"));
  t.false(again.delete("TopicTest"));
});

test("the topics that a name server lists as ordered are, and no others but retry topics", (t) => {
  const { topics } = setUp(t);
  topics.putAll([
    newTopic("a"),
    { ...newTopic("b1"), order: true },
    { ...newTopic("%RETRY%g"), order: true },
  ]);
  topics.markOrdered(new Set(["a"]));
  t.deepEqual(
    ["a", "b1", "%RETRY%g"].map((name) => topics.get(name)?.order),
    [true, false, true],
  );
});
