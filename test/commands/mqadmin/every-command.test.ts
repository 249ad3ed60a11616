import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { parse as parseYaml } from "yaml";
import { mqadmin } from "../../../commands/index.js";
import type { CommandEntry } from "../../../src/cli/registry.js";
import type { CommandCase, CommandCases, Never } from "../../support/command-cases.js";
import { csvRecords } from "../../support/csv-records.js";
import { fitsSchema } from "../../support/json-schema.js";
import { type Printed, runMqadmin } from "../../support/mqadmin.js";
import { type StagedCluster, stageCluster } from "../../support/staged-cluster.js";

/** Nobody listens here. */
const NOWHERE = "127.0.0.1:1";

const cases: CommandCases = Object.assign(
  {},
  ...(
    await Promise.all(
      readdirSync(fileURLToPath(new URL("cases", import.meta.url)))
        .filter((file) => file.endsWith(".js"))
        .map(async (file) =>
          Object.values((await import(`./cases/${file}`)) as Record<string, CommandCases>),
        ),
    )
  ).flat(),
) as CommandCases;

/** Commands that only look at this machine's files. */
const ASKS_NOBODY = ["exportMetadataInRocksDB", "dumpCompactionLog"];

function lineOf(refused: CommandCase["refused"]): string | Never {
  return typeof refused === "object" && "line" in refused ? refused.line : refused;
}

let cluster: StagedCluster;
test.before(async () => {
  cluster = await stageCluster();
});
test.after.always(() => cluster.stop());

test("every command has its cases", (t) => {
  const names = mqadmin.map(({ name }) => name);
  t.deepEqual(
    names.filter((name) => cases[name] === undefined),
    [],
  );
});

for (const entry of mqadmin) {
  const own = cases[entry.name];
  if (own === undefined) continue;
  const { name } = entry;
  const { success, notFound, refused, badValue } = own;
  const wellFormed = [success, lineOf(refused), notFound].find((line) => typeof line === "string");
  if (typeof success === "string") {
    test.serial(
      `${name} succeeds in every format, and its JSON is as its schema says`,
      async (t) => {
        for (const line of own.before ?? []) t.is((await run(line, own)).code, 0, line);
        await everyFormat(t, entry, { ...own, success });
      },
    );
    if (entry.impact !== "read") {
      test.serial(`${name} --dry-run says what it would do`, async (t) => {
        const { code, stdout, stderr } = await run(`${success} --dry-run`, own);
        t.is(code, 0, stderr);
        t.regex(stdout, /nothing (was|would be) sent\n$/);
        const json = await run(`${success} --dry-run --output json`, own);
        t.true(Array.isArray(JSON.parse(json.stdout)));
      });
    }
  }
  if (wellFormed !== undefined) {
    if (!ASKS_NOBODY.includes(name)) {
      test.serial(`${name} ends with 5 when no name server is reached`, async (t) => {
        const line = wellFormed.replaceAll("{broker}", NOWHERE);
        const { code, stderr } = await runMqadmin([
          ...wordsOf(line),
          "-n",
          NOWHERE,
          "--timeout",
          "2s",
        ]);
        t.is(code, 5, stderr);
      });
    }
    test.serial(`${name} refuses an option it does not have and names the nearest`, async (t) => {
      const command = await entry.load();
      const [long = "help"] = Object.values(
        command.options as Record<string, { shape: { long?: string } }>,
      )
        .map(({ shape }) => shape.long)
        .filter((one) => one !== undefined && one.length > 3 && !one.includes(" "));
      const { code, stderr } = await run(`${wellFormed} --${long}zq x`, own);
      t.is(code, 2);
      t.true(stderr.includes(`--${long}`), stderr);
    });
  }
  ends(name, notFound, { own, code: 3, says: "says that what was named is not there" });
  if (typeof refused === "object" && "never" in refused) ends(name, refused, { own, code: 1 });
  else {
    const { line, code } = typeof refused === "string" ? { line: refused, code: 1 } : refused;
    ends(name, line, { own, code, says: "reports a refusal" });
  }
  ends(name, badValue, { own, code: 2, says: "refuses a value that cannot be" });
}

function ends(
  name: string,
  line: string | Never,
  want: { own: CommandCase; code: number; says?: string },
): void {
  if (typeof line !== "string") return;
  test.serial(`${name} ${want.says ?? "fails"}: exit ${want.code}`, async (t) => {
    const { code, stdout, stderr } = await run(line, want.own);
    t.is(code, want.code, `${stdout}${stderr}`);
  });
}

async function everyFormat(
  t: ExecutionContext,
  entry: CommandEntry,
  own: CommandCase & { success: string },
): Promise<void> {
  const printed = async (format: string): Promise<string> => {
    const { code, stdout, stderr } = await run(`${own.success} --output ${format}`, own);
    t.is(code, 0, `${format}: ${stderr}`);
    return stdout;
  };
  const command = await entry.load();
  const json = JSON.parse(await printed("json")) as unknown;
  fitsSchema(t, json, { program: "mqadmin", name: entry.name, command });
  const records = command.single === true ? [json] : (json as unknown[]);
  const lines = (await printed("jsonl")).split("\n").filter((line) => line !== "");
  for (const line of lines) t.notThrows(() => JSON.parse(line) as unknown);
  const yaml = parseYaml(await printed("yaml")) as unknown;
  t.is(Array.isArray(yaml), command.single !== true);
  const csv = csvRecords(await printed("csv"));
  t.true(csv.every((fields) => fields.length === csv[0]?.length));
  if (own.stopAfterMs === undefined && entry.impact === "read") {
    t.is(lines.length, records.length);
    t.is(Math.max(0, csv.length - 1), records.length);
  }
  await printed("table");
  await printed("plain");
}

async function run(line: string, own: CommandCase): Promise<Printed> {
  const isSuccess = typeof own.success === "string" && line.startsWith(own.success);
  for (const before of isSuccess ? (own.each ?? []) : [])
    await runMqadmin([...wordsOf(before), "-n", cluster.namesrv]);
  const words = [...wordsOf(line), "-n", cluster.namesrv];
  return runMqadmin(words, {}, own.stopAfterMs);
}

/** Words between blanks; quotes keep blanks. */
function wordsOf(line: string): string[] {
  return [...cluster.fill(line).matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
}
