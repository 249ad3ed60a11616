import { readFileSync } from "node:fs";
import test from "ava";
import { compileSql92 } from "../../../engine/filter/sql92.js";
import { compileNode } from "../../../engine/filter/sql92-compile.js";
import { parseSql92 } from "../../../engine/filter/sql92-parser.js";

type Properties = Record<string, string>;
type Outcome = "true" | "false" | "null" | "error" | "refused";

/** What evaluation gives, before only TRUE counts as a match. */
function outcome(expression: string, properties: Properties): string {
  let evaluate;
  try {
    evaluate = compileNode(parseSql92(expression));
  } catch {
    return "refused";
  }
  try {
    return `${evaluate((name) => properties[name]) as boolean | null}`;
  } catch {
    return "error";
  }
}

const NONE: Properties = {};
/** Each obtained from upstream's own parser. */
const VECTORS: readonly [expression: string, properties: Properties, outcome: Outcome][] = [
  ["a = 1", NONE, "null"],
  ["a <> 'x'", NONE, "null"],
  ["a > 1", NONE, "null"],
  ["NOT (a > 1)", NONE, "null"],
  ["'x' = a", NONE, "false"],
  ["'x' <> a", NONE, "true"],
  ["a = b", NONE, "true"],
  ["a <> b", NONE, "false"],
  ["a is null", NONE, "true"],
  ["a is not null", NONE, "false"],
  ["a = 1", { a: "1" }, "true"],
  ["a = 1", { a: "+1" }, "true"],
  ["a = 1", { a: "1.0" }, "error"],
  ["a = 1", { a: " 1" }, "error"],
  ["a = 1", { a: "x" }, "error"],
  ["a = 1.0", { a: "1" }, "true"],
  ["a > 5", { a: "5.5" }, "error"],
  ["a > 5.0", { a: "5.5" }, "true"],
  ["a = 1.5", { a: "1.5d" }, "true"],
  ["a = '5'", { a: "5" }, "true"],
  ["a > '5'", { a: "5" }, "refused"],
  ["a > b", { a: "6", b: "5.5" }, "true"],
  ["a > b", { a: "x", b: "y" }, "error"],
  ["a", { a: "true" }, "false"],
  ["a and b", { a: "1", b: "1" }, "false"],
  ["a = TRUE", { a: "true" }, "true"],
  ["a = true", { a: "TRUE" }, "true"],
  ["a = FALSE", { a: "zzz" }, "true"],
  ["TRUE", NONE, "true"],
  ["FALSE", NONE, "false"],
  ["NULL", NONE, "null"],
  ["1", NONE, "refused"],
  ["'x'", NONE, "refused"],
  ["1 = 1", NONE, "true"],
  ["1 = '1'", NONE, "true"],
  ["1 = TRUE", NONE, "false"],
  ["TRUE = 1", NONE, "refused"],
  ["NOT a > 1", NONE, "refused"],
  ["NOT a in ('x')", NONE, "refused"],
  ["NOT a = 1", { a: "1" }, "false"],
  ["a between 5 and 1", NONE, "refused"],
  ["a between 'a' and 'b'", NONE, "refused"],
  ["a between 1 and b", { a: "3", b: "5" }, "true"],
  ["a not between 1 and 5", { a: "9" }, "true"],
  ["a not between 1 and 5", NONE, "null"],
  ["a in ('x')", NONE, "null"],
  ["a not in ('x')", NONE, "null"],
  ["a in (1)", NONE, "refused"],
  ["'a' in ('a')", NONE, "refused"],
  ["a not contains 'x'", NONE, "false"],
  ["a not contains 'x'", { a: "b" }, "true"],
  ["a contains ''", { a: "b" }, "false"],
  ["a > 0.0", { a: "1" }, "refused"],
  ["a > 0E1", { a: "1" }, "refused"],
  ["a > -0.5", { a: "1" }, "true"],
  ["a = -1", { a: "-1" }, "true"],
  ["-a = 1", { a: "-1" }, "null"],
  ["a > 007", { a: "8" }, "true"],
  ["a = 3000000000", { a: "3000000000" }, "true"],
  ["a = 99999999999999999999", NONE, "refused"],
  ["a = 1 garbage", { a: "1" }, "true"],
  ["a = 1 ) x", { a: "1" }, "true"],
  ["a = 1 -- c", { a: "1" }, "true"],
  ["a = 1 @", NONE, "refused"],
  ["a = 1 OR", NONE, "refused"],
  ["", NONE, "refused"],
  ["a != 1", NONE, "refused"],
  ["a == 1", NONE, "refused"],
  ["a.b = 1", NONE, "refused"],
  ["中 = 1", NONE, "refused"],
  ["a + 1 = 2", { a: "1" }, "false"],
  ["a like 'x%'", { a: "xb" }, "false"],
  ["a-b = 1", { "a-b": "1" }, "null"],
  ["a = 1 and b = 2 or c = 3", { a: "1", b: "9", c: "3" }, "true"],
  ["(a > 1) = true", { a: "2" }, "true"],
  ["a > 1 is null", NONE, "true"],
  ["a <> 1 or a is null", NONE, "true"],
  ["a > 1 and FALSE", NONE, "false"],
  ["a > 1 or TRUE", NONE, "true"],
  ["a = 'it''s'", { a: "it's" }, "true"],
  ["a = '中文'", { a: "中文" }, "true"],
  ["a /* x */ = -- y\n 1", { a: "1" }, "true"],
  ["a startswith 'x' and a EndsWith 'z'", { a: "xyz" }, "true"],
  ["a not startswith 'y'", { a: "xyz" }, "true"],
  ["$a_1 = 1", { $a_1: "1" }, "true"],
  ["A = 1", { a: "1" }, "null"],
];

