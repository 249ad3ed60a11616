// Compiles the tree into build/ (the library, with its types) and bundles the programs into dist/.
import { chmodSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

export async function bundle(folder = join(root, "dist"), options = {}) {
  rmSync(folder, { recursive: true, force: true });
  const programs = readdirSync(join(root, "bin")).filter((file) => file.endsWith(".ts"));
  const result = await build({
    absWorkingDir: root,
    entryPoints: programs.map((file) => `bin/${file}`),
    outdir: folder,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    splitting: true,
    minify: true,
    keepNames: false,
    chunkNames: "chunks/[name]-[hash]",
    external: ["ink", "react", "pino", "rotating-file-stream"],
    banner: { js: BANNER },
    metafile: true,
    logLevel: "warning",
    ...options,
  });
  for (const file of programs)
    if (!options.external) chmodSync(join(folder, file.replace(/\.ts$/, ".js")), 0o755);
  return result;
}

/** For bundled CommonJS packages that require Node's own modules. */
const BANNER = `import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tsc = spawnSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), "-p", root],
    { stdio: "inherit" },
  );
  if (tsc.status !== 0) process.exit(tsc.status ?? 1);
  await bundle();
}
