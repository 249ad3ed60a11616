import { basename } from "node:path";
import test from "ava";
import { sourcesBelow, textOf } from "./source-tree.js";

const sources = sourcesBelow("bin", "commands", "src", "engine", "test");

/** Written in pieces, as this file is searched as well. */
const FORBIDDEN = [
  "TO" + "DO",
  "FIX" + "ME",
  "not " + "implemented",
  "/wo" + "rk/",
  "../sha" + "red",
  "/ro" + "ot/",
];

test("no file speaks of work left to do, or of a place on somebody's machine", (t) => {
  const found = sources.flatMap((path) => {
    const text = textOf(path);
    return FORBIDDEN.filter((word) => text.includes(word)).map((word) => `${path}: ${word}`);
  });
  t.deepEqual(found, []);
});

test("no file is called after what it is not", (t) => {
  const found = sources.filter((path) =>
    /^(utils?|helpers?|common|misc|types)\./.test(basename(path)),
  );
  t.deepEqual(found, []);
});

test("files of the engine and the toolkit are kebab-case", (t) => {
  const found = sources.filter(
    (path) =>
      !path.startsWith("commands/") &&
      !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.tsx?$/.test(basename(path)),
  );
  t.deepEqual(
    found.filter((path) => !path.startsWith("test/commands/")),
    [],
  );
});
