import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { run, start, temporaryHome } from "../../support/programs.js";

/** A free port whose neighbours for the fast and the HA listener are likely free too. */
async function freePort(): Promise<number> {
  const probe = await listen(0);
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(port, "0.0.0.0", () => {
      resolve(server);
    }),
  );
}

function home(t: ExecutionContext): ReturnType<typeof temporaryHome> {
  const one = temporaryHome();
  t.teardown(() => one.remove());
  return one;
}

test("start returns when the servers serve, status shows them, stop ends them and leaves nothing running", async (t) => {
  const { folder, env } = home(t);
  const namesrvPort = await freePort();
  const brokerPort = await freePort();
  const conf = join(folder, "broker.conf");
  writeFileSync(
    conf,
    `brokerName=b1\nbrokerIP1=127.0.0.1\nlistenPort=${String(brokerPort)}\nstorePathRootDir=${folder}/store\nsomeUnknownKey=1\n`,
  );

  const namesrv = await run("mqctl", ["start", "namesrv", `listenPort=${String(namesrvPort)}`], {
    env,
  });
  t.is(
    namesrv.stdout,
    `The Name Server boot success. serializeType=JSON, address 0.0.0.0:${String(namesrvPort)}\n`,
  );
  t.is(namesrv.code, 0);
  const list = `127.0.0.1:${String(namesrvPort)}`;
  const broker = await run("mqctl", ["start", "broker", "-c", conf, "-n", list], { env });
  t.is(
    broker.stdout,
    `The broker[b1, 127.0.0.1:${String(brokerPort)}] boot success. serializeType=JSON and name server is ${list}\n`,
  );
  t.is(broker.code, 0);

  const again = await run("mqctl", ["start", "broker", "-c", conf, "-n", list], { env });
  t.regex(again.stdout, /^broker 127\.0\.0\.1:\d+ runs already \(pid \d+\)\n$/);
  t.is(again.code, 0);

  const status = await run("mqctl", ["status", "--output", "json"], { env });
  t.is(status.code, 0);
  const rows = JSON.parse(status.stdout) as {
    part: string;
    address: string;
    name: string | null;
  }[];
  t.deepEqual(
    rows.map(({ part, address }) => [part, address]),
    [
      ["broker", `127.0.0.1:${String(brokerPort)}`],
      ["namesrv", list],
    ],
  );
  t.is(rows[0]?.name, "b1");
  t.true(existsSync(join(folder, "logs", "rocketmqlogs", "broker.log")));
  t.true(existsSync(join(folder, "logs", "rocketmqlogs", "namesrv.log")));
  t.regex(
    readFileSync(join(folder, "logs", "rocketmqlogs", "broker.log"), "utf8"),
    /someUnknownKey/,
  );

  const stopped = await run("mqctl", ["stop", "broker"], { env });
  t.is(stopped.code, 0);
  t.false(existsSync(join(folder, "store", "abort")), "a graceful stop removes the crash marker");
  t.is((await run("mqctl", ["stop", "namesrv"], { env })).code, 0);
  t.is((await run("mqctl", ["status"], { env })).code, 3);
  t.is((await run("mqctl", ["stop", "broker"], { env })).code, 3);
  t.deepEqual(readdirSync(join(folder, "run")), []);
});

test("the pid file of a killed broker is no obstacle", async (t) => {
  const { folder, env } = home(t);
  const port = await freePort();
  const argv = [
    "start",
    "broker",
    `listenPort=${String(port)}`,
    "brokerIP1=127.0.0.1",
    `storePathRootDir=${folder}/store`,
  ];
  t.is((await run("mqctl", argv, { env })).code, 0);
  const [file = ""] = readdirSync(join(folder, "run"));
  const { pid } = JSON.parse(readFileSync(join(folder, "run", file), "utf8")) as { pid: number };
  process.kill(pid, "SIGKILL");
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  t.is((await run("mqctl", ["status"], { env })).code, 3);
  const again = await run("mqctl", argv, { env });
  t.is(again.code, 0);
  t.regex(again.stdout, /boot success/);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, "utf8"));
  } catch {
    return false;
  }
}

const refusals: {
  title: string;
  argv: (folder: string, taken: number) => string[];
  code: number;
  says: RegExp;
}[] = [
  {
    title: "a port in use",
    argv: (folder, taken) => [
      "start",
      "broker",
      `listenPort=${String(taken)}`,
      `storePathRootDir=${folder}/store`,
    ],
    code: 1,
    says: /cannot listen on .*: the port is in use/,
  },
  {
    title: "a port in use of the name server",
    argv: (_, taken) => ["start", "namesrv", `listenPort=${String(taken)}`],
    code: 1,
    says: /cannot listen on .*: the port is in use/,
  },
  {
    title: "a store that cannot be written",
    argv: (folder) => ["start", "broker", "listenPort=0", `storePathRootDir=${folder}/file/store`],
    code: 1,
    says: /cannot start: ENOTDIR/,
  },
  {
    title: "a bad value of a known key",
    argv: (folder) => ["start", "broker", "listenPort=many", `storePathRootDir=${folder}/store`],
    code: 2,
    says: /listenPort.*many/,
  },
  {
    title: "a word that is no setting",
    argv: () => ["start", "broker", "listenPort"],
    code: 2,
    says: /listenPort is not key=value/,
  },
  {
    title: "a configuration file that does not exist",
    argv: (folder) => ["start", "broker", "-c", `${folder}/none.conf`],
    code: 2,
    says: /none\.conf does not exist/,
  },
  { title: "a part that does not exist", argv: () => ["start", "proxy"], code: 2, says: /proxy/ },
];

