import test from "ava";
import { startCluster, type TestCluster } from "../../support/mqadmin.js";

/** One that resets offsets by itself, and one that leaves it to clients and tools, as brokers of 4.x do. */
let cluster: TestCluster;
let older: TestCluster;
test.before(async () => {
  cluster = await startCluster();
  older = await startCluster({ useServerSideResetOffset: "false" });
  for (const one of [cluster, older]) {
    await one.mqadmin("updateTopic -c DefaultCluster -t pay -r 2 -w 2");
    for (const queueId of [0, 0, 0, 1, 1]) {
      await one.mqadmin(`sendMessage -t pay -p x -b broker-a -i ${queueId}`);
    }
  }
});
test.after.always(async () => {
  await cluster.stop();
  await older.stop();
});

async function group(one: TestCluster, name: string, offsets: readonly number[]): Promise<void> {
  await one.mqadmin(`updateSubGroup -c DefaultCluster -g ${name}`);
  await one.mqadmin(`updateTopic -c DefaultCluster -t %RETRY%${name} -r 1 -w 1`);
  for (const [queueId, offset] of offsets.entries()) {
    const { code, stderr } = await one.mqadmin(
      `resetOffsetByTime -g ${name} -t pay -s 0 -b ${one.broker} -q ${queueId} -o ${offset}`,
    );
    if (code !== 0) throw new Error(stderr);
  }
}

/** The group's offsets on the topic, by queue. */
async function offsetsOf(one: TestCluster, name: string): Promise<number[]> {
  const { stdout } = await one.mqadmin(`consumerProgress -g ${name} -t pay --output json`);
  return (JSON.parse(stdout) as { consumerOffset: number }[]).map(
    ({ consumerOffset }) => consumerOffset,
  );
}

test("skipping goes to the end of every queue", async (t) => {
  await group(cluster, "skips", [1, 0]);
  const { code, stdout } = await cluster.mqadmin("skipAccumulatedMessage -g skips -t pay");
  t.is(code, 0);
  const row = (queueId: number, offset: number) =>
    `${"broker-a".padEnd(40)}  ${String(queueId).padEnd(40)}  ${String(offset).padEnd(40)}\n`;
  t.is(
    stdout,
    `${"#brokerName".padEnd(40)}  ${"#queueId".padEnd(40)}  ${"#offset".padEnd(40)}\n` +
      row(0, 3) +
      row(1, 2),
  );
  t.deepEqual(await offsetsOf(cluster, "skips"), [3, 2]);
});

test("a reset that is only rehearsed shows each queue before and after", async (t) => {
  await group(cluster, "looks", [2, 1]);
  const { stdout } = await cluster.mqadmin(
    "resetOffsetByTime -g looks -t pay -s -10m --dry-run --output json",
  );
  t.like(JSON.parse(stdout), [
    {
      request: "INVOKE_BROKER_TO_RESET_OFFSET",
      before: { "queue 0": 2, "queue 1": 1 },
      after: { "queue 0": 0, "queue 1": 0 },
    },
  ]);
  t.deepEqual(await offsetsOf(cluster, "looks"), [2, 1]);
});

test("JSON of a reset has the time and what became of each queue", async (t) => {
  await group(cluster, "json", [1, 1]);
  const time = Date.now() + 60_000;
  const reset = await cluster.mqadmin(`resetOffsetByTime -g json -t pay -s ${time} --output json`);
  const unknown = { brokerOffset: null, consumerOffset: null, timestampOffset: null };
  const queue = { topic: "pay", brokerName: "broker-a", ...unknown };
  t.deepEqual(JSON.parse(reset.stdout), {
    how: "brokers",
    time: new Date(time).toISOString(),
    timeMs: time,
    toTheEnd: false,
    queues: [
      { ...queue, queueId: 0, offset: 3 },
      { ...queue, queueId: 1, offset: 2 },
    ],
  });
  const end = await cluster.mqadmin("resetOffsetByTime -g json -t pay -s -1 --output json");
  t.like(JSON.parse(end.stdout), { time: null, timeMs: null, toTheEnd: true });
});

