import type { AnyCommand, CommandDefinition, Impact } from "./define-command.js";

/** What is known of a command before its file is loaded. */
export interface CommandEntry {
  /** As typed behind the program's name: one word, or two such as `inspect commitlog`. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** Folder of the command: upstream's group. */
  readonly group: string;
  readonly summary: string;
  readonly since?: string;
  readonly until?: string;
  readonly formerSummary?: CommandDefinition["formerSummary"];
  readonly formerName?: CommandDefinition["formerName"];
  readonly impact: Impact;
  readonly load: () => Promise<AnyCommand>;
}

/** The command of that name or alias, in any case. */
export function findCommand(
  commands: readonly CommandEntry[],
  name: string,
): CommandEntry | undefined {
  const wanted = name.toLowerCase();
  return commands.find(
    (entry) =>
      entry.name.toLowerCase() === wanted ||
      entry.aliases.some((alias) => alias.toLowerCase() === wanted),
  );
}

/** The command that a command line begins with, and the words behind its name. */
export function namedCommand(
  commands: readonly CommandEntry[],
  argv: readonly string[],
): { readonly entry: CommandEntry; readonly rest: readonly string[] } | undefined {
  for (const words of [2, 1]) {
    const entry =
      argv.length < words ? undefined : findCommand(commands, argv.slice(0, words).join(" "));
    if (entry !== undefined) return { entry, rest: argv.slice(words) };
  }
  return undefined;
}
