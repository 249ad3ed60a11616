import test from "ava";
import { runMqadmin } from "../../support/mqadmin.js";

const RESET_HELP = `usage: mqadmin resetOffsetByTime [-b <arg>] [-c <arg>] [-f <arg>] -g <arg> [-h] [-n <arg>] [-o <arg>] [-q
       <arg>] -s <arg> -t <arg>
 -b,--broker <arg>        broker addr
 -c,--cluster <arg>       Cluster name or lmq parent topic, lmq is used to find the route.
 -f,--force <arg>         set the force rollback by timestamp switch[true|false]. Deprecated.
 -g,--group <arg>         set the consumer group
 -h,--help                Print help
 -n,--namesrvAddr <arg>   Name server address list, eg: '192.168.0.1:9876;192.168.0.2:9876'
 -o,--offset <arg>        Expect queue offset, not support old version broker
 -q,--queue <arg>         queue id
 -s,--timestamp <arg>     set the timestamp[now|currentTimeMillis|yyyy-MM-dd#HH:mm:ss:SSS]
 -t,--topic <arg>         set the topic
`;

test("the help of a command is upstream's", async (t) => {
  const { code, stdout } = await runMqadmin(["help", "resetOffsetByTime"]);
  t.is(code, 0);
  t.is(stdout, RESET_HELP);
});

const missing: [string, string][] = [
  ["deleteTopic", "Missing required options: t, c"],
  ["resetOffsetByTime", "Missing required options: g, t, s"],
  ["queryMsgByOffset", "Missing required options: t, b, i, o"],
  ["queryMsgByUniqueKey", "Missing required options: i, t"],
  [
    "updateTopic",
    "Missing required options: [-b create topic to which broker, -c create topic to which cluster], t",
  ],
];
for (const [command, text] of missing) {
  test(`${command} names its missing options in upstream's order`, async (t) => {
    const { code, stdout, stderr } = await runMqadmin([command]);
    t.is(code, 2);
    t.true(stdout.startsWith(`usage: mqadmin ${command} `));
    t.is(stderr.split("\n")[0], text);
  });
}
