import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import type { AnyCommand } from "../../../src/cli/define-command.js";
import { main } from "../../../src/main.js";
import { memoryStreams } from "../../support/memory-streams.js";
import { entryOf } from "../../support/sample-command.js";
import { startCluster, type TestCluster } from "../../support/mqadmin.js";
import { mqadmin } from "../../../commands/index.js";
import { systemClock } from "../../../engine/index.js";

let cluster: TestCluster;
test.before(async () => {
  cluster = await startCluster();
});
test.after.always(() => cluster.stop());

/** As typed at a terminal, with what is answered there. */
async function atTerminal(line: string, answer: string) {
  const streams = memoryStreams({ isTTY: true, stdin: answer });
  Object.assign(streams.stdin, { isTTY: true });
  const program = { name: "mqadmin", style: "upstream", commands: mqadmin } as const;
  const words = [...line.split(" "), "-n", cluster.namesrv];
  const code = await main(program, words, { streams, env: {}, clock: systemClock() });
  return { code, stdout: streams.stdout.text, stderr: streams.stderr.text };
}

test.serial(
  "--dry-run tells the request, to whom, and before and after; nothing is sent",
  async (t) => {
    await cluster.mqadmin("updateTopic -c DefaultCluster -t dry -r 4 -w 4");
    const { code, stdout } = await cluster.mqadmin(
      "updateTopicPerm -c DefaultCluster -t dry -p 4 --dry-run",
    );
    t.is(code, 0);
    t.true(stdout.startsWith(`UPDATE_AND_CREATE_TOPIC (17) to broker ${cluster.broker}\n`), stdout);
    t.regex(stdout, /\n {2}perm: 6 -> 4\n/);
    t.true(stdout.endsWith("\nnothing was sent\n"));
    const route = await cluster.mqadmin("topicRoute -t dry");
    t.regex(route.stdout, /"perm":6/);
  },
);

test.serial("--dry-run of what is not there fails as the command would", async (t) => {
  const { code } = await cluster.mqadmin(
    "updateTopicPerm -c DefaultCluster -t nope -p 4 --dry-run",
  );
  t.is(code, 3);
});

test.serial("--dry-run in JSON has the states as records", async (t) => {
  const { stdout } = await cluster.mqadmin(
    "deleteTopic -c DefaultCluster -t dry --dry-run -o json",
  );
  const changes = JSON.parse(stdout) as {
    request: string;
    after: unknown;
    isBeforeKnown: boolean;
  }[];
  t.deepEqual(
    changes.map(({ request }) => request),
    ["DELETE_TOPIC_IN_BROKER", "DELETE_TOPIC_IN_NAMESRV"],
  );
  t.is(changes[0]?.after, null);
});

test.serial(
  "at a terminal the changes are shown and asked about; no leaves all as it is",
  async (t) => {
    const refused = await atTerminal("deleteTopic -c DefaultCluster -t dry", "n\n");
    t.is(refused.code, 1);
    t.regex(
      refused.stderr,
      /DELETE_TOPIC_IN_BROKER \(215\) to broker .*Go on\? \[y\/N\] nothing was changed\n$/s,
    );
    t.is((await cluster.mqadmin("topicRoute -t dry")).code, 0);
    const agreed = await atTerminal("deleteTopic -c DefaultCluster -t dry", "y\n");
    t.is(agreed.code, 0);
    t.is((await cluster.mqadmin("topicRoute -t dry")).code, 3);
  },
);

test.serial("--yes does not ask", async (t) => {
  const { code, stderr } = await atTerminal("updateTopic -c DefaultCluster -t made --yes", "");
  t.is(code, 0);
  t.false(stderr.includes("Go on?"));
});

test("a command that sends a change of which nothing was told fails in a rehearsal, before it is sent", async (t) => {
  const careless: AnyCommand = {
    name: "careless",
    summary: "",
    impact: "write",
    options: {},
    examples: [],
    columns: [],
    run: async ({ admin }) => {
      const { deleteTopicInNamesrv } =
        await import("../../../engine/protocol/requests/delete-topic-in-namesrv.js");
      await admin.namesrv(deleteTopicInNamesrv, { topic: "x" });
      return [];
    },
  };
  const streams = memoryStreams();
  const program = { name: "mqadmin", style: "upstream", commands: [entryOf(careless)] } as const;
  const words = ["careless", "--dry-run", "-n", "127.0.0.1:1"];
  const code = await main(program, words, { streams, env: {}, clock: new ManualClock(0) });
  t.is(code, 70);
  t.regex(streams.stderr.text, /DELETE_TOPIC_IN_NAMESRV changes something/);
});
