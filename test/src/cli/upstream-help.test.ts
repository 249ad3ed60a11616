import test from "ava";
import type { AnyCommand } from "../../../src/cli/define-command.js";
import { choice, text } from "../../../src/cli/options.js";
import { upstreamHelp } from "../../../src/cli/upstream-help.js";

const value = (spelling: string, says: string): ReturnType<typeof text> => text(spelling, says);

const updateTopic: AnyCommand = {
  name: "updateTopic",
  summary: "Update or create topic.",
  impact: "write",
  options: {
    brokerAddr: value("-b, --brokerAddr <addr>", "create topic to which broker"),
    clusterName: value("-c, --clusterName <name>", "create topic to which cluster"),
    attributes: value("-a, --attributes <list>", "attribute(+a=b,+c=d,-e)"),
    topic: text("-t, --topic <topic>", "topic name").required(),
    readQueueNums: value("-r, --readQueueNums <n>", "set read queue nums"),
    writeQueueNums: value("-w, --writeQueueNums <n>", "set write queue nums"),
    perm: value("-p, --perm <perm>", "set topic's permission(2|4|6), intro[2:W 4:R; 6:RW]"),
    order: value("-o, --order <bool>", "set topic's order(true|false)"),
    unit: value("-u, --unit <bool>", "is unit topic (true|false)"),
    hasUnitSub: value("-s, --hasUnitSub <bool>", "has unit sub (true|false)"),
    ours: choice("--ours <word>", "not in upstream's tool", ["a", "b"]).extension(),
  },
  exclusive: [{ options: ["brokerAddr", "clusterName"], required: true }],
  examples: [],
  run: () => [],
  columns: [],
};

test("help has the layout of commons-cli at width 110, as Apache 5.3.3 prints it", (t) => {
  t.is(
    upstreamHelp(updateTopic),
    `usage: mqadmin updateTopic [-a <arg>] -b <arg> | -c <arg>  [-h] [-n <arg>] [-o <arg>] [-p <arg>] [-r <arg>]
       [-s <arg>] -t <arg> [-u <arg>] [-w <arg>]
 -a,--attributes <arg>       attribute(+a=b,+c=d,-e)
 -b,--brokerAddr <arg>       create topic to which broker
 -c,--clusterName <arg>      create topic to which cluster
 -h,--help                   Print help
 -n,--namesrvAddr <arg>      Name server address list, eg: '192.168.0.1:9876;192.168.0.2:9876'
 -o,--order <arg>            set topic's order(true|false)
 -p,--perm <arg>             set topic's permission(2|4|6), intro[2:W 4:R; 6:RW]
 -r,--readQueueNums <arg>    set read queue nums
 -s,--hasUnitSub <arg>       has unit sub (true|false)
 -t,--topic <arg>            topic name
 -u,--unit <arg>             is unit topic (true|false)
 -w,--writeQueueNums <arg>   set write queue nums
`,
  );
});

test("a long description goes on below its column", (t) => {
  const words = Array.from({ length: 30 }, (_, at) => `word${at}`).join(" ");
  const help = upstreamHelp({
    ...updateTopic,
    exclusive: [],
    options: { topic: value("-t, --topic <topic>", words) },
  });
  const lines = help.split("\n");
  t.true(lines.every((line) => line.length <= 110));
  t.is(
    lines.findIndex((line) => line.startsWith(" -t")) + 1,
    lines.findIndex((line) => line.startsWith("   ")),
  );
  t.regex(lines.at(-2) ?? "", /^ {26}word\d/);
});

test("options without a short name begin with four blanks", (t) => {
  const help = upstreamHelp({
    ...updateTopic,
    exclusive: [],
    options: { path: value("--path <path>", "where") },
  });
  t.regex(help, /usage: mqadmin updateTopic \[-h\] \[-n <arg>\] \[--path <arg>\]\n/);
  t.regex(help, /\n {4}--path <arg> {10}where\n/);
});
