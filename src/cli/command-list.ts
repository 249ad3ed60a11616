import type { CommandEntry } from "./registry.js";

/** What bare `mqadmin` prints, byte for byte as upstream (MQAdminStartup, from 5.1.4). */
export function upstreamCommandList(commands: readonly CommandEntry[]): string {
  const lines = commands.map(({ name, summary }) => `   ${name.padEnd(35)} ${summary}\n`);
  return (
    `The most commonly used mqadmin commands are:\n${lines.join("")}\n` +
    `See 'mqadmin help <command>' for more information on a specific command.\n`
  );
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
