import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import {
  createClient,
  PushConsumer,
  type RunningBroker,
  startBroker,
} from "../../../engine/index.js";
import { popRollback } from "../../../engine/protocol/requests/pop-rollback.js";
import { startAnswering, startListing } from "../../support/answering-server.js";
import { runMqadmin, startCluster, type TestCluster } from "../../support/mqadmin.js";

interface Topic {
  topicName: string;
  readQueueNums: number;
  writeQueueNums: number;
}

let cluster: TestCluster;
let other: RunningBroker;
let folder: string;
test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "export-test-"));
  cluster = await startCluster({ fileReservedTime: "48" });
  other = await startBroker({ namesrv: cluster.namesrv, config: { brokerName: "broker-b" } });
  await cluster.mqadmin(
    "updateTopic -c DefaultCluster -t pay-events -r 4 -w 4 -a +message.type=NORMAL",
  );
  await cluster.mqadmin(`updateTopic -b ${cluster.broker} -t pay-uneven -r 2 -w 2`);
  await cluster.mqadmin(`updateTopic -b ${other.address} -t pay-uneven -r 8 -w 4`);
  await cluster.mqadmin("updateSubGroup -c DefaultCluster -g pay-worker -r 5");
});
test.after.always(async () => {
  await other.stop();
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

test.serial("topics and groups of all masters are one file", async (t) => {
  const { code, stdout, stderr } = await cluster.mqadmin(
    `exportMetadata -c DefaultCluster -f ${folder}/all`,
  );
  t.is(code, 0, stderr);
  t.is(stdout, `export ${folder}/all/metadata.json success\n`);
  t.deepEqual(await readdir(join(folder, "all")), ["metadata.json"]);
  const text = await readFile(join(folder, "all", "metadata.json"), "utf8");
  t.regex(text, /^\{\n\t"exportTime":\d{13},\n\t"topicConfigTable":\{\n\t\t"pay-events":\{\n/);
  const { topicConfigTable, subscriptionGroupTable } = JSON.parse(text) as {
    topicConfigTable: Record<string, Topic>;
    subscriptionGroupTable: Record<string, unknown>;
  };
  t.deepEqual(Object.keys(topicConfigTable), ["pay-events", "pay-uneven"]);
  t.deepEqual(topicConfigTable["pay-events"], {
    attributes: { "message.type": "NORMAL" },
    order: false,
    perm: 6,
    readQueueNums: 4,
    topicFilterType: "SINGLE_TAG",
    topicName: "pay-events",
    topicSysFlag: 0,
    writeQueueNums: 4,
  } as unknown as Topic);
  t.deepEqual(Object.keys(subscriptionGroupTable), ["pay-worker"]);
  t.like(subscriptionGroupTable["pay-worker"], { groupName: "pay-worker", retryMaxTimes: 5 });
});

test.serial("where masters differ the most queues are taken, and it is said", async (t) => {
  const { stderr } = await cluster.mqadmin(`exportMetadata -c DefaultCluster -t -f ${folder}/t`);
  t.is(stderr, "the masters have different numbers of queues of pay-uneven\n");
  const { topicConfigTable } = JSON.parse(
    await readFile(join(folder, "t", "topic.json"), "utf8"),
  ) as { topicConfigTable: Record<string, Topic> };
  t.like(topicConfigTable["pay-uneven"], { readQueueNums: 8, writeQueueNums: 4 });
});

test.serial("retry topics are exported when they are asked for", async (t) => {
  await cluster.mqadmin(`updateTopic -b ${cluster.broker} -t %RETRY%pay-worker -r 1 -w 1`);
  const names = async (flags: string): Promise<string[]> => {
    const line = `exportMetadata -b ${cluster.broker} -t ${flags} -f ${folder}/special`;
    const { stdout } = await cluster.mqadmin(line.replace("  ", " "));
    t.is(stdout, `export ${folder}/special/topic.json success`);
    const text = await readFile(join(folder, "special", "topic.json"), "utf8");
    t.regex(text, /^\{\n\t"dataVersion":\{\n\t\t"counter":\d+,/);
    return Object.keys(
      (JSON.parse(text) as { topicConfigTable: Record<string, Topic> }).topicConfigTable,
    );
  };
  t.false((await names("")).includes("%RETRY%pay-worker"));
  t.true((await names("-s")).includes("%RETRY%pay-worker"));
});

test.serial("groups of one broker come with the version of their table", async (t) => {
  const { stdout } = await cluster.mqadmin(
    `exportMetadata -b ${cluster.broker} -g -f ${folder}/g --output json`,
  );
  t.deepEqual(JSON.parse(stdout), {
    file: `${folder}/g/subscriptionGroup.json`,
    topics: null,
    groups: 1,
  });
  const text = await readFile(join(folder, "g", "subscriptionGroup.json"), "utf8");
  t.deepEqual(Object.keys(JSON.parse(text) as object), ["dataVersion", "subscriptionGroupTable"]);
});

test.serial(
  "nothing is written for a cluster that there is not, or a broker without -t or -g",
  async (t) => {
    const unknown = await cluster.mqadmin(`exportMetadata -c nowhere -f ${folder}/none`);
    t.is(unknown.code, 3);
    t.regex(unknown.stdout, /^\[error\] Make sure the specified clusterName exists/);
    t.is((await cluster.mqadmin(`exportMetadata -b ${cluster.broker} -f ${folder}/none`)).code, 2);
    const neither = await cluster.mqadmin(`exportMetadata -f ${folder}/none`);
    t.is(neither.code, 2);
    t.regex(neither.stdout, /^usage: mqadmin exportMetadata /);
    t.is((await cluster.mqadmin(`exportConfigs -c nowhere -f ${folder}/none`)).code, 3);
    t.is((await cluster.mqadmin(`exportMetrics -c nowhere -f ${folder}/none`)).code, 3);
    await t.throwsAsync(readdir(join(folder, "none")), { code: "ENOENT" });
  },
);

test.serial("a file that cannot be written leaves what was there as it was", async (t) => {
  const place = join(folder, "taken");
  await mkdir(join(place, "configs.json"), { recursive: true });
  await writeFile(join(place, "configs.json", "kept"), "kept");
  const { code, stdout, stderr } = await cluster.mqadmin(
    `exportConfigs -c DefaultCluster -f ${place}`,
  );
  t.is(code, 1);
  t.is(stdout, "");
  t.true(stderr.includes(`${place}/configs.json cannot be written: `), stderr);
  t.deepEqual(await readdir(place), ["configs.json"]);
  t.is(await readFile(join(place, "configs.json", "kept"), "utf8"), "kept");
});

test.serial("settings of the brokers and the size of the cluster", async (t) => {
  const { stdout } = await cluster.mqadmin(`exportConfigs -c DefaultCluster -f ${folder}/c`);
  t.is(stdout, `export ${folder}/c/configs.json success`);
  const { clusterScale, brokerConfigs } = JSON.parse(
    await readFile(join(folder, "c", "configs.json"), "utf8"),
  ) as { clusterScale: unknown; brokerConfigs: Record<string, Record<string, string>> };
  t.deepEqual(clusterScale, { namesrvSize: 1, slaveBrokerSize: 0, masterBrokerSize: 2 });
  t.deepEqual(Object.keys(brokerConfigs), ["broker-a", "broker-b"]);
  t.like(brokerConfigs["broker-a"], { brokerName: "broker-a", fileReservedTime: "48" });
  t.false("listenPort" in (brokerConfigs["broker-a"] ?? {}));
});

test.serial("a broker without a master is left out, and it is said", async (t) => {
  const listing = await startListing({
    "broker-a": { 0: cluster.broker },
    "broker-c": { 1: "10.0.0.13:10911" },
  });
  t.teardown(() => listing.stop());
  const { code, stderr } = await runMqadmin(
    `exportConfigs -c DefaultCluster -f ${folder}/o -n ${listing.address}`.split(" "),
  );
  t.is(code, 0);
  t.is(stderr, "without a master, and left out: broker-c\n");
  const text = await readFile(join(folder, "o", "configs.json"), "utf8");
  t.like(JSON.parse(text), { clusterScale: { masterBrokerSize: 1, slaveBrokerSize: 1 } });
});

test.serial("load of the brokers, and the versions of those who consume", async (t) => {
  const client = createClient({ namesrv: cluster.namesrv, timeoutMs: 5000 });
  await client.start();
  const consumer = new PushConsumer(client, { group: "pay-worker", listener: () => undefined });
  consumer.subscribe("pay-events", "*");
  await consumer.start();
  t.teardown(async () => {
    await consumer.stop();
    await client.stop();
  });
  const { code, stdout, stderr } = await cluster.mqadmin(
    `exportMetrics -c DefaultCluster -f ${folder}/m --output json`,
  );
  t.is(code, 0, stderr);
  t.deepEqual(JSON.parse(stdout), { file: `${folder}/m/metrics.json`, brokers: 2 });
  const text = await readFile(join(folder, "m", "metrics.json"), "utf8");
  const { totalData, evaluateReport } = JSON.parse(text) as {
    totalData: unknown;
    evaluateReport: Record<string, unknown>;
  };
  t.like(totalData, { totalOneDayNum: { normalOneDayInNum: 0, transOneDayInNum: 0 } });
  t.regex(text, /"totalNormalInTps":\d+\.\d+/);
  t.deepEqual(Object.keys(evaluateReport), ["broker-a", "broker-b"]);
  t.like(evaluateReport["broker-a"], {
    runtimeVersion: { rocketmqVersion: "V5_3_3", clientInfo: ["JAVA%V5_3_3"] },
    runtimeQuota: { topicSize: 2, groupSize: 1, oneDayNum: { scheduleOneDayInNum: 0 } },
  });
});

test.serial(
  "pop records are exported by every broker, unless it is a dry run in any sense",
  async (t) => {
    const rows = (dryRun: boolean): string =>
      [
        ["broker-a", cluster.broker],
        ["broker-b", other.address],
      ]
        .map(
          ([name, address]) =>
            `Export broker records, brokerName=${name}, brokerAddr=${address}, dryRun=${dryRun}\n`,
        )
        .join("");
    t.is((await cluster.mqadmin("exportPopRecord -c DefaultCluster")).stdout, rows(false));
    t.is((await cluster.mqadmin("exportPopRecord -c DefaultCluster -d true")).stdout, rows(true));
    t.is((await cluster.mqadmin("exportPopRecord -c DefaultCluster -d false")).stdout, rows(true));
    t.is((await cluster.mqadmin("exportPopRecord")).code, 2);
  },
);

test.serial("a broker that did not export its pop records has its line", async (t) => {
  const full = await startAnswering((dispatcher) =>
    dispatcher.register(popRollback, () => ({ code: 1, remark: "the disk is full" })),
  );
  t.teardown(() => full.stop());
  const listing = await startListing({
    "broker-a": { 0: cluster.broker },
    "broker-c": { 0: full.address },
  });
  t.teardown(() => listing.stop());
  const { code, stdout, stderr } = await runMqadmin(
    `exportPopRecord -c DefaultCluster -n ${listing.address}`.split(" "),
  );
  t.is(code, 1);
  t.true(
    stdout.includes(
      `Export broker records error, brokerName=broker-c, brokerAddr=${full.address}, dryRun=false\n`,
    ),
  );
  t.regex(stderr, /done by broker .*; not done by broker .*: .*the disk is full/);
});

test.serial("a folder of RocksDB is not read, and it is said why", async (t) => {
  await mkdir(join(folder, "rocks", "topics"), { recursive: true });
  const { code, stdout, stderr } = await runMqadmin(
    `exportMetadataInRocksDB -p ${folder}/rocks -t topics`.split(" "),
  );
  t.is(code, 2);
  t.is(stdout, "");
  t.regex(stderr, /not supported, because this tool carries no RocksDB\n {2}.*rocksDBConfigToJson/);
  const type = await runMqadmin(`exportMetadataInRocksDB -p ${folder}/rocks -t x`.split(" "));
  t.deepEqual(type, {
    code: 3,
    stdout: `RocksDB load error, path=${folder}/rocks/x\n`,
    stderr: "",
  });
});
