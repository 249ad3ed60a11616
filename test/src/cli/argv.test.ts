import test from "ava";
import { readLine } from "../../../src/cli/line.js";
import { UsageError } from "../../../src/cli/exit-codes.js";
import { sample } from "../../support/sample-command.js";

const own = async (...argv: string[]): Promise<Readonly<Record<string, unknown>>> =>
  (await readLine(sample, ["-b", "a:1", ...argv], "upstream")).own;

const refusal = async (...argv: string[]): Promise<UsageError> => {
  try {
    await readLine(sample, argv, "upstream");
  } catch (thrown) {
    if (thrown instanceof UsageError) return thrown;
    throw thrown;
  }
  throw new Error(`${argv.join(" ")} was accepted`);
};

const spelling = test.macro({
  exec: async (t, argv: string[], key: string, value: unknown) => {
    t.is((await own(...argv))[key], value);
  },
  title: (_given, argv: string[], key: string, value: unknown) =>
    `${JSON.stringify(argv)} sets ${key} to ${String(value)}`,
});

test(spelling, ["-t", "x"], "topic", "x");
test(spelling, ["-tx"], "topic", "x");
test(spelling, ["-t=x"], "topic", "x");
test(spelling, ["--topic", "x"], "topic", "x");
test(spelling, ["--topic=x"], "topic", "x");
test(spelling, ["-topic", "x"], "topic", "x");
test(spelling, ["-topic=x"], "topic", "x");
test(spelling, ["-topicpay"], "topic", "pay");
test(spelling, ["-topicx"], "topic", "opicx");
test(spelling, ["--top", "x"], "topic", "x");
test(spelling, ["-t", " x "], "topic", "x");
test(spelling, ["-t", "x", "-t", "y"], "topic", "x");
test(spelling, ["-t", "x", "word", "another"], "topic", "x");
test(spelling, ["-t", "-x"], "topic", "-x");
test(spelling, ["-t", '"x y"'], "topic", "x y");
test(spelling, ["-t", "x", "-r", "-1"], "queues", -1);
test(spelling, ["-t", "x"], "queues", 8);
test(spelling, ["-t", "x", "-lr4"], "queues", 4);
test(spelling, ["-lt", "x"], "list", true);
test(spelling, ["-t", "x"], "list", false);
test(spelling, ["-t", "x", "-o", "TRUE"], "order", true);
test(spelling, ["-t", "x", "-o", "yes"], "order", false);
test(spelling, ["-t", "x", "--printB", "false"], "printBody", "false");
test(spelling, ["-t", "x", "--", "-r", "3"], "queues", 8);

const message = test.macro({
  exec: async (t, argv: string[], text: string) => {
    t.is((await refusal(...argv)).message, text);
  },
  title: (_given, argv: string[], text: string) =>
    `${argv.join(" ") || "nothing"} is refused with: ${text}`,
});

test(message, ["-b", "a:1"], "Missing required option: t");
test(
  message,
  [],
  "Missing required options: t, [-b create topic to which broker, -c create topic to which cluster]",
);
test(message, ["-t"], "Missing argument for option: t");
test(message, ["-t", "-b", "a:1"], "Missing argument for option: t");
test(message, ["-t", "x", "-b", "a:1", "-z"], "Unrecognized option: -z");
test(message, ["-t", "x", "-b", "a:1", "--list=x"], "Unrecognized option: --list=x");
test(
  message,
  ["-t", "x", "-b", "a:1", "--print", "true"],
  "Ambiguous option: '--print'  (could be: 'printBody ', 'print log')",
);
test(
  message,
  ["-t", "x", "-b", "a:1", "-c", "y"],
  "The option 'c' was specified but an option from this group has already been selected: 'b'",
);
test(
  message,
  ["-t", "x", "-b", "a:1", "-r", "many"],
  `-r, --readQueueNums takes an int32. For input string: "many"`,
);

test("a value that begins like a known option is taken for that option", async (t) => {
  t.is((await refusal("-t", "-cleanup", "-b", "a:1")).message, "Missing argument for option: t");
});

test("a misspelled option is answered with the nearest one", async (t) => {
  t.is(
    (await refusal("-t", "x", "-b", "a:1", "--bokerAddr", "y")).hint,
    "did you mean --brokerAddr?",
  );
});

test("our own options are there where upstream's tool would refuse the word", async (t) => {
  const line = await readLine(sample, ["-t", "x", "-b", "a:1", "--output", "json"], "upstream");
  t.is(line.common["output"], "json");
  t.is(line.own["order"], undefined);
});

test("a command's own -o stays its own", async (t) => {
  const line = await readLine(sample, ["-t", "x", "-b", "a:1", "-o", "true"], "upstream");
  t.is(line.own["order"], true);
  t.is(line.common["output"], undefined);
});

test("-o is the output's form where the command has no -o", async (t) => {
  const { order: _order, ...options } = sample.options;
  for (const argv of [
    ["-o", "yaml"],
    ["-oyaml"],
    ["-o=yaml"],
    ["--out=yaml"],
    ["-output", "YAML"],
  ]) {
    const line = await readLine(
      { ...sample, options },
      ["-t", "x", "-b", "a:1", ...argv],
      "upstream",
    );
    t.is(line.common["output"], "yaml", argv.join(" "));
  }
});

test("the GNU style reads the same options", async (t) => {
  const line = await readLine(sample, ["-tx", "-c", "y", "--readQueueNums=4", "-l"], "gnu");
  t.like(line.own, { topic: "x", clusterName: "y", queues: 4, list: true, brokerAddr: undefined });
});

test("the GNU style refuses what is missing, unknown, too much or excluded", async (t) => {
  const refused = async (...argv: string[]): Promise<string> =>
    (await t.throwsAsync(readLine(sample, argv, "gnu"), { instanceOf: UsageError })).message;
  t.regex(await refused("-c", "y"), /required option '-t, --topic <topic>' not specified/);
  t.regex(await refused("-t", "x", "-c", "y", "--nope"), /unknown option '--nope'/);
  t.regex(await refused("-t", "x", "-c", "y", "word"), /too many arguments/);
  t.is(
    await refused("-t", "x", "-c", "y", "-b", "z:1"),
    "-b, --brokerAddr and -c, --clusterName exclude each other",
  );
  t.is(await refused("-t", "x"), "give one of -b, --brokerAddr or -c, --clusterName");
});
