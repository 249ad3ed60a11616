import test from "ava";
import { ManualClock } from "../../engine/base/clock.js";
import { type ErrorKind, RocketmqError } from "../../engine/base/errors.js";
import { upstreamPrints } from "../../src/admin/plain-text-error.js";
import type { AnyCommand } from "../../src/cli/define-command.js";
import type { ExitCode } from "../../src/cli/exit-codes.js";
import type { Style } from "../../src/cli/line.js";
import { main } from "../../src/main.js";
import { type MemoryStreams, memoryStreams } from "../support/memory-streams.js";
import { entryOf, sample } from "../support/sample-command.js";

interface Outcome {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

interface Setting {
  readonly command?: AnyCommand;
  readonly style?: Style;
  readonly streams?: MemoryStreams;
  readonly env?: Record<string, string>;
}

async function call(argv: readonly string[], setting: Setting = {}): Promise<Outcome> {
  const streams = setting.streams ?? memoryStreams();
  const commands = [entryOf(setting.command ?? sample)];
  const program = { name: "mqadmin", style: setting.style ?? "upstream", commands } as const;
  const { env = {} } = setting;
  const code = await main(program, argv, { streams, env, clock: new ManualClock(0) });
  return { code, stdout: streams.stdout.text, stderr: streams.stderr.text };
}

const throwing = (thrown: Error): AnyCommand => ({
  ...sample,
  run: () => {
    throw thrown;
  },
});

const LINE = ["sample", "-t", "pay", "-b", "127.0.0.1:1"];

test("rows are printed in upstream's widths and the exit code is 0", async (t) => {
  t.deepEqual(await call(LINE), {
    code: 0,
    stdout: "#Topic      #Queues\npay         8   \n",
    stderr: "",
  });
});

test("what upstream passes over stands in older text alone, except for who reads the terminal", async (t) => {
  const failure = new RocketmqError("nobody has it", { kind: "not-found" });
  const command = throwing(upstreamPrints("nothing wrong\n", failure));
  const said = { code: 3, stdout: "", stderr: "mqadmin sample: nobody has it\n" };
  t.deepEqual(await call(LINE, { command }), said);
  const env = { MQADMIN_COMPAT: "4.8" };
  const older = await call(LINE, { command, env });
  t.deepEqual(older, { code: 3, stdout: "nothing wrong\n", stderr: "" });
  const streams = memoryStreams({ isTTY: true });
  const seen = await call([...LINE, "--output", "plain"], { command, env, streams });
  t.deepEqual(seen, { ...said, stdout: "nothing wrong\n" });
});

test("a command's name is read in any case", async (t) => {
  t.is((await call(["SAMPLE", ...LINE.slice(1)])).code, 0);
});

test("nothing but the program's name prints upstream's list of commands", async (t) => {
  t.deepEqual(await call([]), {
    code: 0,
    stdout: `The most commonly used mqadmin commands are:
   sample                              Give back what was given.

See 'mqadmin help <command>' for more information on a specific command.
`,
    stderr: "",
  });
});

test("help and --help list the commands as well", async (t) => {
  for (const word of ["help", "-h", "--help"])
    t.regex((await call([word])).stdout, /^The most commonly used/);
});

test("an unknown command gets upstream's sentence, exit code 2 and the nearest name", async (t) => {
  t.deepEqual(await call(["smaple"]), {
    code: 2,
    stdout: "The sub command smaple not exist.\n",
    stderr: "  did you mean sample?\n",
  });
  t.is((await call(["somethingElse"])).stderr, "");
});

test("-h prints help with exit code 0, also where required options are missing", async (t) => {
  const { code, stdout } = await call(["sample", "-h"]);
  t.is(code, 0);
  t.regex(stdout, /^usage: mqadmin sample -b <arg> \| -c <arg> {2}/);
  t.is((await call(["help", "sample"])).stdout, stdout);
});

test("help on a terminal has our own options and the examples", async (t) => {
  const { stdout } = await call(["sample", "-h"], { streams: memoryStreams({ isTTY: true }) });
  t.regex(stdout, /--output <format>/);
  t.regex(stdout, /mqadmin sample -t x -b/);
});

test("a line that does not parse is exit code 2 with upstream's message and help", async (t) => {
  const { code, stdout, stderr } = await call(["sample", "-b", "x"]);
  t.is(code, 2);
  t.is(stderr, "Missing required option: t\n");
  t.regex(stdout, /^usage: mqadmin sample/);
});

const exit = test.macro({
  exec: async (t, kind: ErrorKind, code: number) => {
    const error = new RocketmqError("the topic is gone", { kind, hint: "create it" });
    t.deepEqual(await call(LINE, { command: throwing(error) }), {
      code: code as ExitCode,
      stdout: "",
      stderr: "mqadmin sample: the topic is gone\n  create it\n",
    });
  },
  title: (_given, kind: ErrorKind, code: number) =>
    `an error of kind ${kind} is one line, one hint and exit code ${code}`,
});

test(exit, "failed", 1);
test(exit, "usage", 2);
test(exit, "not-found", 3);
test(exit, "denied", 4);
test(exit, "unreachable", 5);
test(exit, "corrupt", 6);

test("an unexpected error is exit code 70 with its stack and where to report it", async (t) => {
  const { code, stderr } = await call(LINE, { command: throwing(new TypeError("no such field")) });
  t.is(code, 70);
  t.regex(stderr, /internal error: no such field/);
  t.regex(stderr, /main\.test/);
  t.regex(stderr, /please report/);
});

test("what upstream prints as text stays text in Apache's form and is an error in all others", async (t) => {
  const error = Object.assign(new RocketmqError("no cluster nope", { kind: "not-found" }), {
    plainText: "[error] nope",
  });
  const command = throwing(error);
  t.deepEqual(await call(LINE, { command }), { code: 3, stdout: "[error] nope", stderr: "" });
  t.deepEqual(await call([...LINE, "--output", "json"], { command }), {
    code: 3,
    stdout: "",
    stderr: "mqadmin sample: no cluster nope\n",
  });
});

test("a part that failed is told and decides the exit code, and the rows are printed", async (t) => {
  const command: AnyCommand = {
    ...sample,
    run: (context, options) => {
      context.fail(new RocketmqError("broker-b was not reached", { kind: "unreachable" }));
      return [options];
    },
  };
  const { code, stdout, stderr } = await call(LINE, { command });
  t.is(code, 5);
  t.regex(stdout, /pay/);
  t.is(stderr, "sample: broker-b was not reached\n");
});

test("a closed pipe is success, and the command is told to end", async (t) => {
  let ended = false;
  const command: AnyCommand = {
    ...sample,
    run: async function* (_context, options) {
      try {
        for (;;) yield options;
      } finally {
        ended = true;
      }
    },
  };
  const { code, stderr } = await call(LINE, {
    command,
    streams: memoryStreams({ closesAfter: 3 }),
  });
  t.is(code, 0);
  t.is(stderr, "");
  t.true(ended);
});

test("mqctl's errors do not print its help", async (t) => {
  const { code, stdout, stderr } = await call(["sample"], { style: "gnu" });
  t.is(code, 2);
  t.is(stdout, "");
  t.regex(stderr, /required option '-t, --topic <topic>' not specified/);
});
