import { spawnSync } from "node:child_process";
import test from "ava";
import { root } from "./source-tree.js";

test("the registry, the man pages and the version are what the commands say", (t) => {
  const env = { ...process.env, BUILD_DIR: process.env["BUILD_DIR"] ?? "build" };
  const { status, stderr } = spawnSync(process.execPath, ["scripts/gen.js", "--check"], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  t.is(status, 0, stderr);
});
