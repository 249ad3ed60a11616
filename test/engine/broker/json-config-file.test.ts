import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { CorruptError } from "../../../engine/base/errors.js";
import { type Files, realFiles } from "../../../engine/base/files.js";
import { silentLogger } from "../../../engine/base/log.js";
import { JsonConfigFile } from "../../../engine/broker/json-config-file.js";

const parse = (text: string): unknown => JSON.parse(text);

function setUp(t: { teardown(run: () => void): void }, files: Files = realFiles) {
  const folder = mkdtempSync(join(tmpdir(), "config-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "topics.json");
  return { path, file: new JsonConfigFile(path, files, silentLogger) };
}

test("the backup is one generation older than the file", (t) => {
  const { path, file } = setUp(t);
  t.is(file.load(parse), undefined);
  for (const text of ["1", "2", "3"]) file.save(text);
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

test("the new text is on the disk before it takes the file's name", async (t) => {
  const steps: string[] = [];
  const name = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  const files: Files = {
    ...realFiles,
    write: (...args) => (steps.push("write"), realFiles.write(...args)),
    syncNow: (fd) => (steps.push("sync"), realFiles.syncNow(fd)),
    sync: (fd) => (steps.push("sync"), realFiles.sync(fd)),
    rename: (from, to) => (steps.push(`${name(from)} → ${name(to)}`), realFiles.rename(from, to)),
    syncDirectory: (path) => (steps.push("sync folder"), realFiles.syncDirectory(path)),
  };
  const { file } = setUp(t, files);
  const swapped = [
    "write",
    "sync",
    "topics.json → topics.json.bak",
    "topics.json.tmp → topics.json",
    "sync folder",
  ];
  file.save("1");
  steps.length = 0;
  file.save("2");
  t.deepEqual(steps, swapped);
  steps.length = 0;
  const first = file.saveLater("3");
  t.false(await file.saveLater("4"));
  t.true(await first);
  t.deepEqual(steps, swapped);
});
