import { systemClock } from "../engine/base/clock.js";
import { asksForHelp } from "./cli/argv.js";
import { compatArgument, compatOf, NEWEST_RELEASE } from "./cli/compat.js";
import type { Env } from "./cli/context.js";
import { commandList, upstreamCommandList } from "./cli/command-list.js";
import { asAsked } from "./cli/define-command.js";
import { type OpenContext, openContext, type World } from "./cli/create-context.js";
import { ExitCode, UsageError, exitCodeOf } from "./cli/exit-codes.js";
import {
  type Named,
  type Program,
  calledAs,
  helpOf,
  loadCommand,
  speaksUpstream,
} from "./cli/help.js";
import { type Line, readLine } from "./cli/line.js";
import { isRehearsed } from "./cli/option-set.js";
import { findCommand, namedCommand } from "./cli/registry.js";
import { reportFailure } from "./cli/report.js";
import { type Signals, watchSignals, withoutSignals } from "./cli/signals.js";
import type { Streams } from "./cli/streams.js";
import type { Format } from "./output/formats.js";
import { ClosedPipeError } from "./output/writer.js";

/** A command that was named, with what was typed behind the name. */
interface Call extends Named {
  readonly program: Program;
  readonly argv: readonly string[];
}

/** The world outside, and who tells of signals while a command runs. */
export interface Surroundings extends Omit<World, "signal"> {
  readonly watch?: (isResident: boolean) => Signals;
}

/** Runs a program's command line. The only place that catches everything; resolves to the exit code. */
export async function main(
  program: Program,
  argv: readonly string[],
  world: Surroundings,
): Promise<ExitCode> {
  let who = program.name;
  try {
    const call = await choose(asOfRelease(program, argv, world.env), argv, world);
    if (typeof call === "number") return call;
    who = calledAs(program, call.entry);
    return await perform(call, world);
  } catch (thrown) {
    if (thrown instanceof ClosedPipeError) return ExitCode.ok;
    reportFailure(thrown, { stderr: world.streams.stderr, who });
    return exitCodeOf(thrown);
  }
}

/** The program as the release that --compat or MQADMIN_COMPAT names has it. */
function asOfRelease(program: Program, argv: readonly string[], env: Env): Program {
  if (!speaksUpstream(program)) return program;
  const compat = compatOf(compatArgument(argv), env);
  return compat.release === NEWEST_RELEASE ? program : { ...program, asOf: compat };
}

/** The command that is meant, or the exit code where that is all there is to do. */
async function choose(
  program: Program,
  argv: readonly string[],
  { streams }: Surroundings,
): Promise<Call | ExitCode> {
  const { stdout } = streams;
  const only = program.only === undefined ? undefined : findCommand(program.commands, program.only);
  if (only !== undefined)
    return { program, entry: only, command: await loadCommand(program, only), argv };
  const list = (): string =>
    program.style === "upstream"
      ? upstreamCommandList(program.commands, program.asOf ?? compatOf(undefined, {}))
      : commandList(program.name, program.commands);
  if (argv.length === 0) {
    stdout.write(list());
    return ExitCode.ok;
  }
  const named = namedCommand(program.commands, argv);
  if (named !== undefined) {
    const { entry, rest } = named;
    return { program, entry, command: await loadCommand(program, entry), argv: rest };
  }
  const { builtIn } = await import("./cli/built-in.js");
  return builtIn(program, argv, { streams, list });
}

