/**
 * Throws inputs at a name server and a broker of their own process, and looks that they neither fall over nor hang, nor
 * grow without bound, nor write where they should not. By hand: `node build/test/torture/fuzz.js --count 200000`.
 */
import { randomInt } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { encodeFrame } from "../../engine/protocol/frame.js";
import { run, type Running, start, temporaryHome } from "../support/programs.js";
import { ESCAPES, type FuzzInput, fuzzInputs } from "./fuzz-inputs.js";
import { Random } from "./random.js";

export interface FuzzResult {
  seed: number;
  inputs: number;
  /** What went wrong; empty is good. */
  problems: string[];
  /** How many answers came, by response code: proof that inputs got as far as the processors. */
  answers: Record<string, number>;
  /** Largest resident set of the servers, MiB; 0 where it cannot be read. */
  largestMib: number;
}

/** What is told by the answers that come. */
interface Tally {
  codes: Record<string, number>;
  /** Exceptions that nobody meant to throw: a refusal has words of its own. */
  slips: Set<string>;
}

const BATCH = 40;
const LANES = 4;
/** No input may keep a server from answering another one for so long. */
const PATIENCE_MS = 15_000;
const MOST_MIB = 900;
const PROBE = 0x7eadbeef;
const UNKNOWN_CODE = 29_999;

export async function fuzz(options: { count: number; seed: number }): Promise<FuzzResult> {
  const { count, seed } = options;
  const home = temporaryHome();
  const folder = join(home.folder, "a/b/c/d/e/data");
  mkdirSync(folder, { recursive: true });
  const problems: string[] = [];
  const memory = { largestMib: 0 };
  const tally: Tally = { codes: {}, slips: new Set() };
  let inputs = 0;
  try {
    const servers = await startServers(folder, home.env);
    const generator = fuzzInputs(new Random(seed));
    const lane = async (): Promise<void> => {
      while (inputs < count && problems.length < 20 && isAlive(servers.running)) {
        const batch = take(generator, Math.min(BATCH, count - inputs));
        inputs += batch.length;
        for (const [server, port] of servers.ports) {
          const own = batch.filter((input) => input.server === server);
          if (own.length > 0) problems.push(...(await throwAt(port, own, tally)));
        }
        memory.largestMib = Math.max(memory.largestMib, residentMib(servers.running));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    problems.push(...(await stillSound(servers, { folder, home: home.folder, env: home.env })));
    problems.push(...[...tally.slips].map((slip) => `a processor slipped: ${slip}`));
    if (memory.largestMib > MOST_MIB) problems.push(`grew to ${String(memory.largestMib)} MiB`);
  } finally {
    await home.remove();
  }
  return { seed, inputs, problems, answers: tally.codes, largestMib: memory.largestMib };
}

interface Servers {
  running: Running;
  namesrv: string;
  ports: readonly (readonly [FuzzInput["server"], number])[];
}

async function startServers(folder: string, env: Record<string, string>): Promise<Servers> {
  const running = start(
    "mqctl",
    [
      ...["up", "--data", folder, "--namesrv-port", "0", "--broker-port", "0"],
      "mappedFileSizeCommitLog=4194304",
      "mappedFileSizeConsumeQueue=20000",
      "maxHashSlotNum=1000",
      "maxIndexNum=4000",
      "maxMessageSize=65536",
    ],
    { env, cwd: dirname(folder) },
  );
  await running.printed("NAMESRV_ADDR");
  const [, namesrv, broker] =
    /name server \S+:(\d+), broker \S+:(\d+)/.exec(running.stdout()) ?? [];
  const ports = [["broker", Number(broker)] as const, ["namesrv", Number(namesrv)] as const];
  return { running, namesrv: `127.0.0.1:${String(namesrv)}`, ports };
}

/**
 * One connection for the framed inputs of a batch, with a question at the end that has to be answered unless the server
 * closed; one for each other input, which has to be closed when nothing more comes.
 */
async function throwAt(port: number, batch: readonly FuzzInput[], tally: Tally): Promise<string[]> {
  const good = batch.filter((input) => input.isFramed);
  const bytes = Buffer.concat([...good.map((input) => input.bytes), probe()]);
  const outcomes = await Promise.all([
    outcomeOf(
      port,
      { ...batch[0]!, bytes, isFramed: true, about: `a batch of ${String(good.length)}` },
      tally,
    ),
    ...batch.filter((input) => !input.isFramed).map((input) => outcomeOf(port, input, tally)),
  ]);
  const problems = outcomes.filter((outcome) => outcome !== undefined);
  if (outcomes[0] === undefined) return problems;
  // which one of them was it
  for (const input of good) {
    const alone = { ...input, bytes: Buffer.concat([input.bytes, probe()]) };
    const outcome = await outcomeOf(port, alone, tally);
    if (outcome !== undefined) problems.push(outcome);
  }
  return problems;
}

/** Undefined when all is well. */
function outcomeOf(port: number, input: FuzzInput, tally: Tally): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket: Socket = connect(port, "127.0.0.1");
    const answers = new AnswerReader(tally);
    const end = (outcome: string | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => {
      end(`neither answered nor closed within ${String(PATIENCE_MS)} ms: ${input.about}`);
    }, PATIENCE_MS);
    socket.on("connect", () => {
      socket.write(input.bytes);
      if (!input.isFramed) socket.end();
    });
    socket.on("data", (chunk: Buffer) => {
      if (answers.hasProbe(chunk) && input.isFramed) end(undefined);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      end(error.code === "ECONNREFUSED" ? `nobody listens any more: ${input.about}` : undefined);
    });
    socket.on("close", () => {
      end(input.isFramed ? `closed: ${input.about}` : undefined);
    });
  });
}

