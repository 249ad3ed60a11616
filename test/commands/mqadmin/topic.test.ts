import test from "ava";
import { startCluster, type TestCluster } from "../../support/mqadmin.js";

let cluster: TestCluster;
test.before(async () => {
  cluster = await startCluster();
});
test.after.always(() => cluster.stop());

test("a topic is created, shown and deleted", async (t) => {
  const created = await cluster.mqadmin("updateTopic -c DefaultCluster -t made -r 3 -w 2");
  t.deepEqual(created, {
    code: 0,
    stdout:
      `create topic to ${cluster.broker} success.\n` +
      "TopicConfig [topicName=made, readQueueNums=3, writeQueueNums=2, perm=RW-, topicFilterType=SINGLE_TAG, topicSysFlag=0, order=false, attributes={}]\n",
    stderr: "",
  });
  const names = await cluster.mqadmin("topicList");
  t.true(names.stdout.split("\n").includes("made"));
  const list = await cluster.mqadmin("topicRoute -t made -l");
  t.regex(list.stdout, /^DefaultCluster +broker-a +\{0=127\.0\.0\.1:\d+\} +3 {10}2 {11}6 {4}$/m);
  const deleted = await cluster.mqadmin("deleteTopic -c DefaultCluster -t made");
  t.is(
    deleted.stdout,
    "delete topic [made] from cluster [DefaultCluster] success.\ndelete topic [made] from NameServer success.\n",
  );
  t.is((await cluster.mqadmin("topicRoute -t made")).code, 3);
});

test("the status of a topic has a row per queue and its put rate", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t status -r 2 -w 2");
  await cluster.mqadmin("sendMessage -t status -p hello -b broker-a -i 1");
  const { code, stdout } = await cluster.mqadmin("topicStatus -t status");
  t.is(code, 0);
  const lines = stdout.split("\n");
  t.is(
    lines[0],
    "#Broker Name                      #QID  #Min Offset           #Max Offset             #Last Updated",
  );
  t.is(
    lines[1],
    "broker-a                          0     0                     0                       ",
  );
  t.regex(lines[2] ?? "", /^broker-a {26}1 {5}0 {21}1 {23}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}$/);
  t.is(lines[3], "");
  t.regex(lines[4] ?? "", /^Topic Put TPS: \d+\.\d+$/);
});

test("JSON of a status has numbers and ISO times", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t json -r 1 -w 1");
  const { stdout } = await cluster.mqadmin("topicStatus -t json -o json");
  t.deepEqual(JSON.parse(stdout), [
    {
      brokerName: "broker-a",
      queueId: 0,
      minOffset: 0,
      maxOffset: 0,
      lastUpdated: null,
      lastUpdatedMs: 0,
    },
  ]);
});

test("an ordered topic gets its order configuration", async (t) => {
  const { stdout, stderr } = await cluster.mqadmin(
    `updateTopic -b ${cluster.broker} -t ordered -r 3 -w 3 -o true`,
  );
  t.true(stdout.startsWith("set broker orderConf. isOrder=true, orderConf=[broker-a:3]\n"));
  t.true(stderr.includes("CODE: 22  DESC: No config item"));
  const shown = await cluster.mqadmin("updateOrderConf -t ordered -m get");
  t.is(shown.stdout, "get orderConf success. topic=[ordered], orderConf=[broker-a:3] ");
});

test("a topic that is nowhere is not found", async (t) => {
  for (const command of ["topicRoute", "topicStatus", "topicClusterList"]) {
    const { code, stdout, stderr } = await cluster.mqadmin(`${command} -t nope`);
    t.is(code, 3, command);
    t.is(stdout, "");
    t.regex(stderr, /CODE: 17 {2}DESC: No topic route info in name server for the topic: nope/);
  }
});

test("an unknown cluster is not found, and nothing claims success", async (t) => {
  const deleted = await cluster.mqadmin("deleteTopic -c NoCluster -t nope");
  t.is(deleted.code, 3);
  t.true(deleted.stdout.startsWith("[error] Make sure the specified clusterName exists"));
  t.false(deleted.stdout.includes("success"));
  const json = await cluster.mqadmin("deleteTopic -c NoCluster -t nope -o json");
  t.is(json.stdout, "");
  t.true(json.stderr.includes("the name server knows no cluster NoCluster"));
});

test("a broker that is not there is unreachable", async (t) => {
  const { code, stderr } = await cluster.mqadmin("updateTopic -b 127.0.0.1:1 -t t");
  t.is(code, 5);
  t.true(stderr.includes("connect to 127.0.0.1:1 failed"));
});

test("bad values are usage errors in upstream's words", async (t) => {
  const number = await cluster.mqadmin("updateTopic -c DefaultCluster -t t -r many");
  t.is(number.code, 2);
  t.true(number.stderr.includes('For input string: "many"'));
  const perm = await cluster.mqadmin("updateTopic -c DefaultCluster -t t -p 9");
  t.is(perm.code, 2);
  t.true(perm.stderr.includes("CODE: 16  DESC: topicPermission value: 9 is invalid."));
  const attribute = await cluster.mqadmin(
    "updateTopic -c DefaultCluster -t t -a message.type=FIFO",
  );
  t.is(attribute.code, 2);
});

test("topics with their groups name cluster and group", async (t) => {
  const { code, stdout } = await cluster.mqadmin("topicList -c");
  t.is(code, 0);
  const [header, ...rows] = stdout.split("\n");
  t.is(
    header,
    "#Cluster Name         #Topic                                            #Consumer Group                                 ",
  );
  t.true(rows.some((row) => row.startsWith("DefaultCluster        TBW102 ")));
});
