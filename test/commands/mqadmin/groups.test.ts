import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { getRouteinfoByTopic } from "../../../engine/protocol/requests/get-routeinfo-by-topic.js";
import { startAnswering, startListing } from "../../support/answering-server.js";
import { runMqadmin } from "../../support/mqadmin.js";
import { run } from "../../support/programs.js";
import { type StagedCluster, stageCluster } from "../../support/staged-cluster.js";

let cluster: StagedCluster;
let folder: string;
test.before(async () => {
  cluster = await stageCluster();
  folder = await mkdtemp(join(tmpdir(), "groups-"));
});
test.after.always(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

test("a file of groups is saved in one go, with what upstream's class has for the rest", async (t) => {
  const file = join(folder, "groups.json");
  await writeFile(file, '[{"groupName":"l-one","retryMaxTimes":4},{"groupName":"l-two"}]');
  const saved = await cluster.mqadmin(`updateSubGroupList -b ${cluster.broker} -f ${file}`);
  t.is(saved.code, 0, saved.stderr);
  t.is(
    saved.stdout,
    `submit batch of group config to ${cluster.broker} success, please check the result later.\n`,
  );
  const everywhere = await cluster.mqadmin(`updateSubGroupList -c DefaultCluster -f ${file}`);
  t.is(
    everywhere.stdout,
    `submit batch of subscription group config to ${cluster.broker} success, please check the result later.\n`,
  );
  const shown = await cluster.mqadmin("getConsumerConfig -g l-one -o json");
  t.like((JSON.parse(shown.stdout) as unknown[])[0], {
    groupName: "l-one",
    retryMaxTimes: 4,
    consumeFromMinEnable: true,
    consumeBroadcastEnable: true,
    subscriptionDataSet: null,
  });
});

test("a file that is missing, empty or no list of groups changes nothing", async (t) => {
  const line = (name: string): string =>
    `updateSubGroupList -b ${cluster.broker} -f ${join(folder, name)}`;
  const missing = await cluster.mqadmin(line("none.json"));
  t.is(missing.code, 3);
  t.is(missing.stdout, `the file path ${join(folder, "none.json")} does not exists\n`);
  await writeFile(join(folder, "empty.json"), "[]");
  t.like(await cluster.mqadmin(line("empty.json")), { code: 0, stdout: "", stderr: "" });
  for (const [name, text, says] of [
    ["nameless.json", '[{"groupName":"a"},{"retryMaxTimes":1}]', "group 2 has no groupName"],
    ["broken.json", "[{", "cannot be read"],
  ] as const) {
    await writeFile(join(folder, name), text);
    const { code, stdout, stderr } = await cluster.mqadmin(line(name));
    t.is(code, 2, name);
    t.is(stdout, "");
    t.true(stderr.includes(says), stderr);
  }
});

test("a rehearsal shows what a group is and what it would be, and changes nothing", async (t) => {
  await cluster.mqadmin(`updateSubGroup -b ${cluster.broker} -g dry -r 5`);
  const planned = await cluster.mqadmin(
    `updateSubGroup -b ${cluster.broker} -g dry -r 9 --dry-run --output json`,
  );
  t.like((JSON.parse(planned.stdout) as unknown[])[0], {
    request: "UPDATE_AND_CREATE_SUBSCRIPTIONGROUP",
    before: { retryMaxTimes: 5 },
    after: { retryMaxTimes: 9 },
  });
  const gone = await cluster.mqadmin("deleteSubGroup -c DefaultCluster -g dry --dry-run -o json");
  const changes = JSON.parse(gone.stdout) as { request: string; after: unknown }[];
  t.deepEqual(
    changes.map(({ request }) => request),
    [
      "DELETE_SUBSCRIPTIONGROUP",
      ...["DELETE_TOPIC_IN_BROKER", "DELETE_TOPIC_IN_NAMESRV", "DELETE_KV_CONFIG"],
      ...["DELETE_TOPIC_IN_BROKER", "DELETE_TOPIC_IN_NAMESRV", "DELETE_KV_CONFIG"],
    ],
  );
  t.true(changes.every(({ after }) => after === null));
  const shown = await cluster.mqadmin("getConsumerConfig -g dry -o json");
  t.like((JSON.parse(shown.stdout) as unknown[])[0], { retryMaxTimes: 5 });
});

test("a group whose attribute is not known is refused and not made", async (t) => {
  const { code, stdout } = await cluster.mqadmin(
    `updateSubGroup -b ${cluster.broker} -g odd --attributes +a=b`,
  );
  t.is(code, 1);
  t.is(stdout, "");
  t.is((await cluster.mqadmin("getConsumerConfig -g odd")).code, 3);
});

test("a mode of consuming is set, shown by a rehearsal, and refused when it is none", async (t) => {
  const line = `setConsumeMode -t pay-events -g pay-group -b ${cluster.broker}`;
  const { code, stdout, stderr } = await cluster.mqadmin(`${line} -m pull -q 8`);
  t.is(code, 0, stderr);
  t.is(
    stdout,
    `set consume mode to ${cluster.broker} success.\ntopic[pay-events] group[pay-group] consume mode[PULL] popShareQueueNum[8]`,
  );
  const planned = await cluster.mqadmin(`${line} -m POP --dry-run -o json`);
  t.like((JSON.parse(planned.stdout) as unknown[])[0], {
    before: { mode: "PULL", popShareQueueNum: 8 },
    after: { mode: "POP", popShareQueueNum: 0 },
  });
  const wrong = await cluster.mqadmin(`${line} -m push`);
  t.is(wrong.code, 2);
  t.true(
    wrong.stderr.includes(
      "No enum constant org.apache.rocketmq.common.message.MessageRequestMode.push",
    ),
  );
});

test("4.8 prints what it knew of a group, and the topics that went with it", async (t) => {
  const old = "--compat 4.8";
  const saved = await cluster.mqadmin(`updateSubGroup -b ${cluster.broker} -g older ${old}`);
  t.is(
    saved.stdout,
    `create subscription group to ${cluster.broker} success.\n` +
      "SubscriptionGroupConfig [groupName=older, consumeEnable=true, consumeFromMinEnable=false, consumeBroadcastEnable=false, retryQueueNums=1, retryMaxTimes=16, brokerId=0, whichBrokerWhenConsumeSlowly=1, notifyConsumerIdsChangedEnable=true]",
  );
  const deleted = await cluster.mqadmin(`deleteSubGroup -c DefaultCluster -g older ${old}`);
  t.is(
    deleted.stdout,
    `delete subscription group [older] from broker [${cluster.broker}] in cluster [DefaultCluster] success.\n` +
      ["%RETRY%older", "%DLQ%older"]
        .map(
          (topic) =>
            `delete topic [${topic}] from cluster [DefaultCluster] success.\ndelete topic [${topic}] from NameServer success.\n`,
        )
        .join(""),
  );
  const help = await cluster.mqadmin(`help updateSubGroup ${old}`);
  t.false(help.stdout.includes("groupRetryPolicy"));
});

test("an unknown cluster is told as upstream tells it, once for the group and each topic", async (t) => {
  const { code, stdout } = await cluster.mqadmin("deleteSubGroup -c nowhere -g g");
  t.is(code, 3);
  t.is(
    stdout,
    "[error] Make sure the specified clusterName exists or the name server connected to is correct.".repeat(
      3,
    ),
  );
});

test("progress has the columns of the release that is asked for", async (t) => {
  const header = async (rest: string): Promise<string | undefined> =>
    (await cluster.mqadmin(`consumerProgress -g pay-group ${rest}`)).stdout.split("\n")[0];
  t.regex((await header("")) ?? "", /#Diff {16}#Inflight {11}#LastTime$/);
  t.regex((await header("--compat 4.9.7")) ?? "", /#Diff {17}#LastTime$/);
  t.regex(
    (await header("--compat 4.8")) ?? "",
    /^#Topic {28}#Broker Name .*#Client IP {11}#Diff {17}#LastTime$/,
  );
  const old = await cluster.mqadmin("consumerProgress -g pay-group --compat 4.8");
  t.regex(old.stdout, /\nConsume TPS: \d+\.\d\d\nDiff Total: \d+\n$/);
});

test("what is not known of a group is null, and a group without clients is no error", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t %RETRY%quiet -r 1 -w 1");
  const { stdout } = await cluster.mqadmin("consumerProgress -o json");
  const groups = JSON.parse(stdout) as { group: string }[];
  t.deepEqual(groups.find(({ group }) => group === "quiet") as unknown, {
    group: "quiet",
    count: 0,
    version: null,
    type: null,
    model: null,
    tps: null,
    diffTotal: null,
  });
  t.like(
    groups.find(({ group }) => group === "pay-group"),
    { count: 1, type: "PUSH", model: "CLUSTERING" },
  );
});

test("a client says all about itself", async (t) => {
  const line = cluster.fill("consumerStatus -g pay-group -i {clientId}");
  const { code, stdout, stderr } = await cluster.mqadmin(line);
  t.is(code, 0, stderr);
  for (const heading of [
    "#Consumer Properties#\n",
    "\n\n#Consumer Subscription#\n001 Topic: %RETRY%pay-group ",
    "\n\n#Consumer Offset#\n#Topic ",
    "\n\n#Consumer MQ Detail#\n#Topic ",
    "\n\n#Consumer Pop Detail#\n#Topic ",
    "\n\n#Consumer RT&TPS#\n#Topic ",
    "\n\n#User Consume Info#\n",
  ])
    t.true(stdout.includes(heading), heading);
  t.regex(stdout, /ProcessQueueInfo \[commitOffset=\d+, .*, lastConsumeTimestamp=\d{17}\]\n/);
  const old = await cluster.mqadmin(`${line} --compat 4.8`);
  t.false(old.stdout.includes("#Consumer Pop Detail#"));
});

test("the clients of a group are judged, and their reports go to files below the current folder", async (t) => {
  const argv = ["consumerStatus", "-g", "pay-group", "-n", cluster.namesrv];
  const { code, stdout, stderr } = await run("mqadmin", argv, { cwd: folder });
  t.is(code, 0, stderr);
  const lines = stdout.split("\n");
  t.is(
    lines[0],
    `${"#Index".padEnd(10)} ${"#ClientId".padEnd(40)} ${"#Version".padEnd(20)} #ConsumerRunningInfoFile`,
  );
  t.true(
    stdout.endsWith("\n\n\nSame subscription in the same group of consumer\n\nRebalance OK\n"),
    stdout,
  );
  const path = /(\d{13}\/\S+)$/.exec(lines[1] ?? "")?.[1] ?? "";
  t.deepEqual(await readdir(join(folder, path.split("/")[0] ?? "")), [path.split("/")[1]]);
  t.true((await readFile(join(folder, path), "utf8")).startsWith("#Consumer Properties#\n"));
});

test("a round of the monitor tells what groups have still to do", async (t) => {
  const { code, stdout, stderr } = await cluster.mqadmin(
    "startMonitoring --delay 0s --interval 1ms --rounds 2",
  );
  t.is(code, 0, stderr);
  const rule = "=".repeat(41);
  t.is(stdout.split(`[MONITOR] ${rule}beginRound\n`).length, 3);
  t.true(stdout.endsWith(`[MONITOR] ${rule}endRound\n`));
  t.regex(
    stdout,
    /^\[MONITOR\] reportUndoneMsgs: UndoneMsgs \[consumerGroup=pay-group, topic=pay-events, undoneMsgsTotal=\d+, undoneMsgsSingleMQ=\d+, undoneMsgsDelayTimeMills=\d+\]$/m,
  );
  const silent = await cluster.mqadmin("topicList");
  t.false(silent.stdout.includes("__MONITOR_CONSUMER"));
});

test("the producers and consumers that are connected are listed", async (t) => {
  const all = await cluster.mqadmin(`producer -b ${cluster.broker}`);
  t.regex(
    all.stdout,
    /^producer group \(pay-producers\) instance : clientId=\S+,remoteIP=\/127\.0\.0\.1:\d+, language=\w+, version=\d+, lastUpdateTimestamp=\d{13}$/m,
  );
  const old = await cluster.mqadmin("consumerConnection -g pay-group --compat 4.8");
  t.regex(
    old.stdout,
    /^001 {2}\S+ +127\.0\.0\.1:\d+ +\w+ +V\S+\n\nBelow is subscription:001 {2}Topic: \S+ +SubExpression: \*\n002 {2}Topic: \S+ +SubExpression: \*\nConsumeType: CONSUME_PASSIVELY\n/,
  );
  const now = await cluster.mqadmin("consumerConnection -g pay-group");
  t.regex(now.stdout, /^#ClientId +#ClientAddr +#Language +#Version\n/);
});

test("statistics of a topic without consumers leave the columns of a group unknown", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t alone -r 1 -w 1");
  const { stdout } = await cluster.mqadmin("statsAll -t alone -o json");
  t.like((JSON.parse(stdout) as unknown[])[0], {
    topic: "alone",
    group: null,
    accumulation: null,
    outTps: null,
    outMsg24Hour: null,
  });
  const text = await cluster.mqadmin("statsAll -t alone --compat 4.8");
  t.regex(text.stdout, /^#Topic {28}#Consumer Group .*\nalone {61} +0 +0\.00 +0 +NO_CONSUMER\n$/);
  const all = await cluster.mqadmin("statsAll");
  t.regex(all.stdout, /^pay-events +pay-group +\d+ +\d+\.\d\d +\d+\.\d\d +\d+ +\d+$/m);
});

test("what one of two brokers cannot do is done in part, and says so", async (t) => {
  const listing = await startListing({
    "broker-a": { 0: cluster.broker },
    "broker-b": { 0: "127.0.0.1:1" },
  });
  const said = `done by broker-a (${cluster.broker}); not done by broker-b (127.0.0.1:1)`;
  const file = join(folder, "partly.json");
  await writeFile(file, '[{"groupName":"partly"}]');
  const on = async (line: string): ReturnType<typeof runMqadmin> =>
    runMqadmin([...line.split(" "), "-n", listing.address]);
  for (const line of [
    "updateSubGroup -c DefaultCluster -g partly",
    `updateSubGroupList -c DefaultCluster -f ${file}`,
    "setConsumeMode -c DefaultCluster -t pay-events -g partly -m PULL",
  ]) {
    const { code, stdout, stderr } = await on(line);
    t.is(code, 1, line);
    t.is(stdout.match(/ success/g)?.length, 1, stdout);
    t.true(stderr.includes(said), stderr);
  }
  const deleted = await on("deleteSubGroup -c DefaultCluster -g partly -o json");
  t.is(deleted.code, 1);
  t.deepEqual(JSON.parse(deleted.stdout), {
    group: "partly",
    cluster: "DefaultCluster",
    brokers: [cluster.broker],
    topics: [],
  });
  await listing.stop();
});

test("progress of a group is shown of the brokers that answer", async (t) => {
  const brokerData = (brokerName: string, address: string) => ({
    cluster: "DefaultCluster",
    brokerName,
    brokerAddrs: new Map([[0, address]]),
    enableActingMaster: false,
  });
  const namesrv = await startAnswering((dispatcher) =>
    dispatcher.register(getRouteinfoByTopic, () => ({
      content: {
        brokerDatas: [
          brokerData("broker-a", cluster.broker),
          brokerData("broker-b", "127.0.0.1:1"),
        ],
        queueDatas: [],
        filterServerTable: new Map(),
      },
    })),
  );
  const argv = ["consumerProgress", "-g", "pay-group", "-n", namesrv.address];
  const { code, stdout, stderr } = await runMqadmin(argv);
  t.is(code, 5);
  t.regex(stdout, /^pay-events +broker-a +0 /m);
  t.true(stderr.includes("connect to 127.0.0.1:1 failed"), stderr);
  await namesrv.stop();
});
