import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { type Files, realFiles } from "../../../engine/base/files.js";
import { OverlayFiles } from "../../../src/daemon/serve-overlay.js";
import { folderSnapshot } from "../../support/folder-snapshot.js";
import { Random } from "../../torture/random.js";

function folderOf(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), "overlay-test-"));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A folder and the same again: one is worked on, the other lies below the overlay. */
function twins(t: ExecutionContext, random: Random): { real: string; below: string } {
  const folder = folderOf(t);
  const real = join(folder, "real");
  for (const name of ["a", "a/b", "c"]) mkdirSync(join(real, name), { recursive: true });
  for (const name of NAMES.slice(0, 5)) {
    writeFileSync(join(real, name), random.bytes(random.below(20_000)));
  }
  const below = join(folder, "below");
  cpSync(real, below, { recursive: true });
  return { real, below };
}

const NAMES = ["one", "a/two", "a/b/three", "c/four", "five", "a/six", "c/seven", "d/eight"];
const FOLDERS = ["a", "a/b", "c", "d", "d/e"];

type Step = (files: Files, root: string) => unknown;

function withFile(
  path: string,
  flags: "r" | "r+" | "w" | "w+" | "wx",
  work: (fd: number) => unknown,
): Step {
  return (files, root) => {
    const fd = files.open(join(root, path), flags);
    try {
      return work(fd);
    } finally {
      files.close(fd);
    }
  };
}

function stepOf(random: Random): Step {
  const name = random.pick(NAMES);
  const folder = random.pick(FOLDERS);
  const at = random.below(30_000);
  const bytes = random.chance(0.3)
    ? Buffer.alloc(random.below(12_000))
    : random.bytes(random.below(9000));
  const other = random.pick(NAMES);
  const flags = random.pick(["r+", "w", "w+", "wx"] as const);
  const read: Step = (files, root) => {
    const into = Buffer.alloc(25_000);
    const size = files.size(join(root, name)) ?? 0;
    return withFile(name, "r", (fd) => {
      const from = Math.floor(size / 3);
      const came = files.read(fd, into, 7, 20_000, from);
      return `${String(came)} ${into.subarray(0, 7 + came).toString("base64")}`;
    })(files, root);
  };
  const steps: Step[] = [
    read,
    read,
    (files, root) =>
      withFile(name, flags, (fd) => {
        files.write(fd, bytes, 0, bytes.length, at);
      })(files, root),
    (files, root) =>
      withFile(name, "r+", (fd) => {
        files.truncate(fd, at);
        files.write(fd, bytes, 0, Math.min(10, bytes.length), Math.floor(at / 2));
      })(files, root),
    (files, root) => {
      files.rename(join(root, name), join(root, other));
    },
    (files, root) => {
      files.remove(join(root, name));
    },
    (files, root) => {
      files.makeDirectory(join(root, folder));
    },
    (files, root) => {
      if (at < 3000) files.removeTree(join(root, folder));
    },
    (files, root) => {
      files.writeText(join(root, name), `text of ${String(at)}`);
    },
    (files, root) => files.readText(join(root, name)),
    (files, root) => files.list(join(root, folder)),
  ];
  return random.pick(steps);
}

function outcome(step: Step, files: Files, root: string): unknown {
  try {
    return step(files, root);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

function stateOf(files: Files, root: string, folder = ""): string[] {
  return files.list(join(root, folder)).flatMap((name) => {
    const path = folder === "" ? name : `${folder}/${name}`;
    if (files.isDirectory(join(root, path))) return [path, ...stateOf(files, root, path)];
    return [
      `${path} ${String(files.size(join(root, path)))} ${files.readText(join(root, path)) ?? "none"}`,
    ];
  });
}

test("what is done to the overlay looks as if it were done to the files, which stay as they are", (t) => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new Random(seed);
    const { real, below } = twins(t, random);
    const before = folderSnapshot(below);
    const { files } = new OverlayFiles(realFiles);
    for (let count = 0; count < 120; count++) {
      const step = stepOf(random);
      const label = `seed ${String(seed)}, step ${String(count)}`;
      t.deepEqual(outcome(step, files, below), outcome(step, realFiles, real), label);
    }
    t.deepEqual(stateOf(files, below), stateOf(realFiles, real), `seed ${String(seed)}`);
    t.deepEqual(folderSnapshot(below), before, `seed ${String(seed)}`);
  }
});

test("a handle that was open before sees what another one writes", (t) => {
  const folder = folderOf(t);
  writeFileSync(join(folder, "file"), "as it was");
  const { files } = new OverlayFiles(realFiles);
  const reading = files.open(join(folder, "file"), "r");
  const writing = files.open(join(folder, "file"), "r+");
  files.write(writing, Buffer.from("is now"), 0, 6, 3);
  const into = Buffer.alloc(9);
  t.is(files.read(reading, into, 0, 9, 0), 9);
  t.is(into.toString(), "as is now");
});

test("when the memory for changes is used up, writes fail as on a full disk, and reads go on", (t) => {
  const folder = folderOf(t);
  writeFileSync(join(folder, "file"), Buffer.alloc(100_000, "x"));
  const { files } = new OverlayFiles(realFiles, { mostBytes: 16_384 });
  const fd = files.open(join(folder, "file"), "r+");
  const bytes = Buffer.alloc(4096, "y");
  for (let page = 0; page < 4; page++) files.write(fd, bytes, 0, 4096, page * 4096);
  t.throws(() => files.write(fd, bytes, 0, 4096, 5 * 4096), { code: "ENOSPC" });
  t.notThrows(() => files.write(fd, bytes, 0, 4096, 0), "pages that are held are written again");
  t.notThrows(() => files.write(fd, Buffer.alloc(8192), 0, 8192, 40_960), "zeros take nothing");
  const into = Buffer.alloc(1);
  files.read(fd, into, 0, 1, 99_999);
  t.is(into.toString(), "x");
});

test("a disk below that is full is none for the overlay", (t) => {
  const full = { ...realFiles, partition: () => ({ total: 1000, free: 0, available: 0 }) };
  t.deepEqual(new OverlayFiles(full).files.partition("/"), {
    total: 1000,
    free: 1000,
    available: 1000,
  });
});