async function perform(call: Call, world: Surroundings): Promise<ExitCode> {
  const { command, argv, program } = call;
  const { streams } = world;
  let line: Line;
  try {
    line = await readLine(command, argv, program.style);
  } catch (thrown) {
    return await refuse(call, thrown, world);
  }
  if (line.common["help"] === true) {
    streams.stdout.write(await helpOf(program, call, streams.stdout));
    return ExitCode.ok;
  }
  const signals = (world.watch ?? withoutSignals)(command.resident === true);
  const format = line.common["output"] as Format | undefined;
  let open: OpenContext | undefined;
  try {
    const within = { ...world, signal: signals.signal };
    if (isRehearsed(command)) {
      const { goesOn } = await import("./cli/rehearsal.js");
      const planned = await signals.unlessStopped(() =>
        goesOn(command, line, { ...within, format }),
      );
      if (planned !== undefined) return planned;
    }
    open = await openContext(command, line, within);
    const { context } = open;
    const { render } = await import("./output/render.js");
    const asked = asAsked(command, line.own);
    const rows = await signals.unlessStopped(() => asked.run(context, line.own, line.words));
    await signals.unlessStopped(() =>
      render(rows, { command: asked, format, options: line.own, context }),
    );
    return open.exitCode() ?? signals.exitCode() ?? ExitCode.ok;
  } catch (thrown) {
    const stopped = signals.exitCode();
    if (stopped !== undefined) return stopped;
    return await failed(call, thrown, { ...world, format });
  } finally {
    await open?.close();
    signals.close();
  }
}

/** The line does not parse: upstream's help on stdout, its message on stderr. */
async function refuse(call: Call, thrown: unknown, { streams }: Surroundings): Promise<ExitCode> {
  const { program, command, argv } = call;
  const wantsHelp = asksForHelp(command, argv);
  if (!(thrown instanceof UsageError)) throw thrown;
  const isUpstream = speaksUpstream(program);
  if (!wantsHelp && !(isUpstream && thrown.showHelp)) throw thrown;
  const isPlain = isUpstream && streams.stdout.isTTY !== true;
  if (wantsHelp || isPlain) streams.stdout.write(await helpOf(program, call, streams.stdout));
  // upstream says what is missing also when help was asked for: kept where nobody looks, for whoever compares
  const saysWhat = program.asOf?.isBefore("5.1.4") !== true;
  if (saysWhat && (!wantsHelp || (isUpstream && streams.stderr.isTTY !== true))) {
    streams.stderr.write(`${thrown.message}\n`);
    if (thrown.hint !== undefined) streams.stderr.write(`  ${thrown.hint}\n`);
  }
  return wantsHelp ? ExitCode.ok : ExitCode.usage;
}

/** The command failed: what upstream prints as ordinary text stays so in Apache's text. */
async function failed(
  call: Call,
  thrown: unknown,
  world: Surroundings & { format: Format | undefined },
): Promise<ExitCode> {
  const { streams, format } = world;
  const isPlain = format === "plain" || (format === undefined && streams.stdout.isTTY !== true);
  if (isPlain && call.program.asOf !== undefined) {
    const { passedOverText } = await import("./admin/plain-text-error.js");
    const text = passedOverText(thrown);
    if (text !== undefined) {
      streams.stdout.write(text);
      if (streams.stderr.isTTY === true)
        reportFailure(thrown, { stderr: streams.stderr, who: calledAs(call.program, call.entry) });
      return exitCodeOf(thrown);
    }
  }
  if (isPlain && hasPlainText(thrown)) {
    streams.stdout.write(thrown.plainText);
    return exitCodeOf(thrown);
  }
  if (thrown instanceof UsageError && thrown.showHelp) {
    streams.stdout.write(await helpOf(call.program, call, streams.stdout));
    if (streams.stderr.isTTY === true) streams.stderr.write(`${thrown.message}\n`);
    return ExitCode.usage;
  }
  throw thrown;
}

function hasPlainText(thrown: unknown): thrown is { plainText: string } {
  return thrown instanceof Error && "plainText" in thrown;
}

/** Runs a program with the real world and ends the process. */
export async function runProcess(program: Program): Promise<never> {
  const streams = processStreams();
  const code = await main(program, process.argv.slice(2), {
    streams,
    env: process.env,
    clock: systemClock({ keepAlive: true }),
    watch: watchSignals,
  });
  await new Promise<void>((resolve) => streams.stdout.write("", () => resolve()));
  process.exit(code);
}

/** The process's streams. Node makes each when it is first asked for, which most commands never do for stdin. */
function processStreams(): Streams {
  const quiet = (stream: NodeJS.WriteStream): NodeJS.WriteStream =>
    // a closed pipe comes as the result of the write it hit
    stream.listenerCount("error") > 0 ? stream : stream.on("error", () => undefined);
  return {
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return quiet(process.stdout);
    },
    get stderr() {
      return quiet(process.stderr);
    },
  };
}
