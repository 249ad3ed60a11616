import { commandList } from "./command-list.js";
import { compatIndex } from "./compat.js";
import { ExitCode } from "./exit-codes.js";
import { type Program, helpOf, loadCommand } from "./help.js";
import { nearest } from "./nearest.js";
import { namedCommand } from "./registry.js";
import type { Streams } from "./streams.js";
import { version } from "./version.js";

/** Words that every program knows besides its commands: help, --version, completion; and what is no command at all. */
export async function builtIn(
  program: Program,
  argv: readonly string[],
  { streams, list }: { streams: Streams; list: () => string },
): Promise<ExitCode> {
  const [word = "", topic] = argv;
  const imitates = program.asOf !== undefined && streams.stdout.isTTY !== true;
  // upstream knows help only with one word behind it
  const own = compatIndex(argv);
  const knowsHelp =
    !imitates || (word === "help" && (own < 0 ? argv : argv.slice(0, own)).length === 2);
  if (knowsHelp && ["help", "-h", "--help"].includes(word)) {
    if (topic === undefined) {
      streams.stdout.write(list());
      return ExitCode.ok;
    }
    const named = namedCommand(program.commands, argv.slice(1));
    if (named === undefined) return listed(program, topic, streams);
    const command = await loadCommand(program, named.entry);
    streams.stdout.write(await helpOf(program, { entry: named.entry, command }, streams.stdout));
    return ExitCode.ok;
  }
  if (word === "--version" || word === "-V") {
    streams.stdout.write(`${program.name} ${version}\n`);
    return ExitCode.ok;
  }
  if (word === "completion") {
    const { completionScript } = await import("./completion.js");
    streams.stdout.write(await completionScript(program, topic));
    return ExitCode.ok;
  }
  return listed(program, argv.slice(0, 2).join(" "), streams);
}

/** The commands below a word such as `inspect`; else it is no command at all. */
function listed(program: Program, name: string, streams: Streams): ExitCode {
  const [folder = ""] = name.split(" ");
  const below = program.commands.filter((entry) => entry.name.startsWith(`${folder} `));
  if (below.length === 0) return unknown(program, folder, streams);
  if (name !== folder && !name.startsWith(`${folder} -`)) return unknown(program, name, streams);
  streams.stdout.write(commandList(program.name, below));
  return ExitCode.ok;
}

/** Upstream's sentence on stdout for its own tool, where scripts may look for it. */
function unknown(program: Program, name: string, { stdout, stderr }: Streams): ExitCode {
  if (program.style === "upstream") stdout.write(`The sub command ${name} not exist.\n`);
  else stderr.write(`${program.name}: there is no command ${name}\n`);
  const meant = nearest(
    name,
    program.commands.map((entry) => entry.name),
  );
  if (meant !== undefined) stderr.write(`  did you mean ${meant}?\n`);
  return ExitCode.usage;
}
