import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { ExportedMessage } from "../../../../src/inspect/export-record.js";
import type { SpaceRow } from "../../../../src/inspect/space-report.js";
import type { StoreReport } from "../../../../src/inspect/verify/report.js";
import { message, openStore, put, temporaryFolder } from "../../../engine/store/open-store.js";
import { digestsOf } from "../../../torture/damage-stage.js";
import { folderSnapshot } from "../../../support/folder-snapshot.js";
import { runMqctl } from "../../../support/mqctl.js";
import { start, temporaryHome } from "../../../support/programs.js";

const COUNT = 300;

interface Stage {
  folder: string;
  store: string;
  /** As --commitlog takes them. */
  list: string;
  conf: string;
}

/** A store of ours whose log is dealt out to two folders, one of them elsewhere. */
async function stage(t: ExecutionContext): Promise<Stage> {
  const folder = temporaryFolder(t);
  const store = join(folder, "store");
  const folders = [join(folder, "disk/log"), join(store, "commitlog")];
  const list = folders.join(",");
  const conf = join(folder, "broker.conf");
  writeFileSync(conf, `storePathRootDir=${store}\nstorePathCommitLog=${list}\n`);
  const { store: opened, stop } = await openStore(t, store, { over: { storePathCommitLog: list } });
  for (let i = 0; i < COUNT; i++) {
    const body = Buffer.from(`${String(i)}${".".repeat(200)}`);
    await put(opened, message({ body, keys: `key-${String(i)}`, tags: "TagA" }));
  }
  await stop();
  for (const one of folders) t.true(readdirSync(one).length > 1, one);
  return { folder, store, list, conf };
}

async function json<Row>(t: ExecutionContext, code: number, ...argv: string[]): Promise<Row[]> {
  const ended = await runMqctl([...argv, "--output", "json"]);
  t.is(ended.code, code, ended.stderr);
  const parsed = JSON.parse(ended.stdout) as Row | Row[];
  return Array.isArray(parsed) ? parsed : [parsed];
}

test("a log in several folders is one log, by name and by broker.conf", async (t) => {
  const { folder, store, list, conf } = await stage(t);
  const before = folderSnapshot(folder);
  for (const place of [
    ["--commitlog", list],
    ["-c", conf],
  ]) {
    const [report] = await json<StoreReport>(t, 0, "store", "verify", store, ...place);
    t.is(report?.verdict, "sound");
    t.is(report?.messages, COUNT);
    t.deepEqual(report?.findings, []);
    const { stdout, code } = await runMqctl(["store", "export", store, ...place]);
    t.is(code, 0);
    const bodies = stdout.trimEnd().split("\n");
    t.deepEqual(
      bodies.map((line) => Number.parseInt((JSON.parse(line) as ExportedMessage).body ?? "", 10)),
      Array.from({ length: COUNT }, (_, i) => i),
    );
    t.is((await json(t, 0, "inspect", "commitlog", store, ...place)).length, COUNT);
    const rows = await json<SpaceRow>(t, 0, "store", "compact-report", store, ...place);
    t.is(rows.find(({ kind }) => kind === "total")?.messages, COUNT);
    t.deepEqual(
      rows.filter(({ kind, name }) => kind === "other" && name.includes("log")),
      [],
    );
    const at = JSON.parse(bodies[250] ?? "") as ExportedMessage;
    const hex = ["inspect", "commitlog", store, ...place, "--hex", String(at.physicalOffset)];
    t.regex((await runMqctl(hex)).stdout, /TOTALSIZE|totalSize/i);
  }
  t.deepEqual(folderSnapshot(folder), before);
});

test("without its other folders a log has gaps, which a line explains, and repair does not know them", async (t) => {
  const { folder, store, list, conf } = await stage(t);
  const before = digestsOf(folder);
  const alone = await runMqctl(["store", "verify", store]);
  t.is(alone.code, 6);
  t.regex(alone.stderr, /several folders.+--commitlog/);
  const dry = await runMqctl(["store", "repair", store, "--dry-run"]);
  t.regex(dry.stderr, /several folders.+--commitlog/);
  for (const place of [
    ["--commitlog", list],
    ["-c", conf],
  ]) {
    const { code, stderr } = await runMqctl(["store", "repair", store, ...place]);
    t.is(code, 2);
    t.regex(stderr, /the log of .+ is in .+: store repair works on stores that have/);
  }
  t.deepEqual(digestsOf(folder), before);
});

