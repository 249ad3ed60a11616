import test from "ava";
import { upstreamCommandList } from "../../../src/cli/command-list.js";
import { compatArgument, compatOf, NEWEST_RELEASE } from "../../../src/cli/compat.js";
import { type AnyCommand, defineCommand } from "../../../src/cli/define-command.js";
import { flag, text } from "../../../src/cli/options.js";
import { main } from "../../../src/main.js";
import { ManualClock } from "../../../engine/base/clock.js";
import { memoryStreams } from "../../support/memory-streams.js";
import { entryOf } from "../../support/sample-command.js";

const command = defineCommand({
  name: "showThing",
  summary: "Shows a thing.",
  formerSummary: [{ before: "4.9.4", summary: "Show thing" }],
  formerName: [{ before: "4.9.4", name: "showThingSubCommand" }],
  impact: "read",
  options: {
    thing: text("-t, --thing <thing>", "the thing").formerly("5.0.0", {
      description: "thing",
      isRequired: true,
    }),
    brokerAddr: text("-b, --brokerAddr <address>", "a broker"),
    clusterName: text("-c, --clusterName <name>", "a cluster"),
    detail: flag("-d, --detail", "all of it").since("5.1.0"),
  },
  exclusive: [{ options: ["brokerAddr", "clusterName"], since: "5.0.0" }],
  examples: [],
  run: ({ compat }, options) => [{ release: compat.release, detail: options.detail }],
  columns: [
    { header: "RELEASE", key: "release" },
    { header: "DETAIL", key: "detail" },
  ],
});
const youngest: AnyCommand = {
  ...command,
  name: "newThing",
  since: "5.3.0",
  formerName: [],
  formerSummary: [],
};
const gone: AnyCommand = { ...youngest, name: "oldThing", since: "4.8.0", until: "5.3.3" };

async function call(line: string, env: Record<string, string> = {}) {
  const streams = memoryStreams();
  const commands = [{ ...entryOf(command), aliases: ["showThingSubCommand"] }];
  const program = { name: "mqadmin", style: "upstream", commands } as const;
  const words = line.split(" ");
  const code = await main(program, words, { streams, env, clock: new ManualClock(0) });
  return { code, stdout: streams.stdout.text, stderr: streams.stderr.text };
}

test("releases compare by their numbers, and the newest is the default", (t) => {
  const compat = compatOf("4.9.7", {});
  t.true(compat.isBefore("4.9.8"));
  t.true(compat.isBefore("4.10.0"));
  t.false(compat.isBefore("4.9.7"));
  t.is(compatOf(undefined, {}).release, NEWEST_RELEASE);
  t.is(compatOf(undefined, { MQADMIN_COMPAT: "4.8" }).release, "4.8");
  t.is(compatOf("5.3.3", { MQADMIN_COMPAT: "4.8" }).release, "5.3.3");
});

test("a release that was never there, or is too old, is a usage error", (t) => {
  for (const wrong of ["four", "4", "4.7.1", "4.8.x"]) {
    t.throws(() => compatOf(wrong, {}), { message: new RegExp(`--compat: ${wrong}`) });
  }
});

test("the option is found on lines that do not parse", (t) => {
  t.is(compatArgument(["topicRoute", "--compat", "4.8", "-zz"]), "4.8");
  t.is(compatArgument(["topicRoute", "--compat=4.9.7"]), "4.9.7");
  t.is(compatArgument(["topicRoute", "-t", "x"]), undefined);
});

test("help is that of the release: names, options, groups, and what was required", async (t) => {
  const now = await call("showThing -h");
  t.true(
    now.stdout.startsWith(
      "usage: mqadmin showThing [-b <arg> | -c <arg>]  [-d] [-h] [-n <arg>] [-t <arg>]\n",
    ),
    now.stdout,
  );
  const then = await call("showThing -h", { MQADMIN_COMPAT: "4.8" });
  t.true(
    then.stdout.startsWith(
      "usage: mqadmin showThingSubCommand [-b <arg>] [-c <arg>] [-h] [-n <arg>] -t <arg>\n",
    ),
    then.stdout,
  );
  t.regex(then.stdout, / -t,--thing <arg> +thing\n/);
  t.regex(then.stdout, /list, eg: 192\.168\.0\.1:9876;/);
});

test("what the release required is missing there, and it says nothing more than help", async (t) => {
  const { code, stdout, stderr } = await call("showThing -n x", { MQADMIN_COMPAT: "4.8" });
  t.is(code, 2);
  t.true(stdout.startsWith("usage: "));
  t.is(stderr, "");
  t.is((await call("showThing -n x")).code, 0);
});

test("options of later releases are understood all the same", async (t) => {
  const { code, stdout } = await call("showThing -t x -d -n y -o json", { MQADMIN_COMPAT: "4.8" });
  t.is(code, 0);
  t.deepEqual(JSON.parse(stdout), [{ release: "4.8", detail: true }]);
});

test("the list has the commands, names, summaries and width of the release", (t) => {
  const entries = [command, youngest, gone].map((one) => {
    const { since, until, formerName, formerSummary } = one as AnyCommand;
    return {
      ...entryOf(one),
      ...(since && { since }),
      ...(until && { until }),
      ...(formerName && { formerName }),
      ...(formerSummary && { formerSummary }),
    };
  });
  const listed = (release: string | undefined) =>
    upstreamCommandList(entries, compatOf(release, {}))
      .split("\n")
      .filter((line) => line.startsWith("   "));
  t.deepEqual(listed("4.8"), [
    `   ${"showThingSubCommand".padEnd(20)} Show thing`,
    `   ${"oldThing".padEnd(20)} Shows a thing.`,
  ]);
  t.deepEqual(listed(undefined), [
    `   ${"showThing".padEnd(35)} Shows a thing.`,
    `   ${"newThing".padEnd(35)} Shows a thing.`,
  ]);
});
