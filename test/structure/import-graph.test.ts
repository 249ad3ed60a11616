import { readFileSync } from "node:fs";
import test from "ava";
import { type Import, importsOf, sourcesBelow } from "./source-tree.js";

const imports = sourcesBelow("bin", "commands", "src", "engine").flatMap(importsOf);
const ours = imports.filter((one) => one.isOurs);

/** Top folders, and the ones each may import besides itself. */
const TOP: Readonly<Record<string, readonly string[]>> = {
  bin: ["commands", "src"],
  commands: ["src", "engine"],
  src: ["engine"],
  engine: [],
};

/** Folders of the engine, and the ones each may import besides itself. */
const ENGINE: Readonly<Record<string, readonly string[]>> = {
  base: [],
  protocol: ["base"],
  acl: ["base", "protocol"],
  message: ["base", "protocol"],
  remoting: ["base", "protocol"],
  filter: ["base", "protocol", "message"],
  store: ["base", "protocol", "message"],
  ha: ["base", "protocol", "message", "remoting", "store", "filter"],
  client: ["base", "protocol", "message", "remoting", "filter"],
  namesrv: ["base", "protocol", "message", "remoting"],
  broker: ["base", "protocol", "acl", "message", "remoting", "store", "filter", "ha", "client"],
};

/** The one place of each outside package; what is not listed may be used anywhere in its part of the tree. */
const DOORS: Readonly<Record<string, RegExp>> = {
  commander: /^src\/cli\/program\.ts$/,
  chalk: /^src\/output\/style\.ts$/,
  "cli-table3": /^src\/output\/table\.ts$/,
  yaml: /^(src\/output|engine\/acl)\/yaml\.ts$/,
  "csv-stringify": /^src\/output\/csv\.ts$/,
  ink: /^src\/output\/watch\//,
  react: /^src\/output\/watch\//,
  conf: /^src\/config\/cli-config\.ts$/,
  execa: /^src\/daemon\//,
  pino: /^src\/daemon\//,
  "rotating-file-stream": /^src\/daemon\//,
  "@bokuweb/zstd-wasm": /^engine\/message\/compression\/zstd-codec\.ts$/,
  "prom-client": /^engine\/broker\/metrics\//,
  "node:net": /^(engine\/(remoting|ha)|src\/daemon)\//,
  "node:tls": /^engine\/(remoting|ha)\//,
  "node:child_process": /^src\/daemon\//,
};

const shown = ({ from, to }: Import): string => `${from} imports ${to}`;
const folder = (path: string, depth: number): string => path.split("/")[depth] ?? "";

test("bin, commands, src and engine import only downward", (t) => {
  const wrong = ours.filter(({ from, to }) => {
    const [own, other] = [folder(from, 0), folder(to, 0)];
    return own !== other && TOP[own]?.includes(other) !== true;
  });
  t.deepEqual(wrong.map(shown), []);
});

test("commands take nothing from the engine but its errors", (t) => {
  const wrong = ours.filter(
    ({ from, to, isTypeOnly }) =>
      from.startsWith("commands/") &&
      to.startsWith("engine/") &&
      !isTypeOnly &&
      to !== "engine/base/errors.ts",
  );
  t.deepEqual(wrong.map(shown), []);
});

test("commands do not import each other", (t) => {
  const wrong = ours.filter(
    ({ from, to }) =>
      from.startsWith("commands/") && to.startsWith("commands/") && from !== "commands/index.ts",
  );
  t.deepEqual(wrong.map(shown), []);
});

test("the folders of the engine import only what is below them", (t) => {
  const wrong = ours.filter(({ from, to }) => {
    if (!from.startsWith("engine/") || !to.startsWith("engine/")) return false;
    const [own, other] = [folder(from, 1), folder(to, 1)];
    return !own.endsWith(".ts") && own !== other && ENGINE[own]?.includes(other) !== true;
  });
  t.deepEqual(wrong.map(shown), []);
});

test("each outside package has one door", (t) => {
  const wrong = imports.filter(
    ({ from, to, isOurs }) => !isOurs && DOORS[to]?.test(from) === false,
  );
  t.deepEqual(wrong.map(shown), []);
});

test("packages that stay outside of the bundled programs are not imported by a call", (t) => {
  const outside = /EXTERNAL = (\[[^\]]*\])/.exec(readFileSync("scripts/build.js", "utf8"))?.[1];
  const names = [...(outside ?? "").matchAll(/"([^"]+)"/g)].map(([, name]) => name);
  t.true(names.length > 3);
  // V8 forgets where a function of a code cache would import from: put the import in a module of its own
  const wrong = imports.filter(({ to, isDynamic }) => isDynamic && names.includes(to));
  t.deepEqual(wrong.map(shown), []);
});

test("the engine reaches the disk only through its files seam", (t) => {
  const wrong = imports.filter(
    ({ from, to }) =>
      from.startsWith("engine/") && to === "node:fs" && from !== "engine/base/files.ts",
  );
  t.deepEqual(wrong.map(shown), []);
});

test("no file imports itself through others", (t) => {
  const edges = new Map<string, string[]>();
  for (const { from, to } of ours.filter((one) => !one.isTypeOnly && !one.isDynamic)) {
    edges.set(from, [...(edges.get(from) ?? []), to]);
  }
  t.deepEqual(cycles(edges), []);
});

/** Each cycle once, as the files on it. */
function cycles(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at !== -1) {
      found.push([...path.slice(at), file].join(" > "));
      return;
    }
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) walk(file, []);
  return found;
}
