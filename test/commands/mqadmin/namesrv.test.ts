import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { type Namesrv, startNamesrv } from "../../../engine/index.js";
import { runMqadmin, startCluster, type TestCluster } from "../../support/mqadmin.js";

/** Nobody listens here. */
const NOWHERE = "127.0.0.1:1";

let cluster: TestCluster;
let second: Namesrv;
let folder: string;
test.before(async () => {
  cluster = await startCluster();
  folder = await mkdtemp(join(tmpdir(), "namesrv-test-"));
  second = await startNamesrv({ host: "127.0.0.1", port: 0, dataDir: folder });
});
test.after.always(async () => {
  await second.stop();
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

test.serial("a value is written to every name server and taken away again", async (t) => {
  const both = `${cluster.namesrv};${second.address}`;
  const kv = ["-s", "ORDER_TOPIC_CONFIG", "-k", "pay-order"];
  const written = await runMqadmin(["updateKvConfig", ...kv, "-v", "broker-a:4", "-n", both]);
  t.deepEqual(written, {
    code: 0,
    stdout: "create or update kv config to namespace success.\n",
    stderr: "",
  });
  for (const namesrv of [cluster.namesrv, second.address]) {
    const { stdout } = await runMqadmin(words(`updateOrderConf -t pay-order -m get -n ${namesrv}`));
    t.regex(stdout, /orderConf=\[broker-a:4\]/);
  }
  const deleted = await runMqadmin(["deleteKvConfig", ...kv, "-n", both]);
  t.is(deleted.stdout, "delete kv config from namespace success.\n");
  for (const namesrv of [cluster.namesrv, second.address]) {
    const { code } = await runMqadmin(words(`updateOrderConf -t pay-order -m get -n ${namesrv}`));
    t.is(code, 3);
  }
});

test.serial("a value that only one of two name servers took is a partial failure", async (t) => {
  const both = `${second.address};${NOWHERE}`;
  const { code, stdout, stderr } = await runMqadmin(
    words(`updateKvConfig -s tastes -k tea -v black -n ${both}`),
  );
  t.is(code, 1);
  t.is(stdout, "");
  t.true(stderr.includes(`done by name server ${second.address}; not done by`), stderr);
  t.true(stderr.includes(`name server ${NOWHERE}: `), stderr);
});

test.serial("the rehearsal of a value shows what is there and sends nothing", async (t) => {
  await cluster.mqadmin("updateKvConfig -s tastes -k tea -v black");
  const { stdout } = await cluster.mqadmin(
    "updateKvConfig -s tastes -k tea -v green --dry-run --output json",
  );
  t.like((JSON.parse(stdout) as unknown[])[0], {
    target: `name server ${cluster.namesrv}`,
    request: "PUT_KV_CONFIG",
    code: 100,
    before: { value: "black" },
    after: { value: "green" },
  });
  const deletion = await cluster.mqadmin("deleteKvConfig -s tastes -k tea --dry-run --output json");
  t.like((JSON.parse(deletion.stdout) as unknown[])[0], {
    before: { value: "black" },
    after: null,
  });
});

test.serial("the write permission of a broker is taken away and given back", async (t) => {
  await cluster.mqadmin("updateTopic -c DefaultCluster -t pay-events");
  const perm = async (): Promise<unknown> => {
    const { stdout } = await cluster.mqadmin("topicRoute -t pay-events --output json");
    return (JSON.parse(stdout) as { brokers: { perm: number }[] }).brokers[0]?.perm;
  };
  const wiped = await cluster.mqadmin("wipeWritePerm -b broker-a");
  t.regex(wiped.stdout, lineOf("wipe"));
  t.is(await perm(), 4);
  const given = await cluster.mqadmin("addWritePerm -b broker-a");
  t.regex(given.stdout, lineOf("add"));
  t.is(await perm(), 6);
});

test.serial("a name server that is not reached has its line and its row", async (t) => {
  const both = `${cluster.namesrv};${NOWHERE}`;
  const { code, stdout, stderr } = await runMqadmin(words(`addWritePerm -b broker-a -n ${both}`));
  t.is(code, 1);
  t.regex(stdout, lineOf("add"));
  t.true(stdout.endsWith(`add write perm of broker[broker-a] in name server[${NOWHERE}] Failed\n`));
  t.true(stderr.includes(`connect to ${NOWHERE} failed`), stderr);
  const json = await runMqadmin(words(`addWritePerm -b broker-a -n ${both} --output json`));
  t.like((JSON.parse(json.stdout) as unknown[])[1], { namesrv: NOWHERE, topics: null });
  const alone = await runMqadmin(words(`addWritePerm -b broker-a -n ${NOWHERE}`));
  t.is(alone.code, 5);
});

test.serial("a broker that no name server knows is not found, whatever Apache says", async (t) => {
  const plain = await cluster.mqadmin("wipeWritePerm -b nobroker");
  t.deepEqual(plain, {
    code: 3,
    stdout: `wipe write perm of broker[nobroker] in name server[${cluster.namesrv}] OK, 0\n`,
    stderr: "",
  });
  const json = await cluster.mqadmin("wipeWritePerm -b nobroker --output json");
  t.is(json.code, 3);
  t.regex(json.stderr, /the name server knows no broker nobroker/);
});

test.serial("the configuration of each name server is listed under its address", async (t) => {
  const both = `${cluster.namesrv};${second.address}`;
  const { code, stdout } = await runMqadmin(words(`getNamesrvConfig -n ${both}`));
  t.is(code, 0);
  t.true(stdout.startsWith(`============${cluster.namesrv}============\n`));
  t.true(stdout.includes(`\n============${second.address}============\n`));
  t.regex(stdout, /^listenPort {40}= {2}\d+$/m);
  const partly = await runMqadmin(words(`getNamesrvConfig -n ${second.address};${NOWHERE}`));
  t.is(partly.code, 1);
  t.true(partly.stdout.startsWith(`============${second.address}============\n`));
});

test.serial(
  "a configuration key is changed, and a key that there is not is an error",
  async (t) => {
    const changed = await cluster.mqadmin("updateNamesrvConfig -k orderMessageEnable -v true");
    t.is(
      changed.stdout,
      `update name server config success![${cluster.namesrv}]\norderMessageEnable : true\n`,
    );
    const shown = await cluster.mqadmin("getNamesrvConfig --output json");
    t.like((JSON.parse(shown.stdout) as unknown[])[0], { config: { orderMessageEnable: "true" } });
    const unknown = await cluster.mqadmin("updateNamesrvConfig -k noSuchKey -v 1");
    t.is(unknown.code, 1);
    t.regex(unknown.stderr, /answered UPDATE_NAMESRV_CONFIG with success, but noSuchKey/);
    const forbidden = await cluster.mqadmin("updateNamesrvConfig -k kvConfigPath -v x");
    t.is(forbidden.code, 4);
    t.regex(forbidden.stderr, /CODE: 16 {2}DESC: Can not update config in black list\./);
  },
);

test.serial("4.8 has no addWritePerm, and its help names no quotes", async (t) => {
  const help = await runMqadmin(words("help getNamesrvConfig"), { MQADMIN_COMPAT: "4.8" });
  t.regex(help.stdout, /eg: 192\.168\.0\.1:9876;192\.168\.0\.2:9876$/m);
  const list = await runMqadmin([], { MQADMIN_COMPAT: "4.8" });
  t.regex(list.stdout, /^ {3}wipeWritePerm /m);
  t.notRegex(list.stdout, /addWritePerm/);
});

function lineOf(verb: string): RegExp {
  const address = cluster.namesrv.replaceAll(".", "\\.");
  return new RegExp(
    `^${verb} write perm of broker\\[broker-a\\] in name server\\[${address}\\] OK, \\d+$`,
    "m",
  );
}

function words(line: string): string[] {
  return line.split(" ");
}
