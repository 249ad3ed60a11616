import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { createRemotingClient } from "../../../../engine/remoting/client.js";
import { consumerSendMsgBack } from "../../../../engine/protocol/requests/consumer-send-msg-back.js";
import { systemClock } from "../../../../engine/index.js";
import type { ExportedMessage } from "../../../../src/inspect/export-record.js";
import { folderSnapshot } from "../../../support/folder-snapshot.js";
import { startCluster } from "../../../support/mqadmin.js";
import { runMqctl } from "../../../support/mqctl.js";
import { type Running, start, temporaryHome } from "../../../support/programs.js";

interface Stage {
  store: string;
  before: string[];
  exported: ExportedMessage[];
  serve(...argv: string[]): Promise<Served>;
}

interface Served extends Running {
  namesrv: string;
  broker: string;
}

/** A store of Apache's own, and what is in it. */
async function stage(t: ExecutionContext, fixture: string): Promise<Stage> {
  const home = temporaryHome();
  t.teardown(home.remove);
  const archive = new URL(`../../../../../test/fixtures/stores/${fixture}.tar.gz`, import.meta.url);
  execFileSync("tar", ["xzf", fileURLToPath(archive), "-C", home.folder]);
  const store = join(home.folder, "store");
  const { stdout } = await runMqctl(["store", "export", store]);
  return {
    store,
    before: folderSnapshot(store),
    exported: recordsOf(stdout),
    async serve(...argv) {
      const ports = ["--namesrv-port", "0", "--broker-port", "0"];
      const running = start("mqctl", ["store", "serve", store, ...ports, ...argv], {
        env: home.env,
      });
      await running.printed(/ serves .+\n/);
      if (!argv.includes("-n")) await running.printed(/export NAMESRV_ADDR=\S+\n/);
      const address = (pattern: RegExp): string => pattern.exec(running.stdout())?.[1] ?? "";
      const namesrv = address(/NAMESRV_ADDR=(\S+)/);
      return { ...running, namesrv, broker: address(/ at (\S+) serves/) };
    },
  };
}

function recordsOf(text: string): ExportedMessage[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as ExportedMessage);
}

/** What a group finds in a topic, by place. */
async function drain(namesrv: string, topic: string, group = "drains"): Promise<string[]> {
  const argv = ["consume", "-t", topic, "-g", group, "--output", "jsonl"];
  const { stdout, stderr } = await runMqctl([...argv, "--namesrvAddr", namesrv]);
  return stdout === "" ? [stderr] : placesOf(recordsOf(stdout));
}

/** What a consumer's client adds. */
const ADDED = ["CONSUME_START_TIME", "MIN_OFFSET", "MAX_OFFSET"];

function placesOf(messages: readonly ExportedMessage[]): string[] {
  return messages
    .map(({ queueId, queueOffset, msgId, body, bodyBase64, properties }) => {
      const stored = Object.entries(properties).filter(([name]) => !ADDED.includes(name));
      const content = JSON.stringify([body, bodyBase64, stored.sort()]);
      const digest = createHash("sha256").update(content).digest("hex");
      return `${String(queueId)}/${String(queueOffset)} ${msgId} ${digest.slice(0, 16)}`;
    })
    .sort();
}

test("consumers drain a killed broker's store, producers are refused, and a kill -9 leaves every byte", async (t) => {
  const { store, before, exported, serve } = await stage(t, "v533-killed");
  t.true(existsSync(join(store, "abort")));
  const { child, ended, namesrv } = await serve();
  for (const topic of new Set(exported.map((message) => message.topic))) {
    const wanted = placesOf(exported.filter((message) => message.topic === topic));
    t.deepEqual(await drain(namesrv, topic), wanted, topic);
    t.regex(
      (await drain(namesrv, topic))[0] ?? "",
      /0 messages|^$/,
      "the group's offsets are kept",
    );
    t.is((await drain(namesrv, topic, "another")).length, wanted.length);
    const refused = await runMqctl([
      "produce",
      "-t",
      topic,
      "--body",
      "x",
      "--namesrvAddr",
      namesrv,
    ]);
    t.is(refused.code, 1);
    t.regex(refused.stderr, /CODE: 14 {2}DESC: service not available now/);
  }
  child.kill("SIGKILL");
  await ended;
  t.deepEqual(folderSnapshot(store), before);
});