/** Looks for the answer to the probe in what comes. */
class AnswerReader {
  private readonly tally: Tally;
  private rest = Buffer.alloc(0);

  constructor(tally: Tally) {
    this.tally = tally;
  }

  hasProbe(chunk: Buffer): boolean {
    this.rest = Buffer.concat([this.rest, chunk]);
    while (this.rest.length >= 4) {
      const end = 4 + this.rest.readUInt32BE(0);
      if (this.rest.length < end) return false;
      const text = this.rest.toString("latin1", 4, Math.min(end, 2000));
      this.rest = this.rest.subarray(end);
      const code = /"code":(\d+)/.exec(text)?.[1] ?? "binary";
      const { codes, slips } = this.tally;
      codes[code] = (codes[code] ?? 0) + 1;
      const slip = /(?:Type|Range|Reference|Syntax|Assertion)Error: [^"]{0,120}/.exec(text)?.[0];
      if (slip !== undefined) slips.add(slip);
      if (text.includes(`"opaque":${String(PROBE)}`)) return true;
    }
    return false;
  }
}

function probe(): Buffer {
  return Buffer.concat(
    encodeFrame({
      code: UNKNOWN_CODE,
      language: "JAVA",
      version: 479,
      opaque: PROBE,
      flag: 0,
      remark: undefined,
      extFields: {},
      body: undefined,
      serializeType: 0,
    }),
  );
}

/** Ends and starts again what was tortured: with the tables and the store it has now, and nothing beside them. */
async function stillSound(
  servers: Servers,
  place: { folder: string; home: string; env: Record<string, string> },
): Promise<string[]> {
  const { running } = servers;
  const problems: string[] = [];
  if (!isAlive(running)) {
    const { code, signal, stderr } = await running.ended;
    return [`the servers ended with ${String(code ?? signal)}: ${stderr.slice(-2000)}`];
  }
  running.child.kill("SIGTERM");
  const { code, signal, stderr } = await running.ended;
  if (code !== 143 && code !== 0) {
    problems.push(`the servers stopped with ${String(code ?? signal)}: ${stderr.slice(-2000)}`);
  }
  const again = await startServers(place.folder, place.env).catch((error: unknown) => error);
  if (again instanceof Error) problems.push(`no second start: ${again.message.slice(0, 2000)}`);
  else {
    const { running: second, namesrv } = again as Servers;
    const listed = await run("mqadmin", ["topicList", "-n", namesrv], {
      env: place.env,
    });
    if (listed.code !== 0) problems.push(`topicList after all: ${listed.stderr}`);
    second.child.kill("SIGTERM");
    await second.ended;
  }
  const strays = [
    ...strayFiles(place),
    ...ESCAPES.filter((path) => path.startsWith("/tmp/") && existsSync(path)),
  ];
  if (strays.length > 0) problems.push(`files outside of the data folder: ${strays.join(", ")}`);
  return problems;
}

/** Files below the home folder that are in neither the data nor the run folder, nor a name server's own. */
function strayFiles({ folder, home }: { folder: string; home: string }): string[] {
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(`${folder}/`) && !path.startsWith(join(home, "run/")));
}

function isAlive({ child }: Running): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function residentMib({ child }: Running): number {
  try {
    const status = readFileSync(`/proc/${String(child.pid)}/status`, "utf8");
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0; // no such file outside of Linux
  }
}

function take<T>(generator: Iterator<T>, count: number): T[] {
  const taken: T[] = [];
  for (let i = 0; i < count; i++) {
    const { value, done } = generator.next();
    if (done !== true) taken.push(value);
  }
  return taken;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { count: { type: "string", default: "200000" }, seed: { type: "string" } },
  });
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  process.stdout.write(`seed ${String(seed)}\n`);
  const began = performance.now();
  const result = await fuzz({ count: Number(values.count), seed });
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`${JSON.stringify({ ...result, seconds }, undefined, 2)}\n`);
  process.exitCode = result.problems.length === 0 ? 0 : 1;
}