test("a log outside of the store, and a store that was brought elsewhere", async (t) => {
  const { folder, store, conf } = await stage(t);
  const outside = join(folder, "outside");
  for (const from of [join(store, "commitlog"), join(folder, "disk/log")]) {
    mkdirSync(outside, { recursive: true });
    for (const name of readdirSync(from)) renameSync(join(from, name), join(outside, name));
    rmSync(from, { recursive: true });
  }
  const [report] = await json<StoreReport>(t, 0, "store", "verify", store, "--commitlog", outside);
  t.is(report?.verdict, "sound");
  const alone = await runMqctl(["store", "verify", store]);
  t.is(alone.code, 6);
  t.regex(alone.stderr, /outside of the store.+--commitlog/);
  const repair = await runMqctl(["store", "repair", store]);
  t.is(repair.code, 2);
  t.regex(repair.stderr, /has no commitlog/);
  const inside = `storePathRootDir=${store}\nstorePathCommitLog=${store}/log-a,${store}/log-b\n`;
  writeFileSync(conf, inside);
  const moved = join(folder, "moved");
  renameSync(store, moved);
  mkdirSync(join(moved, "log-b"));
  renameSync(outside, join(moved, "log-a"));
  const [there] = await json<StoreReport>(t, 0, "store", "verify", moved, "-c", conf);
  t.is(there?.messages, COUNT);
  t.deepEqual(there?.findings, []);
});

test("a configuration without a folder of the log, or with the store's own, changes nothing", async (t) => {
  const folder = temporaryFolder(t);
  const store = join(folder, "store");
  const { store: opened, stop } = await openStore(t, store);
  await put(opened, message());
  await stop();
  const conf = join(folder, "broker.conf");
  for (const text of ["", `storePathRootDir=/gone\nstorePathCommitLog=/gone/commitlog\n`]) {
    writeFileSync(conf, text);
    const [report] = await json<StoreReport>(t, 0, "store", "verify", store, "-c", conf);
    t.is(report?.messages, 1);
    t.is((await runMqctl(["store", "repair", store, "-c", conf, "--dry-run"])).code, 0);
  }
});

test("folders that are not there, and none, are refused", async (t) => {
  const { folder, store, list } = await stage(t);
  const gone = await runMqctl(["store", "export", store, "--commitlog", `${list},${folder}/gone`]);
  t.is(gone.code, 3);
  t.regex(gone.stderr, /gone, a folder of the commit log, does not exist/);
  t.is((await runMqctl(["store", "verify", store, "--commitlog", ","])).code, 2);
  t.is((await runMqctl(["store", "verify", store, "-c", join(folder, "gone.conf")])).code, 2);
});

test("a file that stands in two folders is told", async (t) => {
  const { folder, store, list } = await stage(t);
  const [name = ""] = readdirSync(join(store, "commitlog"));
  copyFileSync(join(store, "commitlog", name), join(folder, "disk/log", name));
  const argv = ["store", "verify", store, "--commitlog", list];
  const [report] = await json<StoreReport>(t, 6, ...argv);
  t.deepEqual(
    report?.findings.map(({ code }) => code),
    ["file-twice"],
  );
  t.is(report?.messages, COUNT);
});

test("a log in several folders is served, and no byte of it changes", async (t) => {
  const { folder, store, list } = await stage(t);
  const before = folderSnapshot(folder);
  const home = temporaryHome();
  t.teardown(home.remove);
  const ports = ["--namesrv-port", "0", "--broker-port", "0"];
  const serving = start("mqctl", ["store", "serve", store, "--commitlog", list, ...ports], {
    env: home.env,
  });
  await serving.printed(/export NAMESRV_ADDR=\S+\n/);
  const namesrv = /NAMESRV_ADDR=(\S+)/.exec(serving.stdout())?.[1] ?? "";
  const argv = ["consume", "-t", "TopicTest", "-g", "drains", "--output", "jsonl"];
  const { stdout } = await runMqctl([...argv, "--namesrvAddr", namesrv]);
  t.is(stdout.trimEnd().split("\n").length, COUNT);
  serving.child.kill("SIGTERM");
  await serving.ended;
  t.deepEqual(folderSnapshot(folder), before);
});