test("a clean store is served with its own sizes, and SIGTERM ends it without a trace", async (t) => {
  const { store, before, exported, serve } = await stage(t, "v480-clean");
  const { child, ended, namesrv } = await serve();
  const topic = "fx480_compressed";
  const wanted = placesOf(exported.filter((message) => message.topic === topic));
  t.deepEqual(await drain(namesrv, topic), wanted);
  const keyed = exported.find((message) => message.keys?.includes("order") === true);
  t.truthy(keyed);
  child.kill("SIGTERM");
  t.is((await ended).code, 0);
  t.deepEqual(folderSnapshot(store), before);
});

test("what a consumer sends back comes again, from memory", async (t) => {
  const { store, before, exported, serve } = await stage(t, "v533-killed");
  const { child, ended, namesrv, broker } = await serve();
  const [first] = exported;
  const remoting = createRemotingClient({ clock: systemClock() });
  await remoting.start();
  t.teardown(() => remoting.stop());
  await remoting.call(broker, consumerSendMsgBack, {
    ...{ offset: first?.physicalOffset ?? 0, group: "sends-back", delayLevel: 1 },
    ...{ originTopic: first?.topic ?? "", maxReconsumeTimes: 16 },
  });
  const again = [
    "consume",
    "-t",
    "%RETRY%sends-back",
    "-g",
    "sends-back-reader",
    "--from",
    "first",
  ];
  const line = [...again, "--follow", "-n", "1", "--output", "jsonl", "--namesrvAddr", namesrv];
  const [copy] = recordsOf((await runMqctl(line)).stdout);
  t.is(copy?.body, first?.body);
  t.is(copy?.reconsumeTimes, 1);
  t.is(copy?.msgId, first?.msgId);
  child.kill("SIGKILL");
  await ended;
  t.deepEqual(folderSnapshot(store), before);
});

test("without its queues, index, checkpoint and configuration a store is served from its log alone", async (t) => {
  const { store, exported, serve } = await stage(t, "v480-clean");
  for (const part of ["consumequeue", "index", "checkpoint", "config"])
    rmSync(join(store, part), { recursive: true });
  const before = folderSnapshot(store);
  const { namesrv } = await serve();
  const wanted = placesOf(exported.filter((message) => message.topic === "fx480_plain"));
  t.deepEqual(await drain(namesrv, "fx480_plain"), wanted);
  t.deepEqual(folderSnapshot(store), before);
});

test("a store that is open is not served, and one that is opened is served no longer", async (t) => {
  const { store, serve } = await stage(t, "v480-clean");
  const { child, ended } = await serve();
  const lock = join(store, "lock.pid");
  writeFileSync(lock, `${String(process.pid)} \n`);
  const { code, stderr } = await ended;
  t.is(code, 1);
  t.regex(stderr, /process \d+ opened the store to write to it/);
  t.not(child.exitCode, null);
  const refused = await runMqctl(["store", "serve", store]);
  t.is(refused.code, 1);
  t.regex(refused.stderr, /is in use by process/);
});

test("in a cluster, consumers get what it has and producers go to the others", async (t) => {
  const { exported, serve } = await stage(t, "v480-clean");
  const cluster = await startCluster();
  t.teardown(() => cluster.stop());
  const { namesrv } = cluster;
  const { topic } = exported.find((message) => message.topic === "fx480_one") ?? { topic: "" };
  const lines = exported.filter((message) => message.topic === topic).length;
  await serve("-n", namesrv, "--name", "dead");
  t.is((await drain(namesrv, topic)).length, lines);
  await cluster.mqadmin(`updateTopic -t ${topic} -b ${cluster.broker} -r 4 -w 4`);
  const stdin = "a\nb\nc\nd\ne\nf\n";
  const line = ["produce", "-t", topic, "--output", "jsonl", "--namesrvAddr", namesrv];
  const sent = await runMqctl(line, { stdin });
  t.is(sent.code, 0, sent.stderr);
  const brokers = sent.stdout
    .trimEnd()
    .split("\n")
    .map((row) => (JSON.parse(row) as { brokerName: string }).brokerName);
  t.deepEqual([...new Set(brokers)], ["broker-a"]);
  t.is((await drain(namesrv, topic, "second")).length, lines + 6);
});

test("a folder that is no store is refused before anything listens", async (t) => {
  const home = temporaryHome();
  t.teardown(home.remove);
  mkdirSync(join(home.folder, "empty"));
  const { code, stderr } = await runMqctl(["store", "serve", join(home.folder, "empty")]);
  t.is(code, 3);
  t.regex(stderr, /is not the folder of a store/);
});
