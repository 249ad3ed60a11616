import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { mqctl } from "../../../commands/index.js";
import { findCommand } from "../../../src/cli/registry.js";
import {
  batchUnit,
  extUnit,
  writeSegment,
  writeTimerFiles,
} from "../../support/inspected-store.js";
import { fitsSchema } from "../../support/json-schema.js";
import { startCluster, type TestCluster } from "../../support/mqadmin.js";
import { runMqctl } from "../../support/mqctl.js";

const folder = mkdtempSync(join(tmpdir(), "schemas-test-"));
const store = join(folder, "store");
const env = { ROCKETMQ_TOOLKIT_CONFIG: join(folder, "config"), MQCTL_RUN_DIR: join(folder, "run") };
let cluster: TestCluster;
test.before(async () => {
  const archive = new URL("../../../../test/fixtures/stores/v533-killed.tar.gz", import.meta.url);
  execFileSync("tar", ["xzf", fileURLToPath(archive), "-C", folder]);
  writeTimerFiles(written);
  const first = "0/".concat("0".repeat(20));
  writeSegment(join(written, "batchconsumequeue/t", first), batchUnit(0, 2), 92);
  writeSegment(join(written, "consumequeue_ext/t", first), extUnit(0, Buffer.alloc(8)), 64);
  cluster = await startCluster();
});
test.after.always(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function fits(
  t: Parameters<typeof fitsSchema>[0],
  name: string,
  { args = [], stdin = "" }: { args?: readonly string[]; stdin?: string } = {},
): Promise<void> {
  const line = [...name.split(" "), ...args, "-o", "json"];
  const { stdout, stderr } = await runMqctl(line, { env, stdin });
  const entry = findCommand(mqctl, name);
  if (entry === undefined) throw new Error(`no command ${name}`);
  t.not(stdout, "", stderr);
  fitsSchema(t, JSON.parse(stdout), { program: "mqctl", name, command: await entry.load() });
}

for (const part of ["commitlog", "consumequeue", "index", "checkpoint", "config", "abort"]) {
  test(`inspect ${part} writes what its schema says`, (t) =>
    fits(t, `inspect ${part}`, { args: [store] }));
}

const written = join(folder, "written");
for (const part of ["batchconsumequeue", "consumequeue_ext", "timerlog", "timerwheel"]) {
  test(`inspect ${part} writes what its schema says`, (t) =>
    fits(t, `inspect ${part}`, { args: [written] }));
}

for (const part of ["commitlog", "checkpoint", "timerwheel"]) {
  test(`inspect ${part} --hex writes what its schema says`, (t) =>
    fits(t, `inspect ${part}`, { args: [store, "--hex", "100"] }));
}

test.serial("contexts are written as their schemas say", async (t) => {
  await fits(t, "context set", { args: ["home", "-n", "127.0.0.1:9876"] });
  await fits(t, "context use", { args: ["home"] });
  await fits(t, "context list");
  await fits(t, "context remove", { args: ["home"] });
});

test("status writes what its schema says", (t) => fits(t, "status"));

test.serial("what was produced and consumed is written as the schemas say", async (t) => {
  const where = ["-n", cluster.namesrv];
  await fits(t, "produce", { args: ["-t", "made", ...where], stdin: "one\ntwo\n" });
  await fits(t, "consume", {
    args: [
      "-t",
      "made",
      "-g",
      "readers",
      "--from",
      "first",
      "-n",
      "2",
      "--namesrvAddr",
      cluster.namesrv,
    ],
  });
});
