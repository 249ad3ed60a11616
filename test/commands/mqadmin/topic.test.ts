import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { getMaxOffset } from "../../../engine/protocol/requests/get-max-offset.js";
import { getTopicConfig } from "../../../engine/protocol/requests/get-topic-config.js";
import { updateAndCreateTopic } from "../../../engine/protocol/requests/update-and-create-topic.js";
import { startAnswering } from "../../support/answering-server.js";
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

test("the status of a topic has a row per queue, and the rate that Apache always prints", async (t) => {
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
  t.is(lines[4], "Topic Put TPS: 0.0");
  const old = await cluster.mqadmin("topicStatus -t status --compat 5.3.1");
  t.false(old.stdout.includes("TPS"));
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
      lastUpdatedMs: null,
      topicPutTps: 0,
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

test("the text is that of the release that is asked for", async (t) => {
  const old = "--compat 4.8";
  const { stdout } = await cluster.mqadmin(
    `updateTopic -c DefaultCluster -t oldtext -r 2 -w 2 -o true ${old}`,
  );
  t.is(
    stdout,
    `create topic to ${cluster.broker} success.\n` +
      "set cluster orderConf. isOrder=true, orderConf=[broker-a:2]" +
      "TopicConfig [topicName=oldtext, readQueueNums=2, writeQueueNums=2, perm=RW-, topicFilterType=SINGLE_TAG, topicSysFlag=0, order=true]",
  );
  const route = (await cluster.mqadmin(`topicRoute -t oldtext ${old}`)).stdout;
  t.true(route.includes('"topicSynFlag":0'));
  t.false(route.includes("topicSysFlag"));
  t.false(route.includes("enableActingMaster"));
  const list = (await cluster.mqadmin(`topicList -c ${old}`)).stdout.split("\n");
  t.true(list.every((line) => line === "" || line.length === 20 + 2 + 48 + 2 + 48));
  const perm = await cluster.mqadmin(`updateTopicPerm -b ${cluster.broker} -t oldtext -p 4 ${old}`);
  t.true(
    perm.stdout.endsWith("perm=R--, topicFilterType=SINGLE_TAG, topicSysFlag=0, order=true].\n"),
  );
});

test("a cluster that nobody knows has no lines of success, in the text of older releases neither", async (t) => {
  const unknown =
    "[error] Make sure the specified clusterName exists or the name server connected to is correct.";
  const found = async (line: string): Promise<void> => {
    const { code, stdout } = await cluster.mqadmin(line);
    t.is(code, 3, line);
    t.is(stdout.replaceAll(unknown, ""), "", line);
  };
  for (const compat of ["", " --compat 4.8", " --compat 5.3.3"]) {
    await found(`deleteTopic -c nowhere -t pay${compat}`);
    await found(`deleteSubGroup -c nowhere -g workers${compat}`);
  }
});

test("a permission that cannot be is refused, except by tools before 5.0, which sent it", async (t) => {
  const line = "updateTopic -c DefaultCluster -t barred -p 9";
  const refused = await cluster.mqadmin(line);
  t.is(refused.code, 2);
  t.true(refused.stderr.includes("CODE: 16  DESC: topicPermission value: 9 is invalid."));
  const dry = await cluster.mqadmin(`${line} --compat 4.8 --dry-run`);
  t.true(dry.stdout.includes("perm: - -> 9"), dry.stdout + dry.stderr);
});

test("an order that is put without a value is a usage error, which older text opens as upstream does", async (t) => {
  const line = "updateOrderConf -t pay -m put";
  const given = "please set orderConf with option -v.";
  t.deepEqual(await cluster.mqadmin(line), {
    code: 2,
    stdout: "",
    stderr: `mqadmin updateOrderConf: ${given}\n`,
  });
  const old = await cluster.mqadmin(`${line} --compat 4.8`);
  t.is(old.stderr, `mqadmin updateOrderConf: UpdateOrderConfCommand command failed: ${given}\n`);
});

test("a change that is only rehearsed shows what is there and what would be, and changes nothing", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t rehearsed -r 3 -w 3");
  const { code, stdout } = await cluster.mqadmin(
    "updateTopic -c DefaultCluster -t rehearsed -r 5 -w 3 -a +message.type=FIFO --dry-run --output json",
  );
  t.is(code, 0);
  t.like(JSON.parse(stdout), [
    {
      target: `broker ${cluster.broker}`,
      request: "UPDATE_AND_CREATE_TOPIC",
      code: 17,
      fields: { topic: "rehearsed", readQueueNums: 5, attributes: "+message.type=FIFO" },
      before: { readQueueNums: 3, writeQueueNums: 3, "message.type": null },
      after: { readQueueNums: 5, writeQueueNums: 3, "message.type": "FIFO" },
      isBeforeKnown: true,
    },
  ]);
  const gone = await cluster.mqadmin("deleteTopic -c DefaultCluster -t rehearsed --dry-run");
  t.regex(
    gone.stdout,
    /^DELETE_TOPIC_IN_BROKER \(215\) to broker .+\n {2}topic=rehearsed\n {2}removed$/m,
  );
  t.regex(gone.stdout, /^DELETE_TOPIC_IN_NAMESRV \(216\) to name server /m);
  const route = await cluster.mqadmin("topicRoute -t rehearsed --output json");
  t.like(JSON.parse(route.stdout), { brokers: [{ readQueueNums: 3 }] });
});

test("a list of topics is made in one go; what the file leaves out is upstream's default", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "topic-list-"));
  const file = join(folder, "topics.json");
  await writeFile(
    file,
    JSON.stringify([
      {
        topicName: "listed-a",
        readQueueNums: 2,
        writeQueueNums: 3,
        attributes: { "+message.type": "DELAY" },
      },
      { topicName: "listed-b", perm: 4 },
    ]),
  );
  const made = await cluster.mqadmin(["updateTopicList", "-c", "DefaultCluster", "-f", file]);
  t.deepEqual(made, {
    code: 0,
    stdout: `submit batch of topic config to ${cluster.broker} success, please check the result later.\n`,
    stderr: "",
  });
  const shown = async (topic: string) =>
    JSON.parse((await cluster.mqadmin(`topicRoute -t ${topic} --output json`)).stdout) as unknown;
  t.like(await shown("listed-a"), { brokers: [{ readQueueNums: 2, writeQueueNums: 3, perm: 6 }] });
  t.like(await shown("listed-b"), {
    brokers: [{ readQueueNums: 16, writeQueueNums: 16, perm: 4 }],
  });

  await writeFile(file, "[]");
  const empty = await cluster.mqadmin(["updateTopicList", "-b", cluster.broker, "-f", file]);
  t.deepEqual(empty, { code: 0, stdout: "", stderr: "" });
  for (const text of ["{not json", "{}", '[{"perm":6}]', '[{"topicName":"x","perm":"all"}]']) {
    await writeFile(file, text);
    const bad = await cluster.mqadmin(["updateTopicList", "-b", cluster.broker, "-f", file]);
    t.is(bad.code, 2, text);
    t.true(bad.stderr.includes("is no list of topics"), bad.stderr);
  }
  await rm(folder, { recursive: true });
  const missing = await cluster.mqadmin(["updateTopicList", "-b", cluster.broker, "-f", file]);
  t.is(missing.code, 3);
  t.is(missing.stdout, `the file path ${file} does not exists\n`);
});

