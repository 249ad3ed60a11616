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
  /** The program is one command: no command name is typed. */
  readonly only?: string;
}

/** Upstream's layout, or a fuller one where somebody reads it. */
export async function helpOf(
  program: Program,
  command: AnyCommand,
  stdout: OutputStream,
): Promise<string> {
  if (speaksUpstream(program) && stdout.isTTY !== true) return upstreamHelp(command, program.name);
  const called = program.only === undefined ? `${program.name} ${command.name}` : program.name;
  const { terminalHelp } = await import("./program.js");
  return terminalHelp(command, called, stdout.columns);
}

/** Whether what is not read by somebody at a terminal has to be upstream's text, byte for byte. */
export function speaksUpstream(program: Program): boolean {
  return program.style === "upstream" && program.only === undefined;
}
