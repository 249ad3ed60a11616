import test from "ava";
import { type AnsweringServer, startListing } from "../../support/answering-server.js";
import { runMqadmin, startCluster, type TestCluster } from "../../support/mqadmin.js";

let cluster: TestCluster;
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

/** The words of the header, by release. */
const HEADERS: Record<string, string> = {
  "5.5.0": "#OutTPS(LOAD) #Timer(Progress) #PCWait(ms) #Hour #SPACE #ACTIVATED",
  "4.8": "#OutTPS(LOAD) #PCWait(ms) #Hour #SPACE",
};

test("the load of brokers in the layout of a release", async (t) => {
  for (const [release, header] of Object.entries(HEADERS)) {
    const { stdout } = await cluster.mqadmin(`clusterList --compat ${release}`);
    t.true(stdout.split("\n")[0]?.split(/ +/).join(" ").endsWith(header), release);
  }
  const { stdout } = await cluster.mqadmin("clusterList --compat 5.3.1");
  t.regex(stdout, / 0\.00\(0,0ms\) +0\.00\(0,0ms\) +0-0\(0\.0w, 0\.0, 0\.0\) /);
  t.regex((await cluster.mqadmin("clusterList")).stdout, / 0\.00\(0,0ms\|0,0ms\) /);
});

test("of a broker that does not answer nothing is known, and the others are shown", async (t) => {
  const { code, stdout, stderr } = await runMqadmin(
    `clusterList -o json -n ${half.address}`.split(" "),
  );
  t.is(code, 5);
  t.true(stderr.includes("connect to 127.0.0.1:1 failed"));
  const [live, dead] = JSON.parse(stdout) as Record<string, unknown>[];
  t.like(live, { brokerName: "broker-a", active: true });
  t.like(dead, { brokerName: "broker-b", version: null, active: null, inTps: null });
  const plain = await runMqadmin(["clusterList", "-n", half.address]);
  t.regex(plain.stdout, /broker-b .* 0\.00\(,ms\) +0\.00\(,ms\|N,Nms\) .* false\n$/);
});

test("round trips are measured in rounds until it is told to stop", async (t) => {
  const line = `clusterRT -a 1 -s 16 -i 1 -n ${cluster.namesrv}`.split(" ");
  const { stdout } = await runMqadmin(line, {}, 1500);
  const [header, row] = stdout.split("\n");
  t.is(
    header,
    "#Cluster Name             #Broker Name              #RT   #successCount  #failCount",
  );
  t.regex(row ?? "", /^DefaultCluster {12}broker-a {18}\d+\.\d\d +1 {17}0 {15}$/);
});

test("round trips as lines for a log, in China's time", async (t) => {
  const line = `clusterRT -a 1 -i 9 -p true -m room-1 -n ${cluster.namesrv}`.split(" ");
  const { stdout } = await runMqadmin(line, {}, 1500);
  t.regex(stdout, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\|room-1\|DefaultCluster\|broker-a\|\d+\n$/);
  const ahead = Date.parse(`${stdout.slice(0, 10)}T${stdout.slice(11, 19)}Z`) - Date.now();
  t.true(Math.abs(ahead - 8 * 3_600_000) < 60_000);
});

test("round trips of an unknown cluster end at once; of 4.8 they need a size", async (t) => {
  const { code, stdout } = await cluster.mqadmin("clusterRT -c nowhere");
  t.is(code, 3);
  t.true(stdout.endsWith("#failCount\ncluster [nowhere] not exist"));
  const old = await cluster.mqadmin("clusterRT -c nowhere --compat 4.8");
  t.is(old.code, 2);
  t.regex(old.stdout, /^usage: mqadmin clusterRT .* -s <arg>\n/);
});

test("round trips are rehearsed without sending", async (t) => {
  const { code, stdout } = await cluster.mqadmin("clusterRT -a 5 -s 16 --dry-run");
  t.is(code, 0);
  t.is(
    stdout,
    "SEND_MESSAGE_V2 (310) to the brokers of topic broker-a\n  topic=broker-a messages=5 bytes=16\nnothing was sent\n",
  );
});
