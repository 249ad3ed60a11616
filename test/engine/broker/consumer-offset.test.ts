import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { realFiles } from "../../../engine/base/files.js";
import { silentLogger } from "../../../engine/base/log.js";
import { ConsumerOffsets } from "../../../engine/broker/consumer-offset.js";
import { JsonConfigFile } from "../../../engine/broker/json-config-file.js";

function setUp(t: { teardown(run: () => void): void }, versionStep = 500) {
  const folder = mkdtempSync(join(tmpdir(), "offsets-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "consumerOffset.json");
  const open = () =>
    new ConsumerOffsets({
      file: new JsonConfigFile(path, realFiles, silentLogger),
      clock: new ManualClock(1_700_000_000_000),
      versionStep: () => versionStep,
    });
  return { path, open };
}

test("the file is written byte for byte as upstream writes it, and is read again", (t) => {
  const { path, open } = setUp(t, 1);
  const offsets = open();
  offsets.commit("g1", "TopicTest", 1, 12);
  offsets.commit("g1", "TopicTest", 0, 9);
  offsets.commit("g1", "TopicTest", 0, 10);
  offsets.persist();
  t.is(
    readFileSync(path, "utf8"),
    [
      "{",
      '\t"dataVersion":{',
      '\t\t"counter":3,',
      '\t\t"stateVersion":0,',
      '\t\t"timestamp":1700000000000',
      "\t},",
      '\t"groupTopicMap":{',
      '\t\t"g1":["TopicTest"]',
      "\t},",
      '\t"offsetTable":{',
      '\t\t"TopicTest@g1":{0:10,1:12',
      "\t\t}",
      "\t}",
      "}",
    ].join("\n"),
  );
  const again = open();
  again.load();
  t.is(again.get("g1", "TopicTest", 1), 12);
  t.is(again.dataVersion.counter, 3);
  t.is(again.get("g1", "TopicTest", 2), -1);
});

test("a file of 4.x without a data version, with a trailing comma, is read", (t) => {
  const { path, open } = setUp(t);
  writeFileSync(path, `{"offsetTable":{"T@g":{0:5,1:6,},}}`);
  const offsets = open();
  offsets.load();
  t.deepEqual(
    [...offsets.ofGroup("g", "T")],
    [
      [0, 5],
      [1, 6],
    ],
  );
});

test("the data version is stepped once in so many commits", (t) => {
  const offsets = setUp(t, 3).open();
  for (let i = 0; i < 7; i++) offsets.commit("g", "T", 0, i);
  t.is(offsets.dataVersion.counter, 2);
});

test("a reset is kept until somebody takes it, and moves the committed offset at once", (t) => {
  const offsets = setUp(t).open();
  offsets.commit("g", "T", 0, 50);
  offsets.assignReset("g", "T", 0, 7);
  t.is(offsets.get("g", "T", 0), 7);
  t.is(offsets.pendingReset("g", "T", 0), 7);
  t.is(offsets.takeReset("g", "T", 0), 7);
  t.is(offsets.takeReset("g", "T", 0), undefined);
});

test("offsets are listed, cloned and removed by topic and by group", (t) => {
  const offsets = setUp(t).open();
  offsets.commit("g", "T", 0, 1);
  offsets.commit("g", "U", 0, 2);
  offsets.cloneGroup("g", "h", "T");
  t.deepEqual(offsets.topicsOfGroup("g"), ["T", "U"]);
  t.deepEqual(offsets.groupsOfTopic("T"), ["g", "h"]);
  offsets.commit("h", "T", 0, 9);
  t.is(offsets.get("g", "T", 0), 1);
  offsets.removeTopic("T");
  t.deepEqual([...offsets.all().keys()], ["U@g"]);
  offsets.removeGroup("g");
  t.is(offsets.all().size, 0);
});

test("what a group pulled of a topic is known by queue, and is not what it committed", (t) => {
  const offsets = setUp(t).open();
  offsets.commitPullOffset("g", "T", 0, 7);
  offsets.commitPullOffset("g", "T", 2, 9);
  t.deepEqual(
    [...offsets.pulledOfGroup("g", "T")],
    [
      [0, 7],
      [2, 9],
    ],
  );
  t.is(offsets.pulledOfGroup("g", "U").size, 0);
  t.is(offsets.ofGroup("g", "T").size, 0);
});
