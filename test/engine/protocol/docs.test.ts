import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import test from "ava";
import { requestTable } from "./request-table.js";

const PAGE = "docs/protocol.md";
const TABLE = /(?<=<!-- requests: begin -->\n)[^]*(?=<!-- requests: end -->)/;

test("the page of the protocol lists every request as it is defined", (t) => {
  const page = readFileSync(PAGE, "utf8");
  const fresh = page.replace(TABLE, `\n${requestTable()}\n\n`);
  if (process.env.UPDATE_DOCS === "1") writeFileSync(PAGE, fresh);
  else t.is(page, fresh, "stale: run this test with UPDATE_DOCS=1");
  t.true(fresh.includes("| 11 | PULL_MESSAGE | defined | broker |"));
});

test("every fact of the protocol that code or a test cites is on the page, once", (t) => {
  const page = readFileSync(PAGE, "utf8");
  const known = [...page.matchAll(/\*\*\[(R-[A-Z]+-\d+)\]\*\*/g)].map((match) => match[1]);
  t.is(new Set(known).size, known.length);
  const cited = new Set(["engine", "test", "src"].flatMap(citations));
  for (const id of cited) t.true(known.includes(id), `${id} is cited but not on the page`);
  for (const id of known) t.true(cited.has(id ?? ""), `${id} is on the page but cited nowhere`);
});

function citations(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap(
      (name) => readFileSync(`${folder}/${name}`, "utf8").match(/(?<=\[)R-[A-Z]+-\d+(?=\])/g) ?? [],
    );
}
