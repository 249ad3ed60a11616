import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { run } from "../../support/programs.js";
import { type MqctlOptions, runMqctl, signalsByHand } from "../../support/mqctl.js";
import { startCluster, type TestCluster } from "../../support/mqadmin.js";

let cluster: TestCluster;
test.before(async () => {
  cluster = await startCluster();
});
test.after.always(() => cluster.stop());

const mqctl = (argv: readonly string[], options: MqctlOptions = {}) =>
  runMqctl([...argv, "--namesrvAddr", cluster.namesrv], options);
const produce = (topic: string, stdin: MqctlOptions["stdin"], ...argv: string[]) =>
  mqctl(["produce", "-t", topic, ...argv], { stdin: stdin ?? "" });
const consume = (topic: string, group: string, ...argv: string[]) =>
  mqctl(["consume", "-t", topic, "-g", `${topic}-${group}`, ...argv]);
const lines = (text: string): string[] => (text === "" ? [] : text.trimEnd().split("\n"));
const sorted = (text: string): string[] => lines(text).sort();
interface Row {
  queueId: number;
  queueOffset: number;
  body: string | null;
  bodyBase64: string | null;
  tags: string | null;
  keys: string | null;
  properties: Record<string, string>;
  line: number;
  status: string;
  msgId: string;
  offsetMsgId: string;
}
const rows = (text: string): Row[] => lines(text).map((line) => JSON.parse(line) as Row);
const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i + 1));

test("lines go in, and come out once for each group", async (t) => {
  const sent = await produce("lines", "one\ntwo\n\nthree\r\nno newline at the end");
  t.is(sent.code, 0);
  t.is(sent.stdout, "");
  t.is(sent.stderr, "4 messages sent\n");
  const wanted = ["no newline at the end", "one", "three", "two"];
  t.deepEqual(sorted((await consume("lines", "a")).stdout), wanted);
  t.is((await consume("lines", "a")).stdout, "");
  t.deepEqual(sorted((await consume("lines", "b")).stdout), wanted);
});

test("every queue keeps the order of the input, and every message has a result row of its own", async (t) => {
  const sent = await produce("ordered", `${numbers(3000).join("\n")}\n`, "--output", "jsonl");
  t.is(sent.code, 0);
  const results = rows(sent.stdout);
  t.deepEqual(
    results.map((row) => row.line),
    numbers(3000).map(Number),
  );
  t.is(new Set(results.map((row) => row.msgId)).size, 3000);
  t.is(new Set(results.map((row) => row.offsetMsgId)).size, 3000);
  const consumed = rows((await consume("ordered", "g", "--output", "jsonl")).stdout);
  t.is(consumed.length, 3000);
  const place = (row: Row): string => `${String(row.queueId)}/${String(row.queueOffset)}`;
  const bodies = new Map(consumed.map((row) => [place(row), row.body]));
  for (const row of results) t.is(bodies.get(place(row)), String(row.line));
  const last = new Map<number, number>();
  for (const { queueId, body } of consumed) {
    t.true(Number(body) > (last.get(queueId) ?? 0), "the numbers of a queue rise");
    last.set(queueId, Number(body));
  }
  t.is(
    (await cluster.mqadmin("queryMsgById -t ordered -i " + (results[1777]?.offsetMsgId ?? "")))
      .code,
    0,
  );
});

test("records copied from consume to produce are the same, whatever their bodies", async (t) => {
  const bodies = Buffer.concat([
    Buffer.from("plain\nünïcödé 日本 😀\nline\u2028separator\n\uFEFFmark\n"),
    Buffer.from([0xff, 0xfe, 0, 1, 0x0a]),
  ]);
  const argv = ["--tag", "t", "--key", "k1 k2", "--property", "a=1", "--property", "b=x y=z"];
  t.is((await produce("original", bodies, ...argv)).code, 0);
  const original = await consume("original", "g", "--output", "jsonl");
  t.is(original.code, 0);
  const copied = await produce("copied", original.stdout, "--json");
  t.is(copied.code, 0, copied.stderr);
  const copy = await consume("copied", "g", "--output", "jsonl");
  const essence = (text: string) =>
    rows(text)
      .map(({ body, bodyBase64, tags, keys, properties }) =>
        JSON.stringify([body, bodyBase64, tags, keys, properties["a"], properties["b"]]),
      )
      .sort();
  t.is(rows(copy.stdout).length, 5);
  t.deepEqual(essence(copy.stdout), essence(original.stdout));
  t.deepEqual(
    Object.keys(rows(copy.stdout)[0]?.properties ?? {}).length,
    Object.keys(rows(original.stdout)[0]?.properties ?? {}).length,
  );
  t.true(rows(copy.stdout).some((row) => row.bodyBase64 === "//4AAQ=="));
});

