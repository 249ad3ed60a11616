import type { AnyCommand, Impact } from "./define-command.js";

/** What is known of a command before its file is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Folder of the command: upstream's group. */
  readonly group: string;
  readonly summary: string;
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
