import test from "ava";
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
