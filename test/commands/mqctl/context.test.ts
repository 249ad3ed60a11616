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
    { name: "one", inUse: false, namesrvAddr: "127.0.0.1:1", accessKey: null },
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
