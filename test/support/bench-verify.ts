/**
 * How fast `mqctl store verify` is on this machine, in two steps:
 *
 *     node build/test/support/bench-verify.js build FOLDER [--gib 4] [--body 1024] [--keys]
 *     node build/test/support/bench-verify.js run FOLDER [--rounds 5]
 *
 * `build` lets a client send to a broker of its own, and kills that with -9 when its log has the size: the store is in
 * FOLDER. `run` verifies it round by round, with a checksum over the same bytes in between, in pieces as large as the
 * bodies and nothing else done: the speed that verify cannot reach. Bytes are those of the log, time is that of
 * processors, which what else runs there does not change much.
 */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { crc32 } from "node:zlib";
import { createClient } from "../../engine/client/client.js";
import { Producer } from "../../engine/client/producer.js";
import { startNamesrv } from "../../engine/index.js";
import { programPath, startBrokerProcess, temporaryHome } from "./programs.js";

const GIB = 1 << 30;
const TOPIC = "bench-verify";
const LANES = 8;
/** Bytes of bodies in one batch. */
const BATCH = 256 << 10;
const WINDOW = 1 << 20;

/** Printed by a process when it ends, its own threads included. */
interface Cost {
  user: number;
  system: number;
  /** KiB. */
  maxRSS: number;
}

const TELL_COST = `import { isMainThread } from "node:worker_threads";
if (isMainThread) process.on("exit", () => {
  const { userCPUTime: user, systemCPUTime: system, maxRSS } = process.resourceUsage();
  process.stderr.write("\\ncost " + JSON.stringify({ user, system, maxRSS }) + "\\n");
});`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    gib: { type: "string", default: "4" },
    body: { type: "string", default: "1024" },
    keys: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    "crc-only": { type: "boolean", default: false },
  },
});
const [verb = "", path = ""] = positionals;
const folder = resolve(path);
if (path === "" || (verb !== "build" && verb !== "run")) {
  process.stderr.write("bench-verify.js build|run FOLDER\n");
  process.exit(2);
}
if (verb === "build") await build();
else if (values["crc-only"]) checksum();
else measure();

async function build(): Promise<void> {
  const home = temporaryHome();
  const namesrv = await startNamesrv();
  const settings = [
    `storePathRootDir=${folder}`,
    ...["mappedFileSizeCommitLog=1073741824", "defaultTopicQueueNums=8"],
  ];
  const client = createClient({ namesrv: namesrv.address });
  await client.start();
  const producer = new Producer(client, { group: "bench-verify", sendTimeoutMs: 60_000 });
  producer.start();
  try {
    const broker = await startBrokerProcess(home, { namesrv: namesrv.address, settings });
    const body = Buffer.alloc(Number(values.body), "0123456789abcdef");
    const size = BATCH / body.length;
    const wanted = Number(values.gib) * GIB;
    let [bytes, number] = [0, 0];
    const lane = async (): Promise<void> => {
      while (bytes < wanted) {
        const batch = Array.from({ length: Math.max(1, size) }, () => ({
          ...{ topic: TOPIC, body, tags: `Tag${String(number++ % 5)}` },
          ...(values.keys && { keys: [`order-${String(number)}`] }),
        }));
        bytes += batch.length * (body.length + 250);
        await producer.sendBatch(batch);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    broker.child.kill("SIGKILL");
    await broker.ended;
    process.stdout.write(`${String(number)} messages sent to ${folder}\n`);
  } finally {
    await producer.stop();
    await client.stop();
    await namesrv.stop();
    await home.remove();
  }
}

function measure(): void {
  const bytes = logFiles().reduce((sum, file) => sum + statSync(file).size, 0);
  const own = fileURLToPath(import.meta.url);
  for (let round = 0; round < Number(values.rounds); round++) {
    timed("verify", bytes, [programPath("mqctl"), "store", "verify", folder, "--output", "json"]);
    timed("crc32", bytes, [own, "run", folder, "--crc-only", "--body", values.body]);
  }
}

function timed(what: string, bytes: number, argv: readonly string[]): void {
  const preload = ["--import", `data:text/javascript,${encodeURIComponent(TELL_COST)}`];
  const began = performance.now();
  const { status, stderr, stdout } = spawnSync(process.execPath, [...preload, ...argv], {
    encoding: "utf8",
    maxBuffer: GIB,
  });
  const seconds = (performance.now() - began) / 1000;
  const told = /^cost (.*)$/m.exec(stderr)?.[1];
  if (told === undefined) throw new Error(`${what} ended with ${String(status)}: ${stderr}`);
  const { user, system, maxRSS } = JSON.parse(told) as Cost;
  const cpu = (user + system) / 1e6;
  const verdict = /"verdict": ?"(\w+)"/.exec(stdout)?.[1] ?? "";
  process.stdout.write(
    `${what.padEnd(6)} ${(bytes / cpu / 1e9).toFixed(2)} GB per second of processor time ` +
      `(${cpu.toFixed(2)} s: ${(user / 1e6).toFixed(2)} user, ${(system / 1e6).toFixed(2)} system), ` +
      `${seconds.toFixed(2)} s by the clock, ${String(Math.round(maxRSS / 1024))} MiB ${verdict}\n`,
  );
}

/** Every byte of the log through the checksum, in pieces of the size of a body. */
function checksum(): void {
  const window = new Uint8Array(WINDOW);
  const piece = Number(values.body);
  for (const file of logFiles()) {
    const fd = openSync(file, "r");
    for (let came = readSync(fd, window); came > 0; came = readSync(fd, window)) {
      for (let at = 0; at < came; at += piece)
        crc32(window.subarray(at, Math.min(came, at + piece)));
    }
    closeSync(fd);
  }
}

function logFiles(): string[] {
  const log = join(folder, "commitlog");
  return readdirSync(log).map((name) => join(log, name));
}