test("a file, --whole and --body are other ways to say what is sent", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "produce-"));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "in");
  writeFileSync(file, "from a file\n");
  t.is((await produce("ways", "", file)).code, 0);
  t.is((await produce("ways", "whole\ninput\n", "--whole")).code, 0);
  t.is((await produce("ways", "", "--body", "body")).code, 0);
  const big = Buffer.alloc(100_000, 7);
  t.is((await produce("ways", big, "--whole")).code, 0);
  const found = rows((await consume("ways", "g", "--output", "jsonl")).stdout);
  const wanted = ["body", "from a file", "whole\ninput\n", big.toString("utf8")];
  t.deepEqual(found.map((row) => row.body).sort(), wanted.sort());
});

test("a record may name its queue", async (t) => {
  t.is(
    (await produce("placed", '{"body":"a","queueId":2}\n{"body":"b","queueId":2}\n', "--json"))
      .code,
    0,
  );
  const found = rows((await consume("placed", "g", "--output", "jsonl")).stdout);
  t.deepEqual(
    found.map((row) => [row.queueId, row.body]),
    [
      [2, "a"],
      [2, "b"],
    ],
  );
  const none = await produce("placed", '{"body":"c","queueId":99}\n', "--json");
  t.is(none.code, 3);
  t.regex(none.stderr, /line 1: placed has no queue 99/);
});

test("what stood before a line that does not decode is sent, and the line is named", async (t) => {
  const sent = await produce(
    "broken",
    '{"body":"a"}\n{"body":"b"}\n{nope\n{"body":"c"}\n',
    "--json",
  );
  t.is(sent.code, 2);
  t.regex(sent.stderr, /^2 messages sent\nmqctl produce: line 3 is no JSON: /);
  t.deepEqual(sorted((await consume("broken", "g")).stdout), ["a", "b"]);
});

const refusals: { title: string; argv: string[]; stdin?: string; code: number; says: RegExp }[] = [
  { title: "no topic", argv: ["produce"], code: 2, says: /Missing required option: t/ },
  {
    title: "an empty body",
    argv: ["produce", "-t", "x", "--body", ""],
    code: 2,
    says: /body length is zero/,
  },
  {
    title: "a name no topic may have",
    argv: ["produce", "-t", "a b", "--body", "x"],
    code: 2,
    says: /a b/,
  },
  {
    title: "a property without value",
    argv: ["produce", "-t", "x", "--property", "p"],
    code: 2,
    says: /p is not name=value/,
  },
  {
    title: "a file that is not there",
    argv: ["produce", "-t", "x", "/no/such/file"],
    code: 2,
    says: /\/no\/such\/file cannot be read: ENOENT/,
  },
  {
    title: "a body and a file",
    argv: ["produce", "-t", "x", "--body", "b", "f"],
    code: 2,
    says: /--body/,
  },
  {
    title: "a record that is no object",
    argv: ["produce", "-t", "x", "--json"],
    stdin: "[1]\n",
    code: 2,
    says: /line 1 is no JSON object/,
  },
  {
    title: "a record whose tags are no text",
    argv: ["produce", "-t", "x", "--json"],
    stdin: '{"body":"b","tags":1}\n',
    code: 2,
    says: /line 1: tags is no text/,
  },
  {
    title: "a record without a topic",
    argv: ["produce", "--json"],
    stdin: '{"body":"b"}\n',
    code: 2,
    says: /line 1: neither the record nor -t names a topic/,
  },
  {
    title: "to consume a topic that is not there",
    argv: ["consume", "-t", "nothing_here", "-g", "g"],
    code: 3,
    says: /No route info of this topic: nothing_here/,
  },
  { title: "a group name", argv: ["consume", "-t", "TBW102", "-g", "a b"], code: 2, says: /a b/ },
  {
    title: "a place that is none",
    argv: ["consume", "-t", "TBW102", "-g", "g", "--from", "there"],
    code: 2,
    says: /there is not a time/,
  },
  {
    title: "a negative count",
    argv: ["consume", "-t", "TBW102", "-g", "g", "-n", "-1"],
    code: 2,
    says: /not negative/,
  },
];
for (const { title, argv, stdin, code, says } of refusals) {
  test(`produce and consume refuse ${title}`, async (t) => {
    const ended = await mqctl(argv, stdin === undefined ? {} : { stdin });
    t.is(ended.code, code, ended.stderr);
    t.regex(ended.stderr, says);
    t.is(ended.stdout, "");
  });
}

