import test from "ava";
import { parse } from "yaml";
import { ManualClock } from "../../../engine/base/clock.js";
import type { AnyCommand } from "../../../src/cli/define-command.js";
import { main } from "../../../src/main.js";
import { memoryStreams } from "../../support/memory-streams.js";
import { entryOf } from "../../support/sample-command.js";

interface Row {
  readonly topic: string;
  readonly offset: number | bigint | undefined;
  readonly at: number;
}

const ROWS: readonly Row[] = [
  { topic: 'pay "events", 1', offset: 9223372036854775807n, at: 1_758_273_931_118 },
  { topic: "größe\nzwei", offset: undefined, at: 0 },
];

const listing: AnyCommand = {
  name: "listing",
  summary: "List.",
  impact: "read",
  offline: true,
  options: {},
  examples: [],
  run: () => ROWS,
  columns: [
    { header: "#Topic", key: "topic" },
    { header: "#Offset", key: "offset" },
    { header: "#Last", key: "last", kind: "time", value: (row: Row) => row.at },
  ],
};

async function output(
  format: string,
  command: AnyCommand = listing,
  isTTY = false,
): Promise<string> {
  const streams = memoryStreams({ isTTY });
  const argv = [command.name, ...(format === "" ? [] : ["-o", format])];
  const program = { name: "mqctl", style: "gnu", commands: [entryOf(command)] } as const;
  const code = await main(program, argv, {
    streams,
    env: { NO_COLOR: "1" },
    clock: new ManualClock(0),
  });
  return code === 0 ? streams.stdout.text : `${code}: ${streams.stderr.text}`;
}

const [FIRST, SECOND] = [
  { topic: 'pay "events", 1', last: "2025-09-19T09:25:31.118Z", lastMs: 1_758_273_931_118 },
  { topic: "größe\nzwei", offset: null, last: null, lastMs: null },
] as const;

test("json is one list, times are ISO 8601 with their milliseconds, unknown is null", async (t) => {
  const text = await output("json");
  const read = JSON.parse(text) as unknown[];
  t.like(read, [FIRST, SECOND]);
  t.true(text.includes('"offset": 9223372036854775807,'), "an int64 keeps all its digits");
});

test("jsonl is one record a line", async (t) => {
  const lines = (await output("jsonl")).trimEnd().split("\n");
  t.is(lines.length, 2);
  t.like(JSON.parse(lines[1] ?? ""), SECOND);
});

test("yaml reads back", async (t) => {
  const read = parse(await output("yaml"), { intAsBigInt: true }) as Record<string, unknown>[];
  t.like(read[0], { topic: FIRST.topic, offset: 9223372036854775807n });
  t.like(read[1], { topic: SECOND.topic, offset: null });
});

test("csv has a header, quotes what needs it and leaves unknown empty", async (t) => {
  t.is(
    await output("csv"),
    'topic,offset,last,lastMs\n"pay ""events"", 1",9223372036854775807,2025-09-19T09:25:31.118Z,1758273931118\n' +
      '"größe\nzwei",,,\n',
  );
});

test("no rows are an empty list in every format", async (t) => {
  const empty = { ...listing, run: () => [] };
  t.is(await output("json", empty), "[]\n");
  t.is(await output("jsonl", empty), "");
  t.is(await output("yaml", empty), "[]\n");
  t.is(await output("csv", empty), "topic,offset,last,lastMs\n");
  t.is(await output("plain", empty), "#Topic  #Offset  #Last\n");
});

test("a single record is an object in json and yaml", async (t) => {
  const one: AnyCommand = { ...listing, single: true, run: () => [ROWS[1]] };
  t.like(JSON.parse(await output("json", one)), SECOND);
  t.like(parse(await output("yaml", one)), SECOND);
});

test("a record of the command's own goes into json and csv whole", async (t) => {
  const own: AnyCommand = {
    ...listing,
    record: (row: Row) => ({ name: row.topic, more: { at: row.at, tags: ["a"] } }),
  };
  t.like(JSON.parse(await output("json", own)), [
    { more: { at: 1_758_273_931_118, tags: ["a"] } },
    { name: "größe\nzwei" },
  ]);
  t.regex(
    await output("csv", own),
    /^name,more\n"pay ""events"", 1","\{""at"":1758273931118,""tags"":\[""a""\]\}"\n/,
  );
});

test("a table is what a terminal gets, and upstream's text what a pipe gets", async (t) => {
  const shown = await output("", listing, true);
  t.regex(shown, /^Topic +Offset +Last\n/);
  t.regex(shown, /9223372036854775807 +2025-09-19T09:25:31.118Z\n/);
  t.is(await output("table"), shown);
  t.regex(await output(""), /^#Topic/);
});

test("an unknown format is a usage error that lists the known ones", async (t) => {
  t.regex(await output("xml"), /^2: .*xml is none of plain, table, json, jsonl, yaml, csv/);
});

test("a table of a command without columns shows the keys of its records", async (t) => {
  const nested: AnyCommand = {
    ...listing,
    columns: [],
    run: () => [
      { address: "a:1", config: new Map([["port", 9876]]), peers: ["x", "y"], list: [{ id: 1n }] },
      { address: "b:1", config: null },
    ],
  };
  t.is(
    await output("table", nested),
    "address      a:1\nconfig.port  9876\npeers        x, y\nlist.0.id    1\n\naddress  b:1\nconfig   -\n",
  );
});