for (const { title, argv, code, says } of refusals) {
  test(`start refuses ${title} with one line and leaves nothing behind`, async (t) => {
    const { folder, env } = home(t);
    writeFileSync(join(folder, "file"), "");
    const taken = await listen(0);
    t.teardown(() => taken.close());
    const ended = await run("mqctl", argv(folder, (taken.address() as { port: number }).port), {
      env,
    });
    t.is(ended.code, code, ended.stderr);
    t.regex(ended.stderr, says);
    t.is(ended.stdout, "");
    t.true(ended.stderr.trimEnd().split("\n").length <= 2, ended.stderr);
    t.is((await run("mqctl", ["status"], { env })).code, 3);
    t.false(existsSync(join(folder, "store", "abort")));
  });
}

test("-p prints every setting and starts nothing", async (t) => {
  const { folder, env } = home(t);
  const broker = await run(
    "mqctl",
    ["start", "broker", "-p", "brokerName=shown", `storePathRootDir=${folder}/store`],
    { env },
  );
  t.is(broker.code, 0);
  t.regex(broker.stdout, /^brokerName=shown$/m);
  t.regex(broker.stdout, /^fileReservedTime=72$/m);
  t.false(existsSync(join(folder, "store")));
  const namesrv = await run("mqctl", ["start", "namesrv", "-p"], { env });
  t.is(namesrv.code, 0);
  t.regex(namesrv.stdout, /^listenPort=9876$/m);
});

test("mqnamesrv and mqbroker stay in the foreground and end with 0 on SIGTERM; mqshutdown finds them", async (t) => {
  const { folder, env } = home(t);
  const namesrvPort = await freePort();
  const namesrvConf = join(folder, "namesrv.conf");
  writeFileSync(namesrvConf, `listenPort=${String(namesrvPort)}\n`);
  const namesrv = start("mqnamesrv", ["-c", namesrvConf], { env });
  await namesrv.printed("The Name Server boot success. serializeType=JSON");
  t.true(namesrv.stdout().startsWith(`load config properties file OK, ${namesrvConf}\n`));
  const broker = start(
    "mqbroker",
    [
      "-n",
      `127.0.0.1:${String(namesrvPort)}`,
      "autoCreateTopicEnable=true",
      "brokerIP1=127.0.0.1",
      "listenPort=0",
      `storePathRootDir=${folder}/store`,
    ],
    { env },
  );
  await broker.printed(/The broker\[.*\] boot success\. serializeType=JSON and name server is/);
  const down = await run("mqshutdown", ["broker"], { env });
  t.is(down.code, 0);
  t.is(
    down.stdout,
    `The mqbroker(${String(broker.child.pid)}) is running...\nSend shutdown request to mqbroker(${String(broker.child.pid)}) OK\n`,
  );
  t.is((await broker.ended).code, 0);
  namesrv.child.kill("SIGTERM");
  t.is((await namesrv.ended).code, 0);
  const none = await run("mqshutdown", ["broker"], { env });
  t.is(none.code, 1);
  t.regex(none.stderr, /No mqbroker running\./);
});

test("up serves at once, prints the address to export, and removes its data at the end", async (t) => {
  const { folder, env } = home(t);
  const up = start("mqctl", ["up", "--namesrv-port", "0", "--broker-port", "0"], {
    env: { ...env, TMPDIR: folder },
  });
  await up.printed(/^export NAMESRV_ADDR=.*\n/m);
  const address = /NAMESRV_ADDR=(\S+)/.exec(up.stdout())?.[1] ?? "";
  const data = /data in (\S+)/.exec(up.stdout())?.[1] ?? "";
  t.true(existsSync(data));
  const listed = await run("mqadmin", ["topicList", "-n", address], { env });
  t.is(listed.code, 0);
  t.regex(listed.stdout, /^TBW102$/m);
  up.child.kill("SIGINT");
  t.is((await up.ended).code, 0);
  t.false(existsSync(data));
});

test("up --data keeps messages from one run to the next", async (t) => {
  const { folder, env } = home(t);
  const argv = ["up", "--data", join(folder, "data"), "--namesrv-port", "0", "--broker-port", "0"];
  const first = start("mqctl", argv, { env });
  await first.printed(/^export NAMESRV_ADDR=.*\n/m);
  const before = /NAMESRV_ADDR=(\S+)/.exec(first.stdout())?.[1] ?? "";
  t.is(
    (await run("mqctl", ["produce", "-t", "kept", "-n", before], { env, stdin: "one\ntwo\n" }))
      .code,
    0,
  );
  first.child.kill("SIGTERM");
  await first.ended;
  const second = start("mqctl", argv, { env });
  await second.printed(/^export NAMESRV_ADDR=.*\n/m);
  const after = /NAMESRV_ADDR=(\S+)/.exec(second.stdout())?.[1] ?? "";
  const consumed = await run(
    "mqctl",
    ["consume", "-t", "kept", "-g", "g", "--namesrvAddr", after],
    { env },
  );
  t.is(consumed.code, 0, consumed.stderr);
  t.deepEqual(consumed.stdout.trim().split("\n").sort(), ["one", "two"]);
  second.child.kill("SIGTERM");
  await second.ended;
});
