import { type Compat, nameAsOf } from "./compat.js";
import type { CommandEntry } from "./registry.js";

/** What bare `mqadmin` prints, byte for byte as upstream's release does (MQAdminStartup). */
export function upstreamCommandList(commands: readonly CommandEntry[], compat: Compat): string {
  const width = compat.isBefore("5.0.0") ? 20 : compat.isBefore("5.1.4") ? 25 : 35;
  const lines = commands
    .filter(({ since, until }) => !compat.isBefore(since ?? "0.0") && isListed(until, compat))
    .map((entry) => `   ${nameAsOf(entry, compat).padEnd(width)} ${summaryOf(entry, compat)}\n`);
  return (
    `The most commonly used mqadmin commands are:\n${lines.join("")}\n` +
    `See 'mqadmin help <command>' for more information on a specific command.\n`
  );
}

function isListed(until: string | undefined, compat: Compat): boolean {
  return until === undefined || compat.isBefore(until);
}

function summaryOf({ summary, formerSummary }: CommandEntry, compat: Compat): string {
  return formerSummary?.find(({ before }) => compat.isBefore(before))?.summary ?? summary;
}

/** The commands of a program of our own. */
export function commandList(program: string, commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}\n`);
  return (
    `Usage: ${program} <command> [options]\n\nCommands:\n${lines.join("")}\n` +
    `'${program} help <command>' tells more of one; '${program} completion bash|zsh|fish' prints shell completion.\n`
  );
}
