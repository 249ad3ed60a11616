// The main job in front of the reader's eyes: every line as one would type it, with its real output.
// Ends 0 only when the figures agree; uses free ports and a temporary home, and leaves nothing behind.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, process.env.DIST_DIR ?? "dist");
const home = mkdtempSync(join(tmpdir(), "rocketmq-demo-"));
const isTerminal = process.stdout.isTTY === true;
const paint = (code, text) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);
const env = {
  ...process.env,
  HOME: home,
  MQCTL_RUN_DIR: join(home, "run"),
  PATH: `${join(home, "bin")}:${process.env.PATH}`,
};
delete env.NAMESRV_ADDR;
delete env.ROCKETMQ_HOME;
const problems = [];

/** Runs a line in a shell and shows it; resolves with what it printed on stdout. */
function type(line, { shown = Infinity } = {}) {
  console.log(`\n${paint("1;36", "$")} ${paint("1", line)}`);
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", line], { cwd: home, env, stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => (out += chunk));
    child.stderr.on("data", (chunk) => (err += chunk));
    child.on("close", (code) => {
      const lines = out.trimEnd().split("\n");
      if (out !== "")
        console.log(
          lines.slice(0, shown).join("\n") +
            (lines.length > shown ? `\n… ${lines.length - shown} more lines` : ""),
        );
      if (err !== "") console.log(paint("2", err.trimEnd()));
      if (code !== 0) problems.push(`${line} ended with ${code}`);
      resolve(out);
    });
  });
}

function expect(what, found, wanted) {
  const same = found === wanted;
  if (!same) problems.push(`${what}: ${found} instead of ${wanted}`);
  console.log(paint(same ? "32" : "31", `${same ? "✔" : "✘"} ${what}: ${found}`));
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

const count = (text) => (text.trim() === "" ? 0 : text.trim().split("\n").length);
const began = Date.now();

async function story() {
  mkdirSync(join(home, "bin"));
  for (const name of ["mqadmin", "mqctl"]) {
    writeFileSync(
      join(home, "bin", name),
      `#!/bin/sh\nexec "${process.execPath}" "${join(dist, `${name}.js`)}" "$@"\n`,
      { mode: 0o755 },
    );
  }
  const namesrv = `127.0.0.1:${await freePort()}`;
  const port = await freePort();
  env.NAMESRV_ADDR = namesrv;
  writeFileSync(
    join(home, "broker.conf"),
    `brokerName=broker-a\nbrokerIP1=127.0.0.1\nlistenPort=${port}\nstorePathRootDir=${join(home, "store")}\nnamesrvAddr=${namesrv}\n`,
  );
  console.log(paint("1", "A name server and a broker, in the background"));
  await type(`mqctl start namesrv listenPort=${namesrv.split(":")[1]}`);
  await type("mqctl start broker -c broker.conf");
  await type("mqctl status");

  console.log(paint("1", `\nA topic (NAMESRV_ADDR is ${namesrv})`));
  await type("mqadmin updateTopic -c DefaultCluster -t orders -r 4 -w 4");
  expect("the topic is listed", (await type("mqadmin topicList | grep orders")).trim(), "orders");

  console.log(paint("1", "\nMessages from the shell"));
  await type("seq 1 1000 | mqctl produce -t orders --tag paid");
  await type("mqctl produce -t orders --key invoice-17 --body '{\"invoice\":17}'");
  await type("mqadmin topicStatus -t orders");

  console.log(paint("1", "\nMessages out, and what is left"));
  expect(
    "consumed first",
    count(await type("mqctl consume -t orders -g billing -n 600", { shown: 3 })),
    600,
  );
  const lag = JSON.parse(await type("mqadmin consumerProgress -g billing -o json", { shown: 14 }));
  expect(
    "left for the group",
    lag.reduce((sum, row) => sum + Number(row.diff ?? 0), 0),
    401,
  );
  expect(
    "consumed then",
    count(await type("mqctl consume -t orders -g billing", { shown: 3 })),
    401,
  );
  await type("mqadmin consumerProgress -g billing");

  console.log(paint("1", "\nA message by its key, and the commit log itself"));
  const found = await type("mqadmin queryMsgByKey -t orders -k invoice-17");
  expect("found by its key", count(found) - 1, 1);
  await type(`mqctl inspect commitlog store --key invoice-17`);
  expect(
    "messages of the topic in the log",
    count(await type("mqctl inspect commitlog store -t orders --output jsonl", { shown: 1 })),
    1001,
  );

  console.log(paint("1", "\nThe end"));
  await type("mqctl stop broker");
  await type("mqctl stop namesrv");
}

/** Ends what the story started and removes its folder; also when it is broken off, so nothing here waits. */
function cleanUp() {
  try {
    for (const name of readdirSync(env.MQCTL_RUN_DIR).filter((one) => one.endsWith(".pid"))) {
      process.kill(JSON.parse(readFileSync(join(env.MQCTL_RUN_DIR, name), "utf8")).pid, "SIGKILL");
    }
  } catch {
    // nothing runs (any more)
  }
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
]) {
  process.on(signal, () => {
    cleanUp();
    process.exit(code);
  });
}

try {
  await story();
} catch (error) {
  problems.push(error.stack);
} finally {
  cleanUp();
}
console.log(
  `\n${problems.length === 0 ? "The figures agree." : problems.join("\n")} (${((Date.now() - began) / 1000).toFixed(1)} s)`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