for (const [expression, properties, expected] of VECTORS) {
  test(`${expression || "nothing"} of ${JSON.stringify(properties)} is ${expected}`, (t) => {
    t.is(outcome(expression, properties), expected);
  });
}

test("random expressions come out as upstream's parser has them", (t) => {
  const text = readFileSync("test/fixtures/sql92/vectors.json", "utf8");
  const vectors = JSON.parse(text) as [string, Properties, Outcome][];
  t.true(vectors.length > 400);
  for (const [expression, properties, expected] of vectors)
    t.is(
      outcome(expression, properties),
      expected,
      `${expression} of ${JSON.stringify(properties)}`,
    );
});

test("only TRUE matches; what is refused says where and why", (t) => {
  const properties: Properties = { a: "x" };
  const lookup = (name: string): string | undefined => properties[name];
  t.true(compileSql92("a = 'x'").matches?.(lookup));
  t.false(compileSql92("b = 'x'").matches?.(lookup));
  t.false(compileSql92("a = 1").matches?.(lookup));
  const problems: [string, string][] = [
    ["a ==", 'Encountered "=" at line 1, column 4.'],
    ["a = 1 and\n  garbage >", "Encountered <EOF> at line 2, column 12."],
    ["a = 1 @", 'Encountered "@" at line 1, column 7.'],
    ["a > '1'", "Text and booleans cannot be compared by >, >=, < and <=."],
    ["1", "Expression will not result in a boolean value."],
  ];
  for (const [expression, problem] of problems)
    t.is(compileSql92(expression).problem, `Invalid MessageSelector. ${problem}`);
  t.is(compileSql92("a = 'x'"), compileSql92("a = 'x'"));
});

test("expressions of any length and depth are refused or evaluated, and neither takes long", (t) => {
  const deep = (open: string, close: string, times: number): string =>
    `${open.repeat(times)}a = 1${close.repeat(times)}`;
  t.is(outcome(deep("(", ")", 150), { a: "1" }), "true");
  for (const expression of [
    deep("(", ")", 20_000),
    deep("NOT (", ")", 10_000),
    `a > ${"- ".repeat(20_000)}1`,
    `a${" = a".repeat(15_000)}`,
    `a = '${"x''".repeat(9999)}`,
    "(".repeat(60_000),
  ])
    t.regex(compileSql92(expression).problem ?? "", /^Invalid MessageSelector\. \w/);
  const long = compileSql92(`a = 0${" or a = 1".repeat(7000)}`);
  t.true(long.matches?.(() => "1"));
  t.regex(compileSql92(`a = '${"x".repeat(65_536)}'`).problem ?? "", /65536 characters/);
});
