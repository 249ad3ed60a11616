import test from "ava";
import { type RunningBroker, startBroker } from "../../../engine/index.js";
import { startListing } from "../../support/answering-server.js";
import { runMqadmin, startCluster, type TestCluster } from "../../support/mqadmin.js";

let cluster: TestCluster;
let other: RunningBroker;
test.before(async () => {
  cluster = await startCluster();
  other = await startBroker({ namesrv: cluster.namesrv, config: { brokerName: "broker-b" } });
});
test.after.always(async () => {
  await other.stop();
  await cluster.stop();
});

test.serial("an ordered topic of a cluster names all masters", async (t) => {
  const { code, stdout } = await cluster.mqadmin(
    "updateTopic -c DefaultCluster -t ordered -r 2 -w 2 -o true",
  );
  t.is(code, 0);
  t.true(
    stdout.startsWith(
      `create topic to ${cluster.broker} success.\ncreate topic to ${other.address} success.\n` +
        "set cluster orderConf. isOrder=true, orderConf=[broker-a:2;broker-b:2]\n",
    ),
  );
});

test.serial("changing one broker's part of an ordered topic keeps the other's", async (t) => {
  await cluster.mqadmin(`updateTopic -b ${other.address} -t ordered -r 4 -w 4 -o true`);
  const { stdout } = await cluster.mqadmin("updateOrderConf -t ordered -m get");
  t.true(stdout.includes("orderConf=[broker-a:2;broker-b:4]"));
});

test.serial(
  "a change of permission leaves each broker its own queues and the topic its order",
  async (t) => {
    const { code, stdout } = await cluster.mqadmin(
      "updateTopicPerm -c DefaultCluster -t ordered -p 4",
    );
    t.is(code, 0);
    t.is(stdout.match(/^update topic perm from 6 to 4 in \S+ success\.$/gm)?.length, 2);
    const route = await cluster.mqadmin("topicRoute -t ordered -o json");
    t.like(JSON.parse(route.stdout), {
      brokers: [
        { brokerName: "broker-a", writeQueueNums: 2, perm: 4 },
        { brokerName: "broker-b", writeQueueNums: 4, perm: 4 },
      ],
    });
    const back = await cluster.mqadmin(`updateTopicPerm -b ${other.address} -t ordered -p 6`);
    t.regex(back.stdout, /perm=RW-, .*, order=true, attributes=\{\}\]\.\n$/);
  },
);

test.serial("status and progress cover the queues of all brokers, sorted", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t wide -r 1 -w 1");
  await cluster.mqadmin("updateTopic -c DefaultCluster -t %RETRY%g -r 1 -w 1");
  await cluster.mqadmin("updateSubGroup -c DefaultCluster -g g");
  await cluster.mqadmin("sendMessage -t wide -p x -b broker-b -i 0");
  await cluster.mqadmin("resetOffsetByTime -g g -t wide -s 0");
  const status = await cluster.mqadmin("topicStatus -t wide -o json");
  t.deepEqual(
    (JSON.parse(status.stdout) as { brokerName: string; maxOffset: number }[]).map((row) => [
      row.brokerName,
      row.maxOffset,
    ]),
    [
      ["broker-a", 0],
      ["broker-b", 1],
    ],
  );
  const progress = await cluster.mqadmin("consumerProgress -g g -t wide");
  t.true(progress.stdout.includes("Consume Diff Total: 1\n"), progress.stdout + progress.stderr);
});

test.serial("of several name servers one may be away for questions", async (t) => {
  const away = ["-n", `127.0.0.1:1;${cluster.namesrv}`];
  t.is((await runMqadmin(["topicClusterList", "-t", "wide", ...away])).stdout, "DefaultCluster\n");
});

test.serial(
  "what all name servers have to know fails when one is away, and says which",
  async (t) => {
    const away = ["-n", `127.0.0.1:1;${cluster.namesrv}`];
    const put = ["updateOrderConf", "-t", "wide", "-m", "put", "-v", "broker-a:1"];
    const { code, stderr } = await runMqadmin([...put, ...away]);
    t.is(code, 1);
    t.true(stderr.includes(`done by name server ${cluster.namesrv}`), stderr);
    t.regex(stderr, /not done by name server 127\.0\.0\.1:1: /);
  },
);

test.serial(
  "a topic that one of two brokers cannot take is done in part, and says so",
  async (t) => {
    const listing = await startListing({
      "broker-a": { 0: cluster.broker },
      "broker-b": { 0: "127.0.0.1:1" },
    });
    const { code, stdout, stderr } = await runMqadmin(
      ["updateTopic", "-c", "DefaultCluster", "-t", "partly", "-n", listing.address],
      {},
    );
    t.is(code, 1);
    t.true(stdout.startsWith(`create topic to ${cluster.broker} success.\nTopicConfig [`));
    t.true(
      stderr.includes(`done by broker-a (${cluster.broker}); not done by broker-b (127.0.0.1:1)`),
    );
    const deleted = await runMqadmin(
      [
        "deleteTopic",
        "-c",
        "DefaultCluster",
        "-t",
        "partly",
        "-n",
        listing.address,
        "--output",
        "json",
      ],
      {},
    );
    t.is(deleted.code, 1);
    t.deepEqual(JSON.parse(deleted.stdout), {
      topic: "partly",
      cluster: "DefaultCluster",
      brokers: [cluster.broker],
      deleted: false,
    });
    await listing.stop();
  },
);

test.serial("a broker that took its leave is listed no more", async (t) => {
  const gone = await startBroker({ namesrv: cluster.namesrv, config: { brokerName: "broker-c" } });
  const status = cluster.mqadmin("brokerStatus -c DefaultCluster -o json");
  t.is((JSON.parse((await status).stdout) as unknown[]).length, 3);
  await gone.stop();
  const { code, stdout } = await cluster.mqadmin("clusterList -o json");
  t.is(code, 0);
  t.is((JSON.parse(stdout) as unknown[]).length, 2);
});