test("a group that is offline is reset by the tool where brokers leave it to clients", async (t) => {
  await group(older, "away", [3, 1]);
  const lines = async (line: string) => (await older.mqadmin(line)).stdout.split("\n");
  const [title, header, first] = await lines("resetOffsetByTime -g away -t pay -s 0");
  t.is(
    title,
    "reset consumer offset by specified consumerGroup[away], topic[pay], force[true], timestamp(string)[0], timestamp(long)[0]",
  );
  t.true(header?.trimEnd().endsWith("#resetOffset"));
  t.regex(first ?? "", /^broker-a {14}0 {21}3 {21}3 {21}0 {21}0 *$/);
  t.deepEqual(await offsetsOf(older, "away"), [0, 0]);

  const [oldTitle, oldHeader] = await lines(
    "resetOffsetByTime -g away -t pay -s 0 -f false --compat 4.8",
  );
  t.is(
    oldTitle,
    "rollback consumer offset by specified consumerGroup[away], topic[pay], force[false], timestamp(string)[0], timestamp(long)[0]",
  );
  t.true(oldHeader?.trimEnd().endsWith("#rollbackOffset"));

  const skipped = await older.mqadmin("skipAccumulatedMessage -g away -t pay --output json");
  t.like(JSON.parse(skipped.stdout), {
    how: "offline",
    queues: [
      { queueId: 0, brokerOffset: 3, consumerOffset: 0, timestampOffset: 3, offset: 3 },
      { queueId: 1, brokerOffset: 2, consumerOffset: 0, timestampOffset: 2, offset: 2 },
    ],
  });
});

test("without force an offset of an offline group only moves back", async (t) => {
  await group(older, "back", [1, 2]);
  await older.mqadmin("resetOffsetByTime -g back -t pay -s -1 -f false");
  t.deepEqual(await offsetsOf(older, "back"), [1, 2]);
});

test("one queue is set by a commit where the broker would reset the whole topic", async (t) => {
  await group(older, "single", [2, 2]);
  const line = `resetOffsetByTime -g single -t pay -s 0 -b ${older.broker} -q 1 -o 1`;
  const dry = await older.mqadmin(`${line} --dry-run --output json`);
  t.like(JSON.parse(dry.stdout), [
    { request: "UPDATE_CONSUMER_OFFSET", before: { offset: 2 }, after: { offset: 1 } },
  ]);
  t.is((await older.mqadmin(line)).code, 0);
  t.deepEqual(await offsetsOf(older, "single"), [2, 1]);
});

test("-c was a flag once, and is one for the text of then", async (t) => {
  await group(older, "cpp", [1, 1]);
  const { code, stdout } = await older.mqadmin(
    "resetOffsetByTime -g cpp -t pay -s -1 -c --compat 4.8",
  );
  t.is(code, 0);
  t.true(stdout.startsWith("rollback consumer offset by specified consumerGroup[cpp]"));
  const now = await older.mqadmin(
    "resetOffsetByTime -g cpp -t pay -s -1 -c DefaultCluster --output json",
  );
  t.is(now.code, 0);
  const help = await older.mqadmin("help resetOffsetByTime --compat 4.8");
  t.true(help.stdout.includes(" -c,--cplus               reset c++ client offset\n"));
  t.false(help.stdout.includes("--queue"));
});

test("a clone has the offsets of its original, on all of its topics", async (t) => {
  await group(cluster, "original", [2, 1]);
  await cluster.mqadmin("updateTopic -c DefaultCluster -t pay-too -r 1 -w 1");
  await cluster.mqadmin("sendMessage -t pay-too -p x -b broker-a -i 0");
  await cluster.mqadmin("resetOffsetByTime -g original -t pay-too -s -1");
  await group(cluster, "clone", []);
  const line = "cloneGroupOffset -s original -d clone -t pay";
  const { code, stdout, stderr } = await cluster.mqadmin(line);
  t.deepEqual(
    { code, stdout, stderr },
    {
      code: 0,
      stdout: "clone group offset success. srcGroup[original], destGroup=[clone], topic[pay]",
      stderr: "",
    },
  );
  t.deepEqual(await offsetsOf(cluster, "clone"), [2, 1]);
  const json = await cluster.mqadmin(`${line} --output json`);
  const { queues } = JSON.parse(json.stdout) as { queues: { topic: string; offset: number }[] };
  t.deepEqual(
    queues.filter(({ topic }) => topic === "pay-too").map(({ offset }) => offset),
    [1],
  );
});

test("a group whose reset nobody has seen yet is cloned to all the same", async (t) => {
  await group(cluster, "source", [2, 1]);
  await group(cluster, "stubborn", []);
  await cluster.mqadmin("resetOffsetByTime -g stubborn -t pay -s -1");
  const { code, stderr } = await cluster.mqadmin("cloneGroupOffset -s source -d stubborn -t pay");
  t.is(code, 0, stderr);
  t.deepEqual(await offsetsOf(cluster, "stubborn"), [2, 1]);
});

test("a queue that is named by half is refused: the whole topic is not what was meant", async (t) => {
  await group(cluster, "half", [2, 1]);
  for (const half of [`-b ${cluster.broker}`, "-q 0", "-o 1"]) {
    const { code, stderr } = await cluster.mqadmin(`resetOffsetByTime -g half -t pay -s 0 ${half}`);
    t.is(code, 2, half);
    t.true(stderr.includes("name one queue together"));
  }
  t.deepEqual(await offsetsOf(cluster, "half"), [2, 1]);
});
