import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { commandPage } from "../../../src/cli/man.js";
import { nearest } from "../../../src/cli/nearest.js";
import { main } from "../../../src/main.js";
import { memoryStreams } from "../../support/memory-streams.js";
import { entryOf, sample } from "../../support/sample-command.js";

const program = {
  name: "mqctl",
  style: "gnu",
  commands: [entryOf(sample, "inspect log"), entryOf(sample, "inspect index"), entryOf(sample)],
} as const;

async function call(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const streams = memoryStreams();
  const code = await main(program, argv, { streams, env: {}, clock: new ManualClock(0) });
  return { code, stdout: streams.stdout.text, stderr: streams.stderr.text };
}

test("a command's name may be two words", async (t) => {
  t.regex((await call("inspect", "log", "-t", "x")).stderr, /^mqctl inspect log: /);
  t.is(
    (await call("inspect", "log", "-t", "x", "-b", "y")).stdout,
    "#Topic      #Queues\nx           8   \n",
  );
});

test("the first word of such names lists the commands below it", async (t) => {
  for (const argv of [["inspect"], ["inspect", "--help"], ["help", "inspect"]]) {
    const { code, stdout } = await call(...argv);
    t.is(code, 0);
    t.regex(stdout, /inspect log +Give.*\n +inspect index/);
    t.notRegex(stdout, /\n +sample/);
  }
});

test("a second word that is none is a usage error that names the nearest command", async (t) => {
  const { code, stderr } = await call("inspect", "lgo");
  t.is(code, 2);
  t.is(stderr, "mqctl: there is no command inspect lgo\n  did you mean inspect log?\n");
});

test("completion scripts know both words, the options and their choices", async (t) => {
  const { stdout } = await call("completion", "bash");
  t.regex(stdout, /words='inspect sample help completion'/);
  t.regex(stdout, /inspect\) words='log index'/);
  t.regex(stdout, /'inspect log '\*\) words='.*--clusterName/);
  t.regex(
    (await call("completion", "fish")).stdout,
    /__fish_seen_subcommand_from inspect; and .* -l topic -d 'topic name'/,
  );
  t.is((await call("completion", "csh")).code, 2);
});

test("a man page lists options, examples and exit codes, and escapes what roff would read", (t) => {
  const { file, text } = commandPage(
    { ...sample, summary: ".TH is no request here" },
    "mqctl inspect log",
  );
  t.is(file, "mqctl-inspect-log.1");
  t.regex(text, /\\- \.TH is no request|\\- \\&\.TH/);
  t.regex(text, /\.B \\-t, \\-\\-topic <topic>\ntopic name\n/);
  t.regex(text, /\.B 70\na defect/);
  t.false(/^\.(?!\\"|TH|SH|TP|B|ad|br)/m.test(text));
});

test("the nearest word is at most a third away", (t) => {
  const known = ["topicStatus", "topicList", "clusterList"];
  t.is(nearest("topicstats", known), "topicStatus");
  t.is(nearest("tpoicList", known), "topicList");
  t.is(nearest("noSuchCommand", known), undefined);
});
