import test from "ava";
import type { Printed } from "../../support/mqadmin.js";
import { type StagedCluster, stageCluster } from "../../support/staged-cluster.js";

/** A consumer of a group is online and has consumed all there is. */
let cluster: StagedCluster;
test.before(async () => {
  cluster = await stageCluster();
});
test.after.always(() => cluster.stop());

function run(line: string): Promise<Printed> {
  return cluster.mqadmin(cluster.fill(line));
}

const PUSHED =
  /^ConsumeMessageDirectlyResult \[order=false, autoCommit=true, consumeResult=CR_SUCCESS, remark=null, spentTimeMills=\d+\]$/;

for (const line of [
  "queryMsgById -t {topic} -i {msgId}",
  "queryMsgByUniqueKey -t {topic} -i {uniqueKey}",
]) {
  const name = line.split(" ")[0] ?? "";
  test(`${name} lets one client consume a message now`, async (t) => {
    const { code, stdout, stderr } = await run(`${line} -g {group} -d {clientId}`);
    t.is(code, 0, stderr);
    t.regex(stdout, PUSHED);
    const json = await run(`${line} -g {group} -d {clientId} -o jsonl`);
    t.like(JSON.parse(json.stdout), { pushResult: { consumeResult: "CR_SUCCESS", remark: null } });
  });

  test(`${name} --dry-run shows what would be pushed, to whom`, async (t) => {
    const { code, stdout, stderr } = await run(`${line} -g {group} -d {clientId} --dry-run`);
    t.is(code, 0, stderr);
    t.is(
      stdout,
      cluster.fill(
        "CONSUME_MESSAGE_DIRECTLY (309) to broker {broker}\n" +
          "  consumerGroup={group} clientId={clientId} msgId={msgId} topic={topic}\n" +
          "nothing was sent\n",
      ),
    );
  });
}

test("a client that is not there is told of in the words of the release", async (t) => {
  const line = "queryMsgByUniqueKey -t {topic} -i {uniqueKey} -g {group} -d nobody";
  const newest = await run(line);
  t.is(newest.code, 1);
  t.true(newest.stdout.startsWith("get consumer runtime info for nobody client failed \n"));
  const older = await run(`${line} --compat 4.8`);
  t.is(older.stdout, "");
  t.true(older.stderr.includes("The Consumer <pay-group> <nobody> not online"));
});

test("a message tells who consumed it", async (t) => {
  const { stdout } = await run("queryMsgById -t {topic} -i {msgId}");
  t.true(
    stdout.endsWith(
      "\n\nMessageTrack [consumerGroup=pay-group, trackType=CONSUMED, exceptionDesc=null]\n",
    ),
    stdout,
  );
  const trace = await run("queryMsgByKey -t {topic} -k {key} -o json");
  t.like(JSON.parse(trace.stdout), [{ keys: ["key-0"], tags: "paid", body: "message 0" }]);
});
