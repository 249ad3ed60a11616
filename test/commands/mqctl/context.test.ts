import { realpathSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { run, temporaryHome } from "../../support/programs.js";

test("a cluster that was given a name is used by mqadmin when nothing else names one", async (t) => {
  const home = temporaryHome();
  const env = { ...home.env, ROCKETMQ_TOOLKIT_CONFIG: home.folder };
  const ctl = (...argv: string[]): ReturnType<typeof run> =>
    run("mqctl", ["context", ...argv], { env });
  t.is((await run("mqadmin", ["topicList"], { env })).code, 2);
  t.is((await ctl("set", "one", "-n", "127.0.0.1:1")).code, 0);
  t.is(
    (await ctl("set", "two", "-n", "127.0.0.1:2", "--access-key", "a", "--secret-key", "s")).code,
    0,
  );
  const listed = JSON.parse((await ctl("list", "-o", "json")).stdout) as unknown;
  t.like(listed, [
    { name: "one", inUse: false, namesrvAddr: "127.0.0.1:1", accessKey: null, tls: false },
    { name: "two", inUse: true, namesrvAddr: "127.0.0.1:2", accessKey: "a" },
  ]);
  t.is((await ctl("use", "one")).code, 0);
  const failed = await run("mqadmin", ["topicList"], { env });
  t.is(failed.code, 5);
  t.regex(failed.stderr, /127\.0\.0\.1:1/);
  t.is((await ctl("remove", "one")).code, 0);
  t.is((await ctl("use", "one")).code, 3);
  t.is((await ctl("set", "x", "-n", "a:1", "--access-key", "a")).code, 2);
  await home.remove();
});

test("a context keeps keys and TLS, tells no secrets, and may be named for one call", async (t) => {
  const home = temporaryHome();
  const env = { ...home.env, ROCKETMQ_TOOLKIT_CONFIG: home.folder };
  const keys = [
    "--access-key",
    "ops",
    "--secret-key",
    "hidden-key",
    "--security-token",
    "hidden-tok",
  ];
  const set = await run(
    "mqctl",
    ["context", "set", "live", "-n", "127.0.0.1:1", ...keys, "--tls-ca", "ca.pem"],
    { env, cwd: home.folder },
  );
  t.is(set.code, 0);
  const listed = await run("mqctl", ["context", "list", "-o", "json"], { env });
  t.like(JSON.parse(listed.stdout), [{ name: "live", accessKey: "ops", tls: true }]);
  t.notRegex(set.stdout + set.stderr + listed.stdout, /hidden/);
  const half = ["context", "set", "x", "-n", "a:1", "--tls-cert", "c.pem"];
  t.is((await run("mqctl", half, { env })).code, 2);
  // the file was named by where it is, not by where the command ran
  const used = await run("mqadmin", ["topicList", "--context", "live"], { env });
  t.is(used.code, 2);
  t.true(
    used.stderr.includes(`--tls-ca: ${join(realpathSync(home.folder), "ca.pem")} does not exist`),
  );
  t.is((await run("mqadmin", ["topicList", "--context", "dead"], { env })).code, 3);
  await home.remove();
});
