// Compiles the tree into build/ (the library, with its types) and bundles the programs into dist/.
// With --bundle only the programs. What each file in dist/ is for: docs/decisions/0003-bundled-programs.md.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { WRAPPER } from "./code-cache.cjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Packages with files or threads of their own; they are loaded from node_modules, when they are needed. */
const EXTERNAL = [
  "@bokuweb/zstd-wasm",
  "ink",
  "react",
  "pino",
  "rotating-file-stream",
  "prom-client",
];

/** How long a program may take to come up or to end while its code is kept. */
const PATIENCE_MS = 15_000;

function compile() {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", root], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** Bundles every file of bin/ into a folder: a loader to start, the program, and V8's code cache of it. */
async function bundle(folder) {
  const programs = readdirSync(join(root, "bin"))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => basename(file, ".ts"));
  rmSync(folder, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: [
      ...programs.map((program) => ({ in: `bin/${program}.ts`, out: program })),
      // the second thread of store verify; src/inspect/verify/log-lanes.ts looks for it there
      { in: "src/inspect/verify/lane-worker.ts", out: "verify-lane" },
    ],
    outdir: join(folder, "programs"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    external: EXTERNAL,
    logLevel: "warning",
    // code that looks for its own place asks for __filename first
    logOverride: { "empty-import-meta": "silent" },
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `{ "type": "commonjs" }\n`);
  for (const program of programs) {
    const file = join(folder, `${program}.js`);
    writeFileSync(file, loader(program));
    chmodSync(file, 0o755);
  }
  await keepCode(folder);
}

/** Starts a program from its code cache: compiling it anew is half of a short command's time. */
function loader(program) {
  return `#!/usr/bin/env node
"use strict";
const { readFileSync } = require("fs");
const { Script, constants } = require("vm");
const folder = __dirname + "/programs";
const filename = folder + "/${program}.js";
const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
let script;
try {
  const cachedData = readFileSync(filename + "." + process.versions.v8.split("-")[0] + ".cache");
  const source = ${JSON.stringify(WRAPPER[0])} + readFileSync(filename, "latin1") + ${JSON.stringify(WRAPPER[1])};
  script = new Script(source, { filename, cachedData, importModuleDynamically });
} catch {
  // without a cache the program is loaded as any other
}
if (script !== undefined) {
  script.runInThisContext()(exports, require, module, filename, folder);
} else {
  require("module").enableCompileCache?.();
  require(filename);
}
`;
}

/**
 * Runs each program once, against each other, so that the functions a usual call needs are in its code cache. A
 * program that does not come up here starts slower, no more.
 */
async function keepCode(folder) {
  const home = mkdtempSync(join(tmpdir(), "rocketmq-build-"));
  const env = { PATH: process.env.PATH, HOME: home, MQCTL_RUN_DIR: join(home, "run") };
  const run = (program, ...args) => {
    const argv = [
      join(root, "scripts/code-cache.cjs"),
      join(folder, "programs", `${program}.js`),
      ...args,
    ];
    return spawn(process.execPath, argv, { env, cwd: home, stdio: ["ignore", "pipe", "ignore"] });
  };
  const namesrv = run("mqnamesrv", "listenPort=0");
  const address = await printed(namesrv, /(\d+)\D*$/);
  const running = [namesrv];
  if (address !== undefined) {
    const at = `127.0.0.1:${address}`;
    const broker = run(
      "mqbroker",
      "-n",
      at,
      "listenPort=0",
      `storePathRootDir=${join(home, "store")}`,
    );
    running.push(broker);
    await printed(broker, /boot success/);
    await ended(run("mqadmin", "topicList", "-n", at));
  }
  const up = run("mqctl", "up", "--namesrv-port", "0", "--broker-port", "0");
  running.push(up);
  await printed(up, /NAMESRV_ADDR/);
  for (const program of running.reverse()) program.kill("SIGTERM");
  await Promise.all(running.map(ended));
  await ended(run("mqshutdown", "broker"));
  rmSync(home, { recursive: true, force: true });
}

/** Waits until a program has printed something: what the pattern's group matched. */
function printed(program, pattern) {
  return new Promise((resolve) => {
    let text = "";
    const timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    const done = (value) => (clearTimeout(timer), resolve(value));
    program.once("close", () => done(undefined));
    program.stdout.on("data", (chunk) => {
      text += chunk;
      const match = pattern.exec(text.trimEnd());
      if (match !== null) done(match[1] ?? match[0]);
    });
  });
}

function ended(program) {
  if (program.exitCode !== null || program.signalCode !== null) return Promise.resolve();
  const timer = setTimeout(() => program.kill("SIGKILL"), PATIENCE_MS);
  program.stdout.resume();
  return new Promise((resolve) => program.once("close", resolve)).finally(() =>
    clearTimeout(timer),
  );
}

if (!process.argv.includes("--bundle")) compile();
await bundle(join(root, process.env.DIST_DIR ?? "dist"));
