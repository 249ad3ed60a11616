import { spawn } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import test from "ava";
import { programPath, run, start } from "../support/programs.js";

test("bare mqadmin lists its commands with exit code 0", async (t) => {
  const { code, stdout, stderr } = await run("mqadmin", []);
  t.is(code, 0);
  t.is(stderr, "");
  t.regex(
    stdout,
    /^The most commonly used mqadmin commands are:\n {3}updateTopic {25}Update or create topic\.\n/,
  );
});

test("a server that is not there is exit code 5 and one line with a hint", async (t) => {
  const { code, stdout, stderr } = await run("mqadmin", ["topicList", "-n", "127.0.0.1:1"]);
  t.is(code, 5);
  t.is(stdout, "");
  t.regex(stderr, /^mqadmin topicList: .*127\.0\.0\.1:1.*\n {2}.*\n$/);
});

test("a wrong command line is exit code 2", async (t) => {
  t.is((await run("mqadmin", ["nope"])).code, 2);
  t.is((await run("mqadmin", ["topicRoute"])).code, 2);
  t.is((await run("mqctl", ["nope"])).code, 2);
  t.is((await run("mqctl", ["start"])).code, 2);
});

test("a reader that goes away early is no failure", async (t) => {
  const command = `"${process.execPath}" "${programPath("mqadmin")}" completion bash; echo "code $?" >&2`;
  const shell = spawn("sh", ["-c", `{ ${command}; } | head -n 1`], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  shell.stdout.on("data", (chunk) => (stdout += String(chunk)));
  shell.stderr.on("data", (chunk) => (stderr += String(chunk)));
  await new Promise((resolve) => shell.on("close", resolve));
  t.is(stdout.split("\n").length, 2);
  t.is(stderr, "code 0\n");
});

const stopped = test.macro({
  exec: async (t, signal: "SIGINT" | "SIGTERM", code: number) => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const arrived = new Promise((resolve) => silent.once("connection", resolve));
    const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const { child, ended } = start("mqadmin", ["topicList", "-n", address, "--timeout", "60s"]);
    await arrived;
    child.kill(signal);
    const outcome = await ended;
    t.is(outcome.code, code);
    t.is(outcome.stdout, "");
    silent.close();
  },
  title: (_given, signal: string, code: number) =>
    `${signal} while waiting for an answer is exit code ${code}`,
});

test(stopped, "SIGINT", 130);
test(stopped, "SIGTERM", 143);

test("completion scripts name the commands", async (t) => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout } = await run("mqadmin", ["completion", shell]);
    t.is(code, 0);
    t.regex(stdout, /topicStatus/);
  }
});
