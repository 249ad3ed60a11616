import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { realFiles } from "../../../engine/base/files.js";
import { silentLogger } from "../../../engine/base/log.js";
import { loadBrokerConfiguration } from "../../../engine/broker/config/broker-config.js";
import { JsonConfigFile } from "../../../engine/broker/json-config-file.js";
import { SubscriptionGroups } from "../../../engine/broker/subscription-group.js";

function setUp(t: { teardown(run: () => void): void }, config: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "groups-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "subscriptionGroup.json");
  const { values } = loadBrokerConfiguration({
    properties: { storePathRootDir: folder, ...config },
    files: realFiles,
  });
  const open = () =>
    new SubscriptionGroups({
      file: new JsonConfigFile(path, realFiles, silentLogger),
      clock: new ManualClock(1_700_000_000_000),
      config: values,
    });
  return { path, open, groups: open() };
}

test("an unknown group is made when it is asked for, unless its name or the configuration forbids it", (t) => {
  const { groups } = setUp(t);
  t.is(groups.find("g1")?.retryMaxTimes, 16);
  t.true(groups.has("g1"));
  t.is(groups.find("no blanks"), undefined);
  t.is(groups.find("x".repeat(256)), undefined);
  const { groups: strict } = setUp(t, { autoCreateSubscriptionGroup: "false" });
  t.is(strict.find("g1"), undefined);
  t.is(strict.find("CID_RMQ_SYS_SOMETHING")?.groupName, "CID_RMQ_SYS_SOMETHING");
  t.true(strict.has("TOOLS_CONSUMER"));
});

test("groups are written as upstream writes them, and read again", (t) => {
  const { path, open, groups } = setUp(t);
  groups.find("g1");
  groups.setReadForbidden("g1", "T", true);
  const text = readFileSync(path, "utf8");
  const entry = [
    '\t\t"g1":{',
    '\t\t\t"attributes":{},',
    '\t\t\t"brokerId":0,',
    '\t\t\t"consumeBroadcastEnable":true,',
    '\t\t\t"consumeEnable":true,',
    '\t\t\t"consumeFromMinEnable":true,',
    '\t\t\t"consumeMessageOrderly":false,',
    '\t\t\t"consumeTimeoutMinute":15,',
    '\t\t\t"groupName":"g1",',
    '\t\t\t"groupRetryPolicy":{',
    '\t\t\t\t"type":"CUSTOMIZED"',
    "\t\t\t},",
    '\t\t\t"groupSysFlag":0,',
    '\t\t\t"notifyConsumerIdsChangedEnable":true,',
    '\t\t\t"retryMaxTimes":16,',
    '\t\t\t"retryQueueNums":1,',
    '\t\t\t"whichBrokerWhenConsumeSlowly":1',
    "\t\t}",
  ].join("\n");
  t.true(text.includes(entry), text);
  const again = open();
  again.load();
  t.true(again.isReadForbidden("g1", "T"));
  t.deepEqual(again.dataVersion, groups.dataVersion);
  again.setReadForbidden("g1", "T", false);
  t.is(again.forbiddenTable().size, 0);
  t.true(again.delete("g1"));
  t.false(again.has("g1"));
});
