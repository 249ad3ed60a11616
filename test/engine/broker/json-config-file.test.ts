import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { CorruptError } from "../../../engine/base/errors.js";
import { type Files, realFiles } from "../../../engine/base/files.js";
import { silentLogger } from "../../../engine/base/log.js";
import { JsonConfigFile } from "../../../engine/broker/json-config-file.js";
import { MemoryDisk } from "../../support/memory-disk.js";
import { Random } from "../../torture/random.js";

const parse = (text: string): unknown => JSON.parse(text);

function setUp(t: { teardown(run: () => void): void }, files: Files = realFiles) {
  const folder = mkdtempSync(join(tmpdir(), "config-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "topics.json");
  return { path, file: new JsonConfigFile(path, files, silentLogger) };
}

test("the backup is one generation older than the file", async (t) => {
  const { path, file } = setUp(t);
  t.is(file.load(parse), undefined);
  for (const text of ["1", "2", "3"]) {
    file.save(text);
    await file.settled();
  }
  t.is(readFileSync(path, "utf8"), "3");
  t.is(readFileSync(`${path}.bak`, "utf8"), "2");
});

test("a file that is broken, empty or missing is read from its backup, which the next save keeps", (t) => {
  for (const broken of ["{", ""]) {
    const { path, file } = setUp(t);
    writeFileSync(path, broken);
    writeFileSync(`${path}.bak`, "7");
    t.is(file.load(parse), 7);
    file.save("8");
    t.is(readFileSync(path, "utf8"), "8");
    t.is(readFileSync(`${path}.bak`, "utf8"), "7");
  }
  const { path, file } = setUp(t);
  writeFileSync(`${path}.bak`, "7");
  t.is(file.load(parse), 7);
});

test("a backup that does not decode either is an error", (t) => {
  const { path, file } = setUp(t);
  writeFileSync(path, "{");
  t.throws(() => file.load(parse), { instanceOf: CorruptError });
  writeFileSync(`${path}.bak`, "{");
  t.throws(() => file.load(parse), { instanceOf: CorruptError });
});

test("a save is in the file when it returns, and its backup is one that was on the disk before", async (t) => {
  const steps: string[] = [];
  const name = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  let release: (() => void) | undefined;
  const files: Files = {
    ...realFiles,
    sync: (fd) =>
      new Promise((resolve) => {
        release = () => {
          steps.push("sync");
          realFiles.syncNow(fd);
          resolve();
        };
      }),
    rename: (from, to) => {
      steps.push(`${name(from)} → ${name(to)}`);
      realFiles.rename(from, to);
    },
  };
  const { path, file } = setUp(t, files);
  const synced = async () => {
    for (let isDone = false; !isDone;) {
      release?.();
      isDone = await Promise.race([
        file.settled().then(() => true),
        new Promise<false>((resolve) => setImmediate(resolve, false)),
      ]);
    }
  };
  file.save("1");
  await synced();
  steps.length = 0;
  file.save("2");
  t.is(readFileSync(path, "utf8"), "2");
  t.deepEqual(steps, ["topics.json → topics.json.bak", "topics.json.tmp → topics.json"]);
  steps.length = 0;
  file.save("3");
  t.deepEqual(steps, ["topics.json.tmp → topics.json"]);
  t.is(readFileSync(`${path}.bak`, "utf8"), "1");
  await synced();
  t.true(steps.includes("sync"));
  file.save("4");
  t.is(readFileSync(`${path}.bak`, "utf8"), "3");
  await synced();
});

test("a full disk leaves file and backup as they were", (t) => {
  const files: Files = {
    ...realFiles,
    writeText: () => {
      throw new Error("ENOSPC");
    },
  };
  const { path } = setUp(t);
  writeFileSync(path, "1");
  writeFileSync(`${path}.bak`, "0");
  const full = new JsonConfigFile(path, files, silentLogger);
  t.throws(() => full.save("2"), { message: /topics.json was not written: ENOSPC$/ });
  t.deepEqual([readFileSync(path, "utf8"), readFileSync(`${path}.bak`, "utf8")], ["1", "0"]);
});

test("whenever the power goes, a save that had settled or a newer one is found", async (t) => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = new Random(seed);
    let disk = new MemoryDisk(random.below(60));
    let settled = -1;
    let saved = -1;
    for (let life = 0; life < 3; life++) {
      try {
        disk.files.makeDirectory("/config");
        const file = new JsonConfigFile("/config/topics.json", disk.files, silentLogger);
        file.load(parse);
        for (let i = 0; i < 12; i++) {
          file.save(JSON.stringify({ number: ++saved, more: "x".repeat(9000) }));
          if (random.chance(0.5)) await file.settled();
          if (random.chance(0.5)) {
            await file.settled();
            disk.files.exists("/config");
            settled = saved;
          }
        }
      } catch {
        // the power went
      }
      disk.cutPower();
      const isKilled = random.chance(0.4);
      disk = isKilled
        ? disk.afterKill(random.below(60))
        : disk.afterPowerCut(random, random.below(60));
    }
    const found = new JsonConfigFile("/config/topics.json", disk.afterKill().files, silentLogger);
    const { number } = (found.load(parse) ?? { number: -1 }) as { number: number };
    t.true(number >= settled && number <= saved, `seed ${seed}: ${number} of ${settled}…${saved}`);
  }
});
