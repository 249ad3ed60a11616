import type { Compat } from "./compat.js";
import type { AnyCommand } from "./define-command.js";
import type { Style } from "./line.js";
import type { CommandEntry } from "./registry.js";
import type { OutputStream } from "./streams.js";
import { upstreamHelp } from "./upstream-help.js";

/** A program: its commands and how it reads its command line. */
export interface Program {
  readonly name: string;
  readonly style: Style;
  readonly commands: readonly CommandEntry[];
  /** Set when text and options are to be those of an older release. */
  readonly asOf?: Compat | undefined;
  /** The program is one command: no command name is typed. */
  readonly only?: string;
}

/** A command that was named. */
export interface Named {
  readonly entry: CommandEntry;
  readonly command: AnyCommand;
}

/** Loads a command as the program is to show it. */
export async function loadCommand({ asOf }: Program, entry: CommandEntry): Promise<AnyCommand> {
  const command = await entry.load();
  return asOf === undefined ? command : { ...command, asOf };
}

/** Upstream's layout, or a fuller one where somebody reads it. */
export async function helpOf(
  program: Program,
  named: Named,
  stdout: OutputStream,
): Promise<string> {
  if (speaksUpstream(program) && stdout.isTTY !== true)
    return upstreamHelp(named.command, program.name);
  const { terminalHelp } = await import("./program.js");
  return terminalHelp(named.command, calledAs(program, named.entry), stdout.columns);
}

/** What is typed to call a command. */
export function calledAs(program: Program, entry: CommandEntry): string {
  return program.only === undefined ? `${program.name} ${entry.name}` : program.name;
}

/** Whether what is not read by somebody at a terminal has to be upstream's text, byte for byte. */
export function speaksUpstream(program: Program): boolean {
  return program.style === "upstream" && program.only === undefined;
}
