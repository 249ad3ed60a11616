// Compiles the tree into build/ (the library, with its types) and bundles the programs into dist/.
// With --bundle only the programs. What each file in dist/ is for: docs/decisions/0003-bundled-programs.md.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { WRAPPER } from "./code-cache.cjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Packages with files or threads of their own; they are loaded from node_modules, when they are needed. */
const EXTERNAL = ["ink", "react", "pino", "rotating-file-stream"];

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
    entryPoints: programs.map((program) => `bin/${program}.ts`),
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
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `{ "type": "commonjs" }\n`);
  for (const program of programs) {
    const file = join(folder, `${program}.js`);
    writeFileSync(file, loader(program));
    chmodSync(file, 0o755);
    keepCode(join(folder, "programs", `${program}.js`));
  }
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
  const cachedData = readFileSync(filename + ".cache");
  const source = ${JSON.stringify(WRAPPER[0])} + readFileSync(filename, "latin1") + ${JSON.stringify(WRAPPER[1])};
  script = new Script(source, { filename, cachedData, importModuleDynamically });
} catch {
  // without a cache the program is loaded as any other
}
if (script !== undefined && !script.cachedDataRejected) {
  script.runInThisContext()(exports, require, module, filename, folder);
} else {
  require("module").enableCompileCache?.();
  require(filename);
}
`;
}

/** Runs a program once, to the end of a failing call, so that the functions it needs are in the cache. */
function keepCode(filename) {
  const call =
    basename(filename) === "mqadmin.js" ? ["topicList", "-n", "127.0.0.1:1"] : ["--version"];
  spawnSync(process.execPath, [join(root, "scripts/code-cache.cjs"), filename, ...call], {
    stdio: "ignore",
    timeout: 20_000,
  });
}

if (!process.argv.includes("--bundle")) compile();
await bundle(join(root, process.env.DIST_DIR ?? "dist"));
