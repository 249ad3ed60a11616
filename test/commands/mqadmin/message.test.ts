import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { createClient } from "../../../engine/index.js";
import { pullMessage } from "../../../engine/protocol/requests/pull-message.js";
import { startCluster, type TestCluster } from "../../support/mqadmin.js";

let cluster: TestCluster;
test.before(async () => {
  cluster = await startCluster();
  await cluster.mqadmin("updateTopic -c DefaultCluster -t pay -r 2 -w 2");
});
test.after.always(() => cluster.stop());

/** Sends one message and gives its id. */
async function send(line: string): Promise<string> {
  const { code, stdout, stderr } = await cluster.mqadmin(`sendMessage ${line}`);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim().split(/\s+/).at(-1) ?? "";
}

test("a sent message is shown by its id, its key and its place", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t find -r 1 -w 1");
  const id = await send("-t find -p found -k key-1 -c TagA -b broker-a -i 0");
  const byId = await cluster.mqadmin(`queryMsgByUniqueKey -t find -i ${id}`);
  t.is(byId.code, 0, byId.stderr);
  t.regex(
    byId.stdout,
    /^Topic: {15}find\nTags: {16}\[TagA\]\nKeys: {16}\[key-1\]\nQueue ID: {12}0\n/,
  );
  t.true(byId.stdout.endsWith("\n\nWARN: No Consumer"));
  const byKey = await cluster.mqadmin("queryMsgByKey -t find -k key-1");
  t.is(byKey.stdout.split("\n")[1]?.split(/\s+/)[0], id);
  const byPlace = await cluster.mqadmin("queryMsgByOffset -t find -b broker-a -i 0 -o 0 -f UTF-8");
  t.regex(byPlace.stdout, /^OffsetID: {12}[0-9A-F]{32}\n/);
  const place = /^OffsetID: +(\S+)/.exec(byPlace.stdout)?.[1] ?? "";
  const shown = await cluster.mqadmin(`queryMsgById -t find -i ${place} -f UTF-8`);
  t.true(shown.stdout.includes("Message Body:        found\n"));
});

test("all messages of a topic are printed, queue by queue", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t print -r 2 -w 2");
  await send("-t print -p first -b broker-a -i 1 -c TagA");
  await send("-t print -p second -b broker-a -i 1 -c TagB");
  const all = await cluster.mqadmin("printMsg -t print");
  t.true(
    all.stdout.includes(
      "minOffset=0, maxOffset=2, MessageQueue [topic=print, brokerName=broker-a, queueId=1]\n",
    ),
  );
  t.true(
    all.stdout.includes(
      "minOffset=0, maxOffset=0, MessageQueue [topic=print, brokerName=broker-a, queueId=0]\n",
    ),
  );
  t.is(all.stdout.match(/^MSGID: /gm)?.length, 2);
  t.true(all.stdout.endsWith(`${"-".repeat(56)}\n`));
  const tagged = await cluster.mqadmin("printMsg -t print -s TagB -d false");
  t.is(tagged.stdout.match(/BODY: NOT PRINT BODY$/gm)?.length, 1);
  const json = await cluster.mqadmin("printMsg -t print -o jsonl");
  const bodies = json.stdout
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { body: string }).body);
  t.deepEqual(bodies, ["first", "second"]);
});

test("consumeMessage takes as many as are wanted and says when there are more", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t take -r 1 -w 1");
  for (const body of ["a", "b", "c"]) await send(`-t take -p ${body}`);
  const two = await cluster.mqadmin("consumeMessage -t take -c 2");
  t.true(
    two.stdout.startsWith(
      "The older 2 message of the 0 queue will be provided\nConsume ok\nMSGID: ",
    ),
  );
  t.is(two.stdout.match(/^MSGID: /gm)?.length, 2);
  const rest = await cluster.mqadmin("consumeMessage -t take -b broker-a -i 0 -o 2");
  t.regex(
    rest.stdout,
    /BODY: c\nMessageQueue \[topic=take, brokerName=broker-a, queueId=0\] print msg finished\. status=NO_NEW_MSG, offset=3\n$/,
  );
});

test("an empty queue does not use up the count of consumeMessage", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t sparse -r 8 -w 8");
  for (const body of ["a", "b", "c"]) await send(`-t sparse -p ${body} -b broker-a -i 0`);
  const { stdout } = await cluster.mqadmin("consumeMessage -t sparse -c 3");
  t.is(stdout.match(/^MSGID: /gm)?.length, 3);
});

