import test from "ava";
import { type AnsweringServer, startListing } from "../../support/answering-server.js";
import { type Printed, runMqadmin, startCluster, type TestCluster } from "../../support/mqadmin.js";

let cluster: TestCluster;
/** A name server whose second broker does not answer. */
let half: AnsweringServer;
test.before(async () => {
  cluster = await startCluster();
  half = await startListing({
    "broker-a": { 0: cluster.broker },
    "broker-b": { 0: "127.0.0.1:1" },
  });
});
test.after.always(async () => {
  await half.stop();
  await cluster.stop();
});

function onHalf(line: string): Promise<Printed> {
  return runMqadmin([...line.split(" "), "-n", half.address]);
}

async function valueOf(key: string): Promise<string | undefined> {
  const { stdout } = await cluster.mqadmin(`getBrokerConfig -b ${cluster.broker} -o json`);
  const [broker] = JSON.parse(stdout) as { config: Record<string, string> }[];
  return broker?.config[key];
}

test.serial("a key is rehearsed, changed and read back", async (t) => {
  const line = "updateBrokerConfig -c DefaultCluster -k fileReservedTime -v 48";
  const dry = await cluster.mqadmin(`${line} --dry-run`);
  t.is(
    dry.stdout,
    `UPDATE_BROKER_CONFIG (25) to broker ${cluster.broker}\n  body=fileReservedTime=48\n  fileReservedTime: 72 -> 48\nnothing was sent\n`,
  );
  t.is(await valueOf("fileReservedTime"), "72");
  const done = await cluster.mqadmin(line);
  t.is(done.stdout, `update broker config success, ${cluster.broker}\n`);
  t.is(await valueOf("fileReservedTime"), "48");
});

test.serial("values that read back in another spelling are the same", async (t) => {
  for (const value of ["TRUE", "false", "True"]) {
    const line = `updateBrokerConfig -b ${cluster.broker} -k traceTopicEnable -v ${value}`;
    const { code, stderr } = await cluster.mqadmin(line);
    t.is(code, 0, stderr);
  }
});

test.serial("a key that the broker does not have is no success", async (t) => {
  const { code, stdout, stderr } = await cluster.mqadmin(
    `updateBrokerConfig -b ${cluster.broker} -k noSuchKey -v 1`,
  );
  t.is(code, 1);
  t.is(stdout, "");
  t.true(stderr.includes("noSuchKey reads back as nothing where 1 was wanted"));
});

test.serial("a permission is checked before it is sent, except by tools before 5.0", async (t) => {
  const line = `updateBrokerConfig -b ${cluster.broker} -k brokerPermission -v 9`;
  const refused = await cluster.mqadmin(line);
  t.is(refused.code, 2);
  t.true(refused.stderr.includes("CODE: 16  DESC: brokerPermission value: 9 is invalid."));
  const dry = await cluster.mqadmin(`${line} --compat 4.8 --dry-run`);
  t.true(dry.stdout.includes("brokerPermission: 6 -> 9"), dry.stderr);
});

test.serial("of two brokers one fails: the other is changed, both are named, exit 1", async (t) => {
  const { code, stdout, stderr } = await onHalf(
    "updateBrokerConfig -c DefaultCluster -k fileReservedTime -v 50",
  );
  t.is(code, 1);
  t.is(stdout, `update broker config success, ${cluster.broker}\n`);
  t.true(stderr.includes(`done by ${cluster.broker}; not done by 127.0.0.1:1: `), stderr);
  t.is(await valueOf("fileReservedTime"), "50");
});

test.serial("cleaning is a success only when all brokers did it", async (t) => {
  for (const command of ["cleanExpiredCQ", "cleanUnusedTopic", "deleteExpiredCommitLog"]) {
    t.is((await cluster.mqadmin(command)).stdout, "success", command);
    const half = await onHalf(command);
    t.is(half.code, 1);
    t.is(half.stdout, "false");
    const none = await cluster.mqadmin(`${command} -c nowhere`);
    t.is(none.code, 3);
    t.is(none.stdout, "false");
    const dry = await cluster.mqadmin(`${command} --dry-run`);
    t.true(dry.stdout.endsWith(` to broker ${cluster.broker}\nnothing was sent\n`), dry.stdout);
  }
});

