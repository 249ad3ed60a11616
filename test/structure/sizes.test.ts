import test from "ava";
import ts from "typescript";
import { parsed, sourcesBelow, textOf } from "./source-tree.js";

const FILE_LINES = 500;
const FUNCTION_LINES = 70;

/** Longer ones that are there, with their length. The list may only shrink: what got shorter is written here. */
const LONG_FILES: Readonly<Record<string, number>> = {};
const LONG_FUNCTIONS: Readonly<Record<string, number>> = {};

const GENERATED = ["commands/index.ts", "engine/filter/sql92-parser.ts"];
const sources = sourcesBelow("bin", "commands", "src", "engine").filter(
  (path) => !GENERATED.includes(path),
);

test(`files have at most ${FILE_LINES} lines`, (t) => {
  const lengths = sources.map((path) => [path, textOf(path).split("\n").length - 1] as const);
  t.deepEqual(over(lengths, FILE_LINES), LONG_FILES);
});

test(`functions have at most ${FUNCTION_LINES} lines`, (t) => {
  t.deepEqual(over(sources.flatMap(functionLengths), FUNCTION_LINES), LONG_FUNCTIONS);
});

function over(
  lengths: readonly (readonly [string, number])[],
  limit: number,
): Record<string, number> {
  return Object.fromEntries(lengths.filter(([, length]) => length > limit));
}

function functionLengths(path: string): [string, number][] {
  const source = parsed(path);
  const found: [string, number][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
      const line = (position: number): number =>
        source.getLineAndCharacterOfPosition(position).line;
      found.push([`${path} ${nameOf(node)}`, line(node.getEnd()) - line(node.getStart()) + 1]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(node: ts.SignatureDeclaration): string {
  const named = node.name ?? ("name" in node.parent ? node.parent.name : undefined);
  return named === undefined ? "(nameless)" : named.getText();
}