const refusals: [string, string][] = [
  ["-t pay -c 0", "Please input a positive messageNumber!"],
  ["-t pay -i 0", "Please set the brokerName before queueId!"],
  ["-t pay -b broker-a -o 0", "Please set queueId before offset!"],
  ["-t pay -s 9999999999999", "Please set the beginTimestamp before now!"],
  ["-t pay -e 9999999999999", "Please set the endTimestamp before now!"],
  [
    "-t pay -s 2 -e 1",
    "Please make sure that the beginTimestamp is less than or equal to the endTimestamp",
  ],
];
for (const [line, text] of refusals) {
  test(`consumeMessage ${line} is refused in upstream's words`, async (t) => {
    t.deepEqual(await cluster.mqadmin(`consumeMessage ${line}`), {
      code: 2,
      stdout: text,
      stderr: "",
    });
  });
}

test("a message that is nowhere is not found", async (t) => {
  for (const line of [
    "queryMsgByKey -t pay -k nope",
    "queryMsgByUniqueKey -t pay -i 7F0000010000000000000000000000FF",
    "queryMsgById -t pay -i nonsense",
  ]) {
    const { code, stderr } = await cluster.mqadmin(line);
    t.is(code, 3, line);
    t.true(
      stderr.includes("CODE: 208  DESC: query message by key finished, but no message."),
      line,
    );
  }
  const beyond = await cluster.mqadmin("queryMsgByOffset -t pay -b broker-a -i 0 -o 500");
  t.is(beyond.code, 3);
  t.true(beyond.stderr.includes("no message is at offset 500"));
});

test("a topic that is nowhere has no messages", async (t) => {
  const byKey = await cluster.mqadmin("queryMsgByKey -t nope -k k");
  t.is(byKey.code, 3);
  t.true(byKey.stderr.includes("CODE: 17  DESC: The topic[nope] not matched route info"));
  t.is((await cluster.mqadmin("printMsg -t nope")).code, 3);
});

test("a message is sent again as it was", async (t) => {
  const id = await send("-t pay -p again -k key-again -b broker-a -i 1");
  const { code, stdout } = await cluster.mqadmin(`queryMsgById -t pay -i ${id} -s true`);
  t.is(code, 0);
  t.true(
    stdout.startsWith(
      `prepare resend msg. originalMsgId=${id}SendResult [sendStatus=SEND_OK, msgId=${id},`,
    ),
  );
  const found = await cluster.mqadmin("queryMsgByKey -t pay -k key-again -o json");
  t.is((JSON.parse(found.stdout) as unknown[]).length, 2);
});

test("options that ask for nothing or too little are usage errors", async (t) => {
  const nothing = await cluster.mqadmin("queryMsgById -t pay -i x -s false");
  t.is(nothing.code, 2);
  const queue = await cluster.mqadmin("sendMessage -t pay -p x -i 1");
  t.deepEqual(queue, {
    code: 2,
    stdout: "Broker name must be set if the queue is chosen!",
    stderr: "",
  });
  t.is((await cluster.mqadmin("printMsg -t pay -c NOPE")).code, 2);
  t.is((await cluster.mqadmin("printMsg -t pay -b x")).code, 2);
});

test("the trace of a message can be sent with it", async (t) => {
  const { code, stderr } = await cluster.mqadmin("sendMessage -t pay -p traced -m true");
  t.is(code, 0, stderr);
});

test("printMsgByQueue prints one queue, and counts its tags", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t count -r 1 -w 1");
  for (const tag of ["TagB", "TagA", "TagB"]) await send(`-t count -p body -c ${tag}`);
  await send("-t count -p untagged");
  const queue = "printMsgByQueue -t count -a broker-a -i 0";
  t.deepEqual(await cluster.mqadmin(queue), { code: 0, stdout: "", stderr: "" });
  const counted = await cluster.mqadmin(`${queue} -f true`);
  t.is(counted.stdout, `Tag: ${"TagB".padEnd(30)} Count: 2\nTag: ${"TagA".padEnd(30)} Count: 1\n`);
  const printed = await cluster.mqadmin(`${queue} -p true`);
  t.is(printed.stdout.match(/^MSGID: .* BODY: NOT PRINT BODY$/gm)?.length, 4);
  const tagged = await cluster.mqadmin(`${queue} -p true -d true -s TagA -f true -o jsonl`);
  const rows = tagged.stdout.trim().split("\n");
  t.like(JSON.parse(rows[0] ?? ""), { tags: "TagA", body: "body" });
  t.deepEqual(JSON.parse(rows[1] ?? ""), { tag: "TagA", count: 1 });
});

