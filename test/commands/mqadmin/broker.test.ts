import test from "ava";
import { startCluster, type TestCluster } from "../../support/mqadmin.js";

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
