import test from "ava";
import { updateConsumerOffset } from "../../../engine/protocol/requests/update-consumer-offset.js";
import { createClient } from "../../../engine/index.js";
import { runMqadmin, startCluster, type TestCluster } from "../../support/mqadmin.js";

let cluster: TestCluster;
test.before(async () => {
  cluster = await startCluster();
});
test.after.always(() => cluster.stop());

test("the counters of a broker are sorted, with the address in front for a cluster", async (t) => {
  const one = await cluster.mqadmin(`brokerStatus -b ${cluster.broker}`);
  t.is(one.code, 0, one.stderr);
  const lines = one.stdout.trimEnd().split("\n");
  t.true(lines.includes("brokerVersionDesc               : V5_3_3"));
  t.deepEqual(
    lines,
    [...lines].sort((a, b) => (a.split(" ")[0]! < b.split(" ")[0]! ? -1 : 1)),
  );
  const all = await cluster.mqadmin("brokerStatus -c DefaultCluster");
  t.true(
    all.stdout.includes(`${cluster.broker.padEnd(24)} brokerActive                    : true\n`),
  );
});

test("the configuration of a broker stands under its title", async (t) => {
  const one = await cluster.mqadmin(`getBrokerConfig -b ${cluster.broker}`);
  t.true(one.stdout.startsWith(`============${cluster.broker}============\n`));
  t.true(one.stdout.includes("brokerName                                        =  broker-a\n"));
  t.true(one.stdout.endsWith("\n\n"));
  const all = await cluster.mqadmin("getBrokerConfig -c DefaultCluster");
  t.true(all.stdout.startsWith(`============Master: ${cluster.broker}============\n`));
});

test("the load of a cluster has a row per broker", async (t) => {
  const { code, stdout } = await cluster.mqadmin("clusterList");
  t.is(code, 0);
  const [header = "", row = ""] = stdout.split("\n");
  t.true(header.startsWith("#Cluster Name           #Broker Name            #BID  #Addr "));
  t.regex(row, /^DefaultCluster {10}broker-a {16}0 {5}127\.0\.0\.1:\d+ +V5_3_3 .* true$/);
  const totals = await cluster.mqadmin("clusterList -m");
  t.is(totals.stdout.split("\n").length, 3);
  const unknown = await cluster.mqadmin("clusterList -c NoCluster");
  t.is(unknown.stdout, `${header}\n`);
});

test("statistics list topics that nobody consumes", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t lonely");
  const { code, stdout } = await cluster.mqadmin("statsAll -t lonely");
  t.is(code, 0);
  const row = stdout.split("\n")[1] ?? "";
  t.true(row.startsWith("lonely "));
  t.regex(row, / 0 {8}0\.00 {26}0 {4}NO_CONSUMER$/);
  t.is((await cluster.mqadmin("statsAll -a -t lonely")).stdout.split("\n").length, 2);
});

test("a producer group that is not there is not found", async (t) => {
  const { code, stderr } = await cluster.mqadmin("producerConnection -g nope -t TBW102");
  t.is(code, 3);
  t.true(stderr.includes("CODE: 1  DESC: the producer group[nope] not exist"));
});

test("a broker that is not there is unreachable", async (t) => {
  for (const command of ["brokerStatus", "getBrokerConfig"]) {
    const { code, stderr } = await cluster.mqadmin(`${command} -b 127.0.0.1:1`);
    t.is(code, 5, command);
    t.true(stderr.includes("connect to 127.0.0.1:1 failed"));
  }
});

test("an unknown cluster is not found", async (t) => {
  for (const command of ["brokerStatus", "getBrokerConfig"]) {
    const { code, stdout } = await cluster.mqadmin(`${command} -c NoCluster`);
    t.is(code, 3, command);
    t.is(
      stdout,
      "[error] Make sure the specified clusterName exists or the name server connected to is correct.",
    );
  }
});

test("options that exclude each other, or are missing, are usage errors", async (t) => {
  t.is((await cluster.mqadmin("brokerStatus")).code, 2);
  t.is((await cluster.mqadmin("getBrokerConfig")).code, 2);
  const both = await cluster.mqadmin(`brokerStatus -b ${cluster.broker} -c DefaultCluster`);
  t.is(both.code, 2);
  t.true(
    both.stderr.includes(
      "The option 'c' was specified but an option from this group has already been selected: 'b'",
    ),
  );
});