test("a line over 4 MiB is refused by its number, without waiting for its end", async (t) => {
  async function* endless(): AsyncGenerator<Buffer> {
    yield Buffer.from("short\n");
    for (;;) yield await Promise.resolve(Buffer.alloc(1024 * 1024, "x"));
  }
  const sent = await produce("huge", endless());
  t.is(sent.code, 2);
  t.regex(sent.stderr, /^1 message sent\nmqctl produce: line 2 has more than 4194304 bytes/);
  t.deepEqual(sorted((await consume("huge", "g")).stdout), ["short"]);
});

test("no name server is exit 2, one that is not there exit 5", async (t) => {
  for (const argv of [
    ["produce", "-t", "x", "--body", "b"],
    ["consume", "-t", "x", "-g", "g"],
  ]) {
    t.is((await runMqctl(argv)).code, 2);
    const away = await runMqctl([...argv, "--namesrvAddr", "127.0.0.1:1"]);
    t.is(away.code, 5);
    t.regex(away.stderr, /no name server was reached at 127\.0\.0\.1:1/);
  }
});

test("with auto-creation off a topic that is not there is exit 3", async (t) => {
  const strict = await startCluster({ autoCreateTopicEnable: "false" });
  t.teardown(() => strict.stop());
  const sent = await runMqctl(["produce", "-t", "new_topic", "-n", strict.namesrv], {
    stdin: "a\nb\n",
  });
  t.is(sent.code, 3);
  t.regex(sent.stderr, /line 1 was not sent: No route info of this topic: new_topic/);
});

test("--from goes to the first, the last or a time, whatever the group has committed", async (t) => {
  t.is((await produce("from", "1\n2\n3\n")).code, 0);
  const last = await consume("from", "g", "--from", "last");
  t.is(last.stdout, "");
  t.is(last.code, 0, last.stderr);
  t.is((await consume("from", "g")).stdout, "", "that is committed");
  t.deepEqual(sorted((await consume("from", "g", "--from", "first")).stdout), ["1", "2", "3"]);
  t.deepEqual(sorted((await consume("from", "g", "--from", "2001-01-01T00:00:00Z")).stdout), [
    "1",
    "2",
    "3",
  ]);
  t.is(
    (await consume("from", "g", "--from", "2099-01-01T00:00:00Z", "--output", "json")).stdout,
    "[]\n",
  );
});

test("-n takes so many, and the next one goes on behind", async (t) => {
  t.is((await produce("counted", `${numbers(100).join("\n")}\n`)).code, 0);
  const first = lines((await consume("counted", "g", "-n", "30")).stdout);
  t.is(first.length, 30);
  const progress = await cluster.mqadmin("consumerProgress -g counted-g -t counted -o json");
  const lag = (JSON.parse(progress.stdout) as { diff: number }[]).reduce(
    (sum, row) => sum + row.diff,
    0,
  );
  t.is(lag, 70);
  const rest = lines((await consume("counted", "g")).stdout);
  t.deepEqual([...first, ...rest].sort(), numbers(100).sort());
  t.is((await consume("counted", "g", "-n", "0")).stdout, "");
});