test("an end time is exact, also where the last messages came in one pull, except in older text", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t until -r 1 -w 1");
  await send("-t until -p before");
  await new Promise((resolve) => setTimeout(resolve, 20));
  const middle = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await send("-t until -p after");
  const shown = await cluster.mqadmin(`printMsg -t until -e ${middle}`);
  t.deepEqual(shown.stdout.match(/(?<= BODY: ).*/g), ["before"]);
  const pulled = await cluster.mqadmin(`printMsg -t until -e ${middle} --compat 5.3.3`);
  t.deepEqual(pulled.stdout.match(/(?<= BODY: ).*/g), ["before", "after"]);
  const later = await cluster.mqadmin(
    `printMsgByQueue -t until -a broker-a -i 0 -b ${middle} -p true -d true`,
  );
  t.deepEqual(later.stdout.match(/(?<= BODY: ).*/g), ["after"]);
});

test("checkMsgSendRT goes round the queues and leaves the first one out of the mean", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t timed -r 2 -w 2");
  const { code, stdout } = await cluster.mqadmin("checkMsgSendRT -t timed -a 3 -s 16");
  t.is(code, 0);
  const row = (queue: number): string => `broker-a {26}${queue} {5}true {20}\\d+\n`;
  t.regex(
    stdout,
    new RegExp(
      `^#Broker Name {22}#QID  #Send Result {12}#RT\n${row(0)}${row(1)}${row(0)}Avg RT: \\d+\\.\\d\\d\n$`,
    ),
  );
  const one = await cluster.mqadmin("checkMsgSendRT -t timed -a 1");
  t.true(one.stdout.endsWith("Avg RT: NaN\n"));
});

test("the trace of a message tells who sent it and who consumed it", async (t) => {
  const traced = await startCluster({ traceTopicEnable: "true" });
  try {
    await traced.mqadmin("updateTopic -c DefaultCluster -t told -r 1 -w 1");
    const sent = await traced.mqadmin("sendMessage -t told -p traced -k told-key -m true");
    const id = sent.stdout.trim().split(/\s+/).at(-1) ?? "";
    const { stdout, stderr } = await traced.mqadmin(`queryMsgTraceById -i ${id}`);
    t.regex(
      stdout,
      /^#Type {6}#ProducerGroup {7}#ClientHost {10}#SendTime {12}#CostTimes #Status {3}\nPub {8}\d+ +127\.0\.0\.1 {12}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}\d+ms +success {3}\n\n$/,
      stderr,
    );
    const json = await traced.mqadmin(`QueryMsgTraceById -i ${id} -o json`);
    t.like(JSON.parse(json.stdout), [
      { type: "Pub", messageId: id, topic: "told", keys: "told-key", isSuccess: true },
    ]);
    const none = await traced.mqadmin("queryMsgTraceById -i nobody");
    t.is(none.code, 3);
  } finally {
    await traced.stop();
  }
});

test("what would be sent or pushed is shown, and nothing is done", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t dry -r 1 -w 1");
  const id = await send("-t dry -p once -k dry-key");
  const sending = await cluster.mqadmin("sendMessage -t dry -p again -c TagA --dry-run");
  t.regex(
    sending.stdout,
    /^SEND_MESSAGE_V2 \(310\) to a broker of dry\n {2}.*tags=TagA bodyBytes=5\n/,
  );
  const resending = await cluster.mqadmin(`queryMsgById -t dry -i ${id} -s true --dry-run`);
  t.true(resending.stdout.includes("producerGroup=ReSendMsgById topic=dry"), resending.stderr);
  const timing = await cluster.mqadmin("checkMsgSendRT -t dry -a 5 --dry-run");
  t.true(timing.stdout.includes("topic=dry messages=5 bytesEach=128"), timing.stderr);
  const looking = await cluster.mqadmin(`queryMsgById -t dry -i ${id} --dry-run`);
  t.is(looking.stdout, "nothing would be sent\n");
  const status = await cluster.mqadmin("topicStatus -t dry -o json");
  t.like(JSON.parse(status.stdout), [{ maxOffset: 1 }]);
});

test("messages are printed as older releases did", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t older -r 1 -w 1");
  const id = await send("-t older -p body -k older-key -c TagA");
  const by = (line: string): Promise<{ stdout: string; code: number }> =>
    cluster.mqadmin(`${line} --compat 4.8`);
  t.regex(
    (await by("printMsg -t older")).stdout,
    /^minOffset=0, maxOffset=1, MessageQueue \[[^\]]*\]MSGID: .* BODY: body\n$/,
  );
  const key = await by("queryMsgByKey -t older -k older-key");
  t.false(key.stdout.includes("#IndexKey"));
  const newest = await cluster.mqadmin("queryMsgByKey -t older -k older-key");
  t.regex(newest.stdout, / #IndexKey {191}\n.* \d+@older@K@older-key@[0-9A-F]{32}@\d+ +\n$/);
  const place = /^OffsetID: +(\S+)/.exec(
    (await cluster.mqadmin(`queryMsgById -t older -i ${id}`)).stdout,
  )?.[1];
  t.is((await by(`queryMsgById -i ${place ?? ""}`)).code, 0);
  const lost = await by(`queryMsgById -i ${id}`);
  t.is(lost.code, 3);
});