test("queues are shared out as clients do it, in the order of Java's hash tables", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t pay-pair -r 8 -w 8");
  const ips = "10.0.0.1,10.0.0.2,10.0.0.3";
  const queue = (queueId: number) => ({ brokerName: "broker-a", queueId, topic: "pay-pair" });
  const { stdout } = await cluster.mqadmin(`allocateMQ -t pay-pair -i ${ips}`);
  t.is(
    stdout,
    `${JSON.stringify({
      result: {
        "10.0.0.3": [queue(2), queue(3)],
        "10.0.0.2": [queue(7), queue(0), queue(1)],
        "10.0.0.1": [queue(4), queue(5), queue(6)],
      },
    })}\n`,
  );
  await cluster.mqadmin("updateTopic -c DefaultCluster -t unreadable -p 2");
  const none = await cluster.mqadmin("allocateMQ -t unreadable -i a");
  t.is(none.code, 3);
  t.true(none.stderr.includes("mqAll is null or mqAll empty"));
});

test("a broker that says it did something and did not is not believed", async (t) => {
  const liar = await startAnswering((dispatcher) => {
    dispatcher.register(updateAndCreateTopic, () => ({}));
    dispatcher.register(getMaxOffset, () => ({ header: { offset: 0 } }));
    dispatcher.register(getTopicConfig, () => ({
      content: {
        topicName: "believed",
        readQueueNums: 8,
        writeQueueNums: 8,
        perm: 4,
        topicFilterType: "SINGLE_TAG",
        topicSysFlag: 0,
        order: false,
        attributes: {},
      },
    }));
  });
  const { code, stdout, stderr } = await cluster.mqadmin(
    `updateTopic -b ${liar.address} -t believed`,
  );
  t.is(code, 1);
  t.is(stdout, "");
  t.true(
    stderr.includes(
      "answered UPDATE_AND_CREATE_TOPIC with success, but perm reads back as 4 where 6 was wanted",
    ),
  );
  await liar.stop();
});