test("only tags that are asked for are printed", async (t) => {
  await produce("tagged", "red\n", "--tag", "red");
  await produce("tagged", "blue\n", "--tag", "blue");
  await produce("tagged", "none\n");
  t.deepEqual(sorted((await consume("tagged", "g", "--tag", "red || blue")).stdout), [
    "blue",
    "red",
  ]);
});

test("when the reader goes away it ends with 0, and only what was written is committed", async (t) => {
  const count = 3000;
  t.is((await produce("pipe", `${numbers(count).join("\n")}\n`)).code, 0);
  const cut = await mqctl(["consume", "-t", "pipe", "-g", "pipe-g"], { closesAfter: 2 });
  t.is(cut.code, 0);
  t.is(cut.stderr, "");
  const seen = lines(cut.stdout);
  t.true(seen.length > 0 && seen.length < count);
  const rest = lines((await consume("pipe", "g")).stdout);
  t.deepEqual([...seen, ...rest].sort(), numbers(count).sort());
});

test("head closes the pipe of a real process: exit 0 and silence", async (t) => {
  t.is((await produce("real_pipe", `${numbers(5000).join("\n")}\n`)).code, 0);
  const ended = await run(
    "mqctl",
    ["consume", "-t", "real_pipe", "-g", "real_pipe-g", "--namesrvAddr", cluster.namesrv],
    {
      closeStdoutAfter: "\n",
    },
  );
  t.is(ended.code, 0);
  t.is(ended.stderr, "");
});

test("Ctrl-C ends a follower with 130, and what it printed is committed", async (t) => {
  t.is((await produce("followed", "1\n2\n3\n")).code, 0);
  const signals = signalsByHand();
  let more: ReturnType<typeof produce> | undefined;
  const follower = mqctl(["consume", "-t", "followed", "-g", "followed-g", "--follow"], {
    signals,
    onPrinted: (text) => {
      if (lines(text).length === 3) more ??= produce("followed", "4\n");
      if (lines(text).length === 4) signals.stop();
    },
  });
  const ended = await follower;
  t.is(ended.code, 130);
  t.deepEqual(sorted(ended.stdout), ["1", "2", "3", "4"]);
  t.is((await consume("followed", "g")).stdout, "");
});

test("two members of a group share its messages", async (t) => {
  t.is((await produce("shared", "0\n")).code, 0);
  const signals = [signalsByHand(), signalsByHand()];
  const members = signals.map((one) =>
    mqctl(["consume", "-t", "shared", "-g", "share", "--follow"], { signals: one }),
  );
  const membersNow = async (): Promise<number> => {
    const { stdout } = await cluster.mqadmin("consumerConnection -g share -o json");
    return stdout.split('"clientId"').length - 1;
  };
  while ((await membersNow()) !== 2) await new Promise((resolve) => setTimeout(resolve, 100));
  t.is((await produce("shared", `${numbers(200).join("\n")}\n`)).code, 0);
  const isDone = async (): Promise<boolean> => {
    const progress = await cluster.mqadmin("consumerProgress -g share -t shared -o json");
    const list = JSON.parse(progress.stdout) as { diff: number }[];
    return list.length > 0 && list.every((row) => row.diff === 0);
  };
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 200));
  for (const one of signals) one.stop();
  const printed = (await Promise.all(members)).flatMap((one) => lines(one.stdout));
  t.deepEqual([...new Set(printed)].sort(), ["0", ...numbers(200)].sort());
});

test("Ctrl-C ends a producer whose input does not, and says what was sent", async (t) => {
  const signals = signalsByHand();
  async function* open(): AsyncGenerator<Buffer> {
    yield Buffer.from("one\n");
    signals.stop();
    await new Promise(() => undefined);
  }
  const sent = await mqctl(["produce", "-t", "interrupted"], { stdin: open(), signals });
  t.is(sent.code, 130);
  t.regex(sent.stderr, /^[01] messages? sent\n$/);
});
