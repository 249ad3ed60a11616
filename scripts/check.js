// What a change has to pass beside the tests: types, lint, format, generated files fresh, nothing unused, package sound.
// Names of checks as arguments run only these.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, "node_modules/.bin", name);
const node = process.execPath;

const CHECKS = {
  types: [bin("tsc"), "--noEmit", "-p", root],
  lint: [bin("eslint"), "--max-warnings", "0", "."],
  format: [bin("prettier"), "--check", "--log-level", "warn", "."],
  generated: [node, "scripts/gen.js", "--check"],
  unused: [bin("knip"), "--no-progress"],
  package: [bin("publint"), "--strict"],
};

/** The tree as plain JavaScript, for the check of what is generated from it. */
const TRANSPILED = "build-check";

async function transpile() {
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: root,
    entryPoints: ["bin/*.ts", "src/**/*.ts", "commands/**/*.ts", "engine/**/*.ts"],
    outdir: TRANSPILED,
    outbase: ".",
    format: "esm",
    platform: "node",
    logLevel: "warning",
  });
}

const wanted = process.argv.slice(2);
const chosen = Object.entries(CHECKS).filter(
  ([name]) => wanted.length === 0 || wanted.includes(name),
);
const failed = [];
for (const [name, [command, ...args]] of chosen) {
  const startedAt = Date.now();
  if (name === "generated") await transpile();
  if (name === "package" && !existsSync(join(root, "dist")))
    spawnSync(node, ["scripts/build.js"], { cwd: root, stdio: "inherit" });
  const env = { ...process.env, BUILD_DIR: TRANSPILED };
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", env });
  if (status !== 0) failed.push(name);
  console.log(
    `${status === 0 ? "ok    " : "FAILED"} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`,
  );
}
if (failed.length > 0) console.log(`check failed: ${failed.join(", ")}`);
process.exitCode = failed.length > 0 ? 1 : 0;
