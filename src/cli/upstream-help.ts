import { nameAsOf } from "./compat.js";
import type { AnyCommand } from "./define-command.js";
import { exclusiveGroups, type KeyedOption, optionSet } from "./option-set.js";

const WIDTH = 110;

/** A command's help as commons-cli's HelpFormatter prints it at width 110: upstream's options only. */
export function upstreamHelp(command: AnyCommand, program = "mqadmin"): string {
  const options = optionSet(command)
    .filter(({ option }) => option.traits.isExtension !== true)
    .sort((left, right) => compare(nameOf(left), nameOf(right)));
  const usage = `usage: ${program} ${nameAsOf(command, command.asOf)} ${usageOf(command, options)}`;
  const columns = options.map(optionColumn);
  const width = Math.max(...columns.map((column) => column.length));
  const lines = options.map(({ option }, at) =>
    wrapped(`${(columns[at] ?? "").padEnd(width)}   ${option.shape.description}`, width + 3),
  );
  return `${[wrapped(usage, "usage: ".length), ...lines].join("\n")}\n`;
}

function usageOf(command: AnyCommand, options: readonly KeyedOption[]): string {
  const done = new Set<readonly string[]>();
  const parts = options.map((one) => {
    const group = one.isCommon
      ? undefined
      : exclusiveGroups(command).find((candidate) => candidate.options.includes(one.key));
    if (group === undefined) return bracketed(spelled(one), one.option.traits.isRequired === true);
    if (done.has(group.options)) return "";
    done.add(group.options);
    const members = options.filter(({ key, isCommon }) => !isCommon && group.options.includes(key));
    return bracketed(members.map(spelled).join(" | "), group.required === true);
  });
  return parts.join(" ");
}

function bracketed(text: string, isRequired: boolean): string {
  return isRequired ? text : `[${text}]`;
}

function spelled({ short, long, option }: KeyedOption): string {
  const name = short === undefined ? `--${long ?? ""}` : `-${short}`;
  return option.shape.valueName === undefined ? name : `${name} <arg>`;
}

function optionColumn({ short, long, option }: KeyedOption): string {
  const name =
    short === undefined
      ? `    --${long ?? ""}`
      : long === undefined
        ? ` -${short}`
        : ` -${short},--${long}`;
  return option.shape.valueName === undefined ? name : `${name} <arg>`;
}

function nameOf({ short, long }: KeyedOption): string {
  return short ?? long ?? "";
}

function compare(left: string, right: string): number {
  const [first, second] = [left.toLowerCase(), right.toLowerCase()];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Lines of at most the width, broken at blanks, continuation lines indented. */
function wrapped(text: string, indent: number): string {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > WIDTH) {
    let at = rest.lastIndexOf(" ", WIDTH);
    if (at <= (lines.length === 0 ? 0 : indent - 1)) at = WIDTH;
    lines.push(rest.slice(0, at).trimEnd());
    rest = " ".repeat(indent) + rest.slice(at).trim();
  }
  lines.push(rest.trimEnd());
  return lines.join("\n");
}
