import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { runMqctl } from "../../support/mqctl.js";
import { digestsOf, writeStage } from "../../torture/damage-stage.js";
import { Random } from "../../torture/random.js";

async function staged(t: ExecutionContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "store-command-"));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  await writeStage(join(folder, "store"), 60 * 1024, new Random(3));
  return join(folder, "store");
}

function damage(root: string): void {
  const path = join(root, "commitlog", "00000000000000000000");
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(2000) ^ 0x11, 2000);
  writeFileSync(path, bytes);
}

test("verify exits with 0 for a sound store and with 6 for a damaged one", async (t) => {
  const root = await staged(t);
  const sound = await runMqctl(["store", "verify", root]);
  t.is(sound.code, 0);
  t.regex(sound.stdout, /: sound\n/);
  damage(root);
  const damaged = await runMqctl(["store", "verify", root]);
  t.is(damaged.code, 6);
  t.regex(
    damaged.stdout,
    /^DAMAGE +commitlog\/00000000000000000000 @ \d+: .+\n +cost: .+\n +repair: /m,
  );
  t.regex(
    damaged.stdout,
    /Apache 4\.8\.0-5\.3\.1 reads the log from 0, cuts it at \d+ and loses \d+ messages/,
  );
});

test("verify speaks JSON to machines, with the findings and what Apache would do", async (t) => {
  const root = await staged(t);
  damage(root);
  const { code, stdout } = await runMqctl(["store", "verify", root, "--output", "json"]);
  t.is(code, 6);
  const report = JSON.parse(stdout) as {
    verdict: string;
    findings: { severity: string; file: string; offset: number | null }[];
    apache: { lost: number }[];
  };
  t.is(report.verdict, "damaged");
  t.is(report.findings[0]?.severity, "damage");
  t.true((report.apache[0]?.lost ?? 0) > 0);
});

test("verify says what a path is not", async (t) => {
  const root = await staged(t);
  const inside = await runMqctl(["store", "verify", join(root, "..")]);
  t.is(inside.code, 3);
  t.regex(inside.stderr, /did you mean .*\/store\?/);
  t.is((await runMqctl(["store", "verify", join(root, "nowhere")])).code, 3);
  t.is((await runMqctl(["store", "verify"])).code, 2);
});

test("repair shows its plan, makes it good, and undo takes it back", async (t) => {
  const root = await staged(t);
  damage(root);
  const before = digestsOf(root);
  const dry = await runMqctl(["store", "repair", root, "--dry-run"]);
  t.is(dry.code, 0);
  t.regex(dry.stdout, /^keep +commitlog/m);
  t.regex(dry.stdout, /^put +index/m);
  t.regex(dry.stderr, /nothing was changed; \d+ steps would be made/);
  t.deepEqual(digestsOf(root), before);
  const done = await runMqctl(["store", "repair", root]);
  t.is(done.code, 0);
  t.regex(done.stderr, /steps made; it is now sound/);
  t.is((await runMqctl(["store", "verify", root])).code, 0);
  const undone = await runMqctl(["store", "undo", root, "--output", "json"]);
  t.is(undone.code, 0);
  t.deepEqual(digestsOf(root), before);
  const nothing = await runMqctl(["store", "undo", root]);
  t.is(nothing.code, 3);
});

test("repair leaves a sound store alone", async (t) => {
  const root = await staged(t);
  const before = digestsOf(root);
  const { code, stderr } = await runMqctl(["store", "repair", root]);
  t.is(code, 0);
  t.regex(stderr, /there is nothing to repair/);
  t.deepEqual(digestsOf(root), before);
});