test.serial(
  "a cluster that nobody knows was an address to cleanUnusedTopic before 4.9.3",
  async (t) => {
    const line = "cleanUnusedTopic -c nowhere --compat";
    const old = await cluster.mqadmin(`${line} 4.8`);
    t.is(old.code, 3);
    t.is(old.stdout, "");
    t.true(old.stderr.includes("connect to nowhere failed"));
    t.is((await cluster.mqadmin(`${line} 4.9.3`)).stdout, "false");
    t.is((await cluster.mqadmin("cleanExpiredCQ -c nowhere --compat 4.8")).stdout, "false");
  },
);

test.serial("how the log is read ahead is set and read back", async (t) => {
  const line = `setCommitLogReadAheadMode -b ${cluster.broker} -m 1`;
  const dry = await cluster.mqadmin(`${line} --dry-run`);
  t.true(dry.stdout.includes("dataReadAheadEnable: true -> false"), dry.stdout);
  t.is(
    (await cluster.mqadmin(line)).stdout,
    ` ============${cluster.broker}============\ncommitLog set readAhead mode rstStrset commitlog readahead mode success, mode: 1\n`,
  );
  const back = await cluster.mqadmin("setCommitLogReadAheadMode -c DefaultCluster -m 0");
  t.true(back.stdout.startsWith(` ============Master: ${cluster.broker}============\n`));
  const wrong = await cluster.mqadmin(`setCommitLogReadAheadMode -b ${cluster.broker} -m 2`);
  t.is(wrong.code, 2);
  t.is(wrong.stdout, "set the read mode error; 0 is default, 1 random read\n");
  t.is((await cluster.mqadmin("setCommitLogReadAheadMode -m 0")).code, 2);
});

test.serial("the limit of a group's cold reads is set, shown and taken away", async (t) => {
  const update = "updateColdDataFlowCtrGroupConfig -c DefaultCluster -g billing -v 1000";
  const dry = await cluster.mqadmin(`${update} --dry-run`);
  t.true(dry.stdout.includes("  new\n  billing: - -> 1000\n"), dry.stdout);
  const updated = await cluster.mqadmin(update);
  t.is(updated.stdout, `updateColdDataFlowCtrGroupConfig success, ${cluster.broker}\n`);
  const shown = await cluster.mqadmin("getColdDataFlowCtrInfo -c DefaultCluster");
  t.is(
    shown.stdout,
    ` ============Master: ${cluster.broker}============
{
	"runtimeTable":{},
	"configTable":{
		"billing":1000
	},
	"cgColdReadThreshold":3145728,
	"globalColdReadThreshold":104857600,
	"globalAcc":0
}
`,
  );
  const remove = `removeColdDataFlowCtrGroupConfig -b ${cluster.broker} -g billing`;
  const removal = await cluster.mqadmin(`${remove} --dry-run`);
  t.true(removal.stdout.includes("  removed\n"), removal.stdout);
  t.is(
    (await cluster.mqadmin(remove)).stdout,
    `remove broker cold read threshold success, ${cluster.broker}\n`,
  );
  const { stdout } = await cluster.mqadmin("getColdDataFlowCtrInfo -c DefaultCluster -o json");
  t.like((JSON.parse(stdout) as object[])[0], { configTable: {}, globalAcc: 0 });
});

test("replicas stand under their master; those without one under NO_MASTER", async (t) => {
  const dead = await startListing({
    "broker-a": { 0: cluster.broker, 1: "127.0.0.1:1" },
    "broker-b": { 1: cluster.broker },
  });
  t.teardown(() => dead.stop());
  const { code, stdout, stderr } = await runMqadmin(
    `getBrokerConfig -c DefaultCluster -n ${dead.address}`.split(" "),
  );
  t.is(code, 5);
  t.true(stderr.includes("connect to 127.0.0.1:1 failed"));
  t.deepEqual(
    stdout.split("\n").filter((line) => line.startsWith("====")),
    [
      `============Master: ${cluster.broker}============`,
      "============Master: NO_MASTER============",
      `============My Master: NO_MASTER=====Slave: ${cluster.broker}============`,
    ],
  );
});