test("what older releases printed of a wrong charset, a wrong id and an end time is printed, and the exit code tells", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t oddly -r 1 -w 1");
  await send("-t oddly -p body");
  const bounds =
    "minOffset=0, maxOffset=1, MessageQueue [topic=oddly, brokerName=broker-a, queueId=0]";
  const charset = "printMsg -t oddly -c NOPE";
  const refused = await cluster.mqadmin(charset);
  t.is(refused.code, 2);
  t.is(refused.stdout, "");
  t.true(refused.stderr.includes("the charset NOPE is not known"));
  const older = await cluster.mqadmin(`${charset} --compat 4.8`);
  t.deepEqual(older, { code: 2, stdout: bounds, stderr: "" });
  const json = await cluster.mqadmin(`${charset} --compat 4.8 -o jsonl`);
  t.is(json.stdout, "");
  t.true(json.stderr.includes("the charset NOPE is not known"));
  const nonsense = await cluster.mqadmin("queryMsgByUniqueKey -t oddly -i zz --compat 4.8");
  t.is(nonsense.code, 3);
  t.true(nonsense.stderr.includes("Range [10, 10 + 4) out of bounds for length 1"));
});

test("messages are found by tag where the broker can, and only where it says so", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t tagged -r 1 -w 1");
  await send("-t tagged -p body -k TagX");
  // a broker that knows no index of tags looks for a key of that name
  const { code } = await cluster.mqadmin("queryMsgByKey -t tagged -k TagX -p T");
  t.is(code, 3);
});

test("entries of a consume queue are shown with what a group's filter makes of them", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t entries -r 1 -w 1");
  await send("-t entries -p one -c TagA");
  const { stdout } = await cluster.mqadmin("queryCq -t entries -q 0 -i 0 -g nobody");
  const rule = "=".repeat(38);
  t.regex(
    stdout,
    new RegExp(
      `^Filter data: \nnobody@entries is not online!\n${rule}\nQueue data: \nmax: 1, min: 0\n${rule}\nidx: 0\n` +
        `ConsumeQueueData\\{physicOffset=\\d+, physicSize=\\d+, tagsCode=2598919, extendDataJson='null', bitMap='null', eval=false, msg='null'\\}\n${rule}\n$`,
    ),
  );
});

test("a file of compacted messages is printed, and one that is broken says where", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "compaction-"));
  try {
    await cluster.mqadmin("updateTopic -c DefaultCluster -t kept -r 1 -w 1");
    await send("-t kept -p body -k 100%s");
    const stored = await storedRecord("kept");
    const file = join(folder, "00000000000000000000");
    await writeFile(file, Buffer.concat([stored, stored, Buffer.alloc(64)]));
    const { code, stdout } = await cluster.mqadmin(`dumpCompactionLog -f ${file}`);
    t.is(code, 0);
    t.is(
      stdout.match(
        /^MessageExt \[brokerName=null, queueId=0, .*KEYS=100%s.*, body=null, transactionId='null'\}\]$/gm,
      )?.length,
      2,
    );
    await writeFile(file, Buffer.concat([stored, Buffer.from([0, 0, 0, 90]), Buffer.alloc(90)]));
    const broken = await cluster.mqadmin(`dumpCompactionLog -f ${file}`);
    t.is(broken.code, 6);
    t.true(broken.stderr.includes(`the record at byte ${stored.length} of ${file}`));
    t.is(broken.stdout.split("\n").length, 2);
    t.is((await cluster.mqadmin(`dumpCompactionLog -f ${folder}`)).code, 2);
    const missing = await cluster.mqadmin(`dumpCompactionLog -f ${folder}/none`);
    t.is(missing.code, 3);
    t.true(missing.stderr.includes("not exist."));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** The newest message of a topic of one queue, as the broker stored it. */
async function storedRecord(topic: string): Promise<Buffer> {
  const client = createClient({ namesrv: cluster.namesrv, timeoutMs: 5000 });
  await client.start();
  try {
    const { body } = await client.remoting.call(cluster.broker, pullMessage, {
      consumerGroup: "TOOLS_CONSUMER",
      topic,
      queueId: 0,
      queueOffset: 0,
      maxMsgNums: 1,
      sysFlag: 4,
      commitOffset: 0,
      suspendTimeoutMillis: 0,
      subscription: "*",
      subVersion: 0,
    });
    return body ?? Buffer.alloc(0);
  } finally {
    await client.stop();
  }
}
