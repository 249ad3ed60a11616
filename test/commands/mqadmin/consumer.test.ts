import test from "ava";
import { startCluster, type TestCluster } from "../../support/mqadmin.js";

let cluster: TestCluster;
test.before(async () => {
  cluster = await startCluster();
  await cluster.mqadmin("updateTopic -c DefaultCluster -t pay -r 1 -w 1");
  for (const body of ["a", "b", "c"]) await cluster.mqadmin(`sendMessage -t pay -p ${body}`);
});
test.after.always(() => cluster.stop());

test("a group is saved, shown and deleted", async (t) => {
  const saved = await cluster.mqadmin("updateSubGroup -c DefaultCluster -g saved -r 3");
  t.is(saved.code, 0, saved.stderr);
  t.true(
    saved.stdout.startsWith(
      `create subscription group to ${cluster.broker} success.\nSubscriptionGroupConfig{groupName=saved, `,
    ),
  );
  t.false(saved.stdout.endsWith("\n"));
  const shown = await cluster.mqadmin("getConsumerConfig -g saved");
  t.true(
    shown.stdout.startsWith(
      `${"=".repeat(29)}DefaultCluster:broker-a${"=".repeat(29)}\ngroupName                               =  saved\n`,
    ),
  );
  t.true(shown.stdout.includes("retryMaxTimes                           =  3\n"));
  const deleted = await cluster.mqadmin("deleteSubGroup -c DefaultCluster -g saved");
  t.is(
    deleted.stdout,
    `delete subscription group [saved] from broker [${cluster.broker}] in cluster [DefaultCluster] success.\n`,
  );
  const gone = await cluster.mqadmin("getConsumerConfig -g saved");
  t.is(gone.stdout, "");
  t.is(gone.code, 3);
});

test("a group that was reset has its progress by queue", async (t) => {
  await cluster.mqadmin("updateSubGroup -c DefaultCluster -g lag");
  await cluster.mqadmin("updateTopic -c DefaultCluster -t %RETRY%lag -r 1 -w 1");
  const reset = await cluster.mqadmin(
    `resetOffsetByTime -g lag -t pay -s 0 -b ${cluster.broker} -q 0 -o 1`,
  );
  t.is(reset.code, 0, reset.stderr);
  t.true(reset.stdout.endsWith("reset consumer offset to 1\n"));
  const { code, stdout, stderr } = await cluster.mqadmin("consumerProgress -g lag -t pay");
  t.is(code, 0, stderr);
  t.regex(
    stdout,
    /^#Topic +#Broker Name +#QID {2}#Broker Offset +#Consumer Offset +#Diff +#Inflight {11}#LastTime\npay +broker-a +0 +3 +1 +2 +\S+ +\S.*\n\nConsume TPS: \d+\.\d\d\nConsume Diff Total: 2\nConsume Inflight Total: -?\d+\n$/,
  );
});

test("a queue can be reset to 0", async (t) => {
  await cluster.mqadmin("updateSubGroup -c DefaultCluster -g zero");
  await cluster.mqadmin("updateTopic -c DefaultCluster -t %RETRY%zero -r 1 -w 1");
  for (const offset of [2, 0]) {
    await cluster.mqadmin(
      `resetOffsetByTime -g zero -t pay -s 0 -b ${cluster.broker} -q 0 -o ${offset}`,
    );
  }
  const { stdout } = await cluster.mqadmin("consumerProgress -g zero -t pay -o json");
  t.like((JSON.parse(stdout) as unknown[])[0], { consumerOffset: 0, diff: 3 });
});

test("a group is reset on all queues by its broker", async (t) => {
  await cluster.mqadmin("updateSubGroup -c DefaultCluster -g all");
  const { code, stdout, stderr } = await cluster.mqadmin("resetOffsetByTime -g all -t pay -s -1");
  t.is(code, 0, stderr);
  t.deepEqual(stdout.split("\n"), [
    "start reset consumer offset by specified, group[all], topic[pay], force[true], timestamp(string)[-1], timestamp(long)[-1]",
    "#brokerName                               #queueId                                  #offset                                 ",
    "broker-a                                  0                                         3                                       ",
    "",
  ]);
});

test("a group that nobody knows is not found", async (t) => {
  for (const line of ["consumerProgress -g nope", "consumerConnection -g nope"]) {
    const { code, stderr } = await cluster.mqadmin(line);
    t.is(code, 3, line);
    t.true(
      stderr.includes(
        "CODE: 17  DESC: No topic route info in name server for the topic: %RETRY%nope",
      ),
      line,
    );
  }
});

test("a group that is offline has no connections", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t %RETRY%offline -r 1 -w 1");
  const { code, stderr } = await cluster.mqadmin("consumerConnection -g offline");
  t.is(code, 3);
  t.true(stderr.includes("CODE: 206  DESC: the consumer group[offline] not online"));
});

test("the summary lists every group with a retry topic", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t %RETRY%listed -r 1 -w 1");
  const { code, stdout } = await cluster.mqadmin("consumerProgress");
  t.is(code, 0);
  t.regex(stdout, /^listed +0 +OFFLINE +0 +0$/m);
});

test("neither broker nor cluster prints the help", async (t) => {
  for (const command of ["updateSubGroup", "deleteSubGroup"]) {
    const { code, stdout } = await cluster.mqadmin(`${command} -g g`);
    t.is(code, 2);
    t.true(stdout.startsWith(`usage: mqadmin ${command} `));
  }
});

test("a time that is none is a usage error", async (t) => {
  t.is((await cluster.mqadmin("resetOffsetByTime -g g -t pay -s yesterday")).code, 2);
});

test("an unreachable name server is named", async (t) => {
  const { runMqadmin } = await import("../../support/mqadmin.js");
  const { code, stdout, stderr } = await runMqadmin(["consumerProgress", "-n", "127.0.0.1:1"]);
  t.is(code, 5);
  t.is(stdout, "");
  t.regex(stderr, /127\.0\.0\.1:1.*connect to null failed/);
});
