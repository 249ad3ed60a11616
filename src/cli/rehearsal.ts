import { type PlannedChange, Rehearsal, type State, text } from "../admin/change.js";
import type { Format } from "../output/formats.js";
import { render } from "../output/render.js";
import { confirmed } from "./confirm.js";
import { openContext, type World } from "./create-context.js";
import { type AnyCommand, defineCommand } from "./define-command.js";
import { ExitCode } from "./exit-codes.js";
import type { Line } from "./line.js";
import type { Streams } from "./streams.js";

/** Whether somebody is there to be asked and did not say --yes. */
export function wantsQuestion(line: Line, streams: Streams): boolean {
  if (line.common["yes"] === true) return false;
  return streams.stderr.isTTY === true && streams.stdin.isTTY === true;
}

/**
 * Before a command that changes something: with --dry-run shows what would be changed, on a terminal shows it and asks.
 * The exit code where that is all there is to do.
 */
export async function goesOn(
  command: AnyCommand,
  line: Line,
  world: World & { readonly format: Format | undefined },
): Promise<ExitCode | undefined> {
  const isDry = line.common["dryRun"] === true;
  if (!isDry && !wantsQuestion(line, world.streams)) return undefined;
  const rehearsal = new Rehearsal();
  const open = await openContext(command, line, { ...world, rehearsal });
  try {
    const { context } = open;
    const rows = await command.run(context, line.own, line.words);
    // which change comes next may depend on rows that came before
    for await (const _ of rows) if (world.signal.aborted) break;
    const { changes } = rehearsal;
    if (isDry) {
      await render(changes, { command: planCommand, format: world.format, options: {}, context });
      return open.exitCode() ?? ExitCode.ok;
    }
    return (await allowed(changes, world.streams)) ? undefined : ExitCode.failed;
  } finally {
    await open.close();
  }
}

/** Shows on the terminal what will be changed, and asks. */
async function allowed(changes: readonly PlannedChange[], streams: Streams): Promise<boolean> {
  if (changes.length === 0) return true;
  for (const change of changes) streams.stderr.write(changeText(change));
  if (await confirmed("Go on?", streams)) return true;
  streams.stderr.write("nothing was changed\n");
  return false;
}

/** The rows of a rehearsal, in every format. */
export const planCommand = defineCommand({
  name: "dry-run",
  summary: "What would be changed.",
  impact: "read",
  options: {},
  examples: [],
  run: (): PlannedChange[] => [],
  columns: [],
  record: ({ target, request, code, fields, before, after }: PlannedChange) => ({
    target,
    request,
    code,
    fields,
    before: before ?? null,
    after: after ?? null,
    isBeforeKnown: before !== undefined,
  }),
  shape: {
    target: "string",
    request: "string",
    code: "integer?",
    fields: "any",
    before: "any",
    after: "any",
    isBeforeKnown: "boolean",
  },
  async *plain(rows: Iterable<PlannedChange> | AsyncIterable<PlannedChange>) {
    let count = 0;
    for await (const change of rows) {
      count++;
      yield changeText(change);
    }
    yield count === 0 ? "nothing would be sent\n" : "nothing was sent\n";
  },
});

function changeText(change: PlannedChange): string {
  const { target, request, code, fields, before, after } = change;
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${text(value).trimEnd()}`);
  const lines = [
    `${request}${code === null ? "" : ` (${String(code)})`} to ${target}`,
    ...(shown.length === 0 ? [] : [`  ${shown.join(" ")}`]),
    ...differences(before, after).map((line) => `  ${line}`),
  ];
  return `${lines.join("\n")}\n`;
}

function differences(before: State | undefined, after: State | undefined): string[] {
  if (after === undefined) return [];
  if (after === null) return [before === null ? "is not there" : "removed"];
  const known = before ?? {};
  const first = before === null ? ["new"] : [];
  const changed = Object.entries(after)
    .filter(([key, value]) => before === undefined || text(known[key]) !== text(value))
    .map(([key, value]) => {
      const old = before === undefined ? "?" : key in known ? text(known[key]) : "-";
      return `${key}: ${old} -> ${text(value)}`;
    });
  return [...first, ...(changed.length === 0 && before !== null ? ["no difference"] : changed)];
}
