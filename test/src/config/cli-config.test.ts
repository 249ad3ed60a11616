import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { CliConfig } from "../../../src/config/cli-config.js";

test("contexts are kept, chosen and removed, in a file that only its owner reads", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "rocketmq-test-"));
  const config = new CliConfig(folder);
  t.is(config.current(), undefined);
  t.false(existsSync(config.path), "reading writes nothing");
  t.false(config.use("nope"));
  config.set("a", { namesrvAddr: "a:9876" });
  config.set("b", { namesrvAddr: "b:9876" });
  t.true(config.use("b"));
  const again = new CliConfig(folder);
  t.is(again.current()?.namesrvAddr, "b:9876");
  t.deepEqual(Object.keys(again.contexts()), ["a", "b"]);
  t.is(statSync(again.path).mode & 0o777, 0o600);
  t.true(again.remove("b"));
  t.false(again.remove("b"));
  t.is(new CliConfig(folder).current(), undefined);
  rmSync(folder, { recursive: true });
});