test("sends to a broker's own topic are timed, in the text of a release", async (t) => {
  const line = "sendMsgStatus -b broker-a -c 2 -s 20";
  const { code, stdout } = await cluster.mqadmin(line);
  t.is(code, 0);
  const result =
    /^rt=\d+ms, SendResult=SendResult \[sendStatus=SEND_OK, msgId=\w{32}, offsetMsgId=\w{32}, messageQueue=MessageQueue \[topic=broker-a, brokerName=broker-a, queueId=0\], queueOffset=\d+, recallHandle=null\]$/;
  const lines = stdout.trimEnd().split("\n");
  t.is(lines.length, 2);
  for (const one of lines) t.regex(one, result);
  const old = await cluster.mqadmin(`${line} --compat 4.8`);
  t.regex(old.stdout, /^rt:\d+ms, SendResult=[^\n]*, queueOffset=\d+\]rt:\d+ms, [^\n]*\]$/);
  const dry = await cluster.mqadmin(`${line} --dry-run -o json`);
  t.like((JSON.parse(dry.stdout) as object[])[0], {
    request: "SEND_MESSAGE_V2",
    fields: { topic: "broker-a", messages: 3, bytes: 20 },
  });
});

test("the lag of a broker's groups counts queues that it does not show", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t lagging -r 2 -w 2");
  await cluster.mqadmin("updateSubGroup -c DefaultCluster -g slow");
  for (const queue of [0, 0, 0, 1])
    await cluster.mqadmin(`sendMessage -t lagging -p x -b broker-a -i ${queue}`);
  const client = createClient({ namesrv: cluster.namesrv });
  await client.start();
  const header = { consumerGroup: "slow", topic: "lagging", queueId: 0, commitOffset: 1 };
  await client.remoting.call(cluster.broker, updateConsumerOffset, header);
  await client.stop();

  const { stdout } = await cluster.mqadmin(`brokerConsumeStats -b ${cluster.broker}`);
  const [header0 = "", row = "", ...rest] = stdout.split("\n");
  t.true(header0.startsWith(`#Topic${" ".repeat(60)}#Group `));
  t.regex(
    row,
    /^lagging {59}slow {62}broker-a {26}0 {5}3 {21}1 {21}2 {21}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
  );
  t.deepEqual(rest, ["", "Diff Total: 3", ""]);
  const narrow = await cluster.mqadmin(`brokerConsumeStats -b ${cluster.broker} --compat 4.8`);
  t.true(narrow.stdout.startsWith(`#Topic${" ".repeat(28)}#Group `));
  const json = await cluster.mqadmin(`brokerConsumeStats -b ${cluster.broker} --output json`);
  const rows = JSON.parse(json.stdout) as object[];
  t.is(rows.length, 2);
  t.like(rows[1], { group: "slow", queueId: 1, diff: 1, lastTime: null, lastTimeMs: null });
  const level = await cluster.mqadmin(`brokerConsumeStats -b ${cluster.broker} -l 3`);
  t.is(level.stdout.split("\n").length, 4);
});

test("counters in JSON are numbers, times and rates", async (t) => {
  const { stdout } = await cluster.mqadmin(`brokerStatus -b ${cluster.broker} -o json`);
  const [status] = JSON.parse(stdout) as { counters: Record<string, unknown> }[];
  const counters = status?.counters ?? {};
  t.is(counters["brokerActive"], true);
  t.is(counters["sendThreadPoolQueueCapacity"], 10_000);
  t.is(counters["brokerVersionDesc"], "V5_3_3");
  t.is(
    new Date(String(counters["bootTimestamp"])).getTime(),
    counters["bootTimestampMs"] as number,
  );
  t.deepEqual(Object.keys(counters["putTps"] as object), ["last10s", "last60s", "last600s"]);
});

test("older releases ask without choosing between broker and cluster", async (t) => {
  const newest = await cluster.mqadmin("help getBrokerConfig");
  t.true(newest.stdout.startsWith("usage: mqadmin getBrokerConfig -b <arg> | -c <arg>  [-h]"));
  const older = await runMqadmin(["help", "getBrokerConfig"], { MQADMIN_COMPAT: "5.3.3" });
  t.true(older.stdout.startsWith("usage: mqadmin getBrokerConfig [-b <arg>] [-c <arg>] [-h]"));
  const oldest = await runMqadmin(["help", "brokerStatus"], { MQADMIN_COMPAT: "4.8" });
  t.true(oldest.stdout.startsWith("usage: mqadmin brokerStatus [-b <arg>] [-c <arg>] [-h]"));
});
