/**
 * Damages a small store in one place after the other, and looks that opening, verify, repair and undo neither fall over nor
 * hang, that verify names what it can tell, that repair keeps all that was whole, and that undo brings every byte back.
 * By hand: `node build/test/torture/damage.js --flips 65536 --cuts 65536 --random 20000 --lanes 2`.
 */
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
  ftruncateSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { systemClock } from "../../engine/base/clock.js";
import { RocketmqError } from "../../engine/base/errors.js";
import { createMessageStore } from "../../engine/store/message-store.js";
import { verifyStore } from "../../src/inspect/verify/verify-store.js";
import { repairStore } from "../../src/repair/repair-store.js";
import { undoRepair } from "../../src/repair/undo.js";
import {
  contentsOf,
  copyStore,
  FILE_SIZE,
  kindOfByte,
  type Stage,
  type StagedRecord,
  stageConfig,
  writeStage,
} from "./damage-stage.js";
import { Random } from "./random.js";

export interface DamageResult {
  seed: number;
  cases: number;
  /** What went wrong; empty is good. */
  problems: string[];
  /** Flips that verify named, of those it could, and those that nothing in the format tells. */
  named: number;
  tellable: number;
  untellable: number;
  /** Flips that repair took back exactly. */
  mended: number;
}

export interface DamageOptions {
  /** Flips of one bit at so many bytes in a row of the log, and at so many places anywhere. */
  flips: number;
  random: number;
  /** Cuts at so many bytes before the end of the log. */
  cuts: number;
  seed: number;
  /** Takes each `of`th case, beginning at `lane`. */
  lane?: number;
  of?: number;
  /** Of the cases only every so manyth. */
  every?: number;
}

/** One way to damage the store. */
type Damage =
  | { kind: "flip"; file: string; at: number; bit: number }
  | { kind: "cut"; physical: number; isCrash: boolean }
  | { kind: "short"; file: string; size: number };

const LOG_BYTES = 200 * 1024;
const REGION = 64 * 1024;
/** No case may take so long. */
const PATIENCE_MS = 20_000;
const MOST_PROBLEMS = 30;
/** The repaired store is opened by a broker's store in every so manyth case. */
const OPEN_EVERY = 20;

export async function damageStore(options: DamageOptions): Promise<DamageResult> {
  const base = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "damage-"));
  const random = new Random(options.seed);
  const { lane = 0, of = 1, every = 1 } = options;
  try {
    const stage = await writeStage(join(base, "stage"), LOG_BYTES, random);
    const run = new DamageRun(stage, join(base, "work"));
    let number = 0;
    for (const damage of damages(stage, options, random)) {
      if (number++ % (of * every) !== lane * every) continue;
      await run.one(damage);
      if (run.result.problems.length >= MOST_PROBLEMS) break;
    }
    return { seed: options.seed, ...run.result };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

function* damages(stage: Stage, options: DamageOptions, random: Random): Generator<Damage> {
  for (let back = 1; back <= Math.min(options.cuts, stage.logEnd); back++) {
    yield { kind: "cut", physical: stage.logEnd - back, isCrash: back % 2 === 0 };
    if (back % 64 === 0) yield { kind: "short", ...inFile(stage.logEnd - back) };
  }
  for (let i = 0; i < options.flips; i++) {
    const { file, size: at } = inFile(i % REGION);
    yield { kind: "flip", file, at, bit: random.below(8) };
  }
  const files = [...stage.files].filter(([name, bytes]) => bytes.length > 0 && name !== "lock");
  for (let i = 0; i < options.random; i++) {
    const [file, bytes] = random.pick(files);
    yield { kind: "flip", file, at: random.below(bytes.length), bit: random.below(8) };
  }
}

function inFile(physical: number): { file: string; size: number } {
  const start = Math.floor(physical / FILE_SIZE) * FILE_SIZE;
  return { file: `commitlog/${String(start).padStart(20, "0")}`, size: physical - start };
}

class DamageRun {
  readonly result = {
    cases: 0,
    problems: [] as string[],
    named: 0,
    tellable: 0,
    untellable: 0,
    mended: 0,
  };
  private readonly stage: Stage;
  private readonly work: string;

  constructor(stage: Stage, work: string) {
    this.stage = stage;
    this.work = work;
    copyStore(stage.root, work);
  }

  async one(damage: Damage): Promise<void> {
    this.result.cases++;
    const about = JSON.stringify(damage);
    const timer = setTimeout(() => {
      process.stderr.write(`hangs: ${about}\n`);
      process.exit(1);
    }, PATIENCE_MS);
    try {
      this.damage(damage);
      const before = contentsOf(this.work);
      await this.verify(damage, about);
      if (this.result.cases % OPEN_EVERY === 0) await this.open(about);
      await this.repair(damage, about);
      undoIfAny(this.work);
      this.compare(before, `${about}: after undo`);
    } catch (error) {
      this.problem(
        `${about}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      copyStore(this.stage.root, this.work);
    } finally {
      clearTimeout(timer);
      this.restore(damage);
    }
  }

  private damage(damage: Damage): void {
    if (damage.kind === "flip") {
      const original = this.stage.files.get(damage.file)?.[damage.at] ?? 0;
      this.write(damage.file, damage.at, Buffer.from([original ^ (1 << damage.bit)]));
      return;
    }
    const { file, size } = damage.kind === "cut" ? inFile(damage.physical) : damage;
    if (damage.kind === "short") {
      const fd = openSync(join(this.work, file), "r+");
      ftruncateSync(fd, size);
      closeSync(fd);
    } else this.write(file, size, Buffer.alloc(FILE_SIZE - size));
    for (const name of this.laterFiles(file)) this.write(name, 0, Buffer.alloc(FILE_SIZE));
    if (damage.kind === "cut" && damage.isCrash) writeFileSync(join(this.work, "abort"), "1");
  }

  private restore(damage: Damage): void {
    if (damage.kind === "flip") {
      const original = this.stage.files.get(damage.file)?.[damage.at] ?? 0;
      this.write(damage.file, damage.at, Buffer.from([original]));
      return;
    }
    const { file } = damage.kind === "cut" ? inFile(damage.physical) : damage;
    for (const name of [file, ...this.laterFiles(file)]) {
      this.write(name, 0, this.stage.files.get(name) as Buffer);
    }
    rmSync(join(this.work, "abort"), { force: true });
  }

  private laterFiles(file: string): string[] {
    return [...this.stage.files.keys()].filter(
      (name) => name.startsWith("commitlog/") && name > file,
    );
  }

  private write(file: string, at: number, bytes: Buffer): void {
    const fd = openSync(join(this.work, file), "r+");
    writeSync(fd, bytes, 0, bytes.length, at);
    closeSync(fd);
    utimesSync(join(this.work, file), 1_700_000_000, 1_700_000_000);
  }

  private async verify(damage: Damage, about: string): Promise<void> {
    const { verdict, findings } = await verifyStore(this.work);
    const isNamed = findings.list.some(({ severity }) => severity !== "note");
    if (damage.kind === "flip") {
      const { kind, field } = kindOfByte(this.stage, damage.file, damage.at);
      if (kind === "checked") {
        this.result.tellable++;
        if (verdict === "damaged") this.result.named++;
        else this.problem(`${about}: verify does not tell that ${field} is wrong`);
      } else if (kind === "unchecked") this.result.untellable++;
      else if (verdict === "damaged" && field !== "free")
        this.problem(
          `${about}: verify complains about a byte that means nothing: ${findings.list[0]?.what ?? ""}`,
        );
    } else if (!isNamed && !this.isUntellable(damage))
      this.problem(`${about}: verify says nothing`);
  }

  /** Were only bytes cut that are zeros anyway, or that nothing depends on, such as the end of the properties? */
  private isUntellable(damage: Damage): boolean {
    if (damage.kind !== "cut") return false;
    const { file, size } = inFile(damage.physical);
    return [file, ...this.laterFiles(file)].every((name) => {
      const bytes = this.stage.files.get(name) ?? Buffer.alloc(0);
      return bytes.every(
        (byte, at) =>
          byte === 0 ||
          (name === file && at < size) ||
          kindOfByte(this.stage, name, at).kind !== "checked",
      );
    });
  }

  /** A broker's store opens it, or says in words why it does not. */
  private async open(about: string): Promise<void> {
    const copy = `${this.work}-open`;
    copyStore(this.work, copy);
    const store = createMessageStore({ config: stageConfig(copy), clock: systemClock() });
    try {
      await store.start();
      await store.stop();
    } catch (error) {
      if (!(error instanceof RocketmqError))
        this.problem(`${about}: opening fails with ${String(error)}`);
    }
  }

  private async repair(damage: Damage, about: string): Promise<void> {
    const repair = await repairStore(this.work, { isDry: false, nowMs: Date.now() });
    if (repair.folder === undefined) return;
    if (repair.after.verdict !== "sound") {
      const what = repair.after.findings.list.find(({ severity }) => severity === "damage");
      this.problem(
        `${about}: after repair the store is ${repair.after.verdict}: ${what?.file ?? ""}: ${what?.what ?? ""}`,
      );
    }
    this.keptAllElse(damage, about);
    if (this.result.cases % OPEN_EVERY === 0) await this.serves(damage, about);
  }

  /** Every record but the damaged one is as it was, and its entry leads to it. */
  private keptAllElse(damage: Damage, about: string): void {
    const now = contentsOf(this.work);
    const lost = this.lostRecords(damage);
    let isMended = damage.kind === "flip";
    for (const record of this.stage.records) {
      const isSame = this.isThere(record, now);
      if (lost.has(record)) isMended &&= isSame;
      else if (!isSame)
        this.problem(
          `${about}: the record at ${String(record.physical)} was whole and is not there`,
        );
    }
    if (isMended) this.result.mended++;
  }

  private isThere(record: StagedRecord, now: Map<string, Buffer>): boolean {
    const { file, size: at } = inFile(record.physical);
    const [was, is] = [this.stage.files.get(file), now.get(file)];
    if (was === undefined || is === undefined) return false;
    if (was.compare(is, at, at + record.size, at, at + record.size) !== 0) return false;
    const position = record.queueOffset * 20;
    const fileSize = stageConfig("").mappedFileSizeConsumeQueue;
    const start = Math.floor(position / fileSize) * fileSize;
    const entry = now.get(
      `consumequeue/${record.topic}/${String(record.queueId)}/${String(start).padStart(20, "0")}`,
    );
    return (
      entry !== undefined &&
      Number(entry.readBigInt64BE(position - start)) === record.physical &&
      entry.readInt32BE(position - start + 8) === record.size
    );
  }

  private lostRecords(damage: Damage): Set<StagedRecord> {
    if (damage.kind === "flip") {
      const { record } = kindOfByte(this.stage, damage.file, damage.at);
      return new Set(record === undefined ? [] : [record]);
    }
    const from =
      damage.kind === "cut" ? damage.physical : Number(damage.file.slice(-20)) + damage.size;
    return new Set(this.stage.records.filter(({ physical, size }) => physical + size > from));
  }

  /** The repaired store serves every message that was whole. */
  private async serves(damage: Damage, about: string): Promise<void> {
    const copy = `${this.work}-open`;
    copyStore(this.work, copy);
    const store = createMessageStore({ config: stageConfig(copy), clock: systemClock() });
    await store.start();
    const lost = this.lostRecords(damage);
    for (const { topic, queueId, queueOffset, physical, ...rest } of this.stage.records) {
      if (lost.has(this.stage.records.find((one) => one.physical === physical) as StagedRecord))
        continue;
      const got = store.get({ topic, queueId, queueOffset, maxCount: 1 });
      if (got.records[0]?.length !== rest.size)
        this.problem(
          `${about}: the repaired store does not serve ${topic} ${String(queueId)} ${String(queueOffset)}`,
        );
    }
    await store.stop();
  }

  private compare(before: Map<string, Buffer>, about: string): void {
    const after = contentsOf(this.work);
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [before.get(name), after.get(name)];
      if (was === undefined || is === undefined || !was.equals(is)) {
        this.problem(
          `${about} ${name} is ${is === undefined ? "gone" : was === undefined ? "new" : "different"}`,
        );
        copyStore(this.stage.root, this.work);
        return;
      }
    }
  }

  private problem(text: string): void {
    if (this.result.problems.length < MOST_PROBLEMS) this.result.problems.push(text);
  }
}

function undoIfAny(root: string): void {
  if (existsSync(join(root, "repair"))) undoRepair(root);
}

/** Runs the cases in processes of their own, and adds up what they say. */
async function inLanes(args: readonly string[], lanes: number): Promise<DamageResult[]> {
  return await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const child = spawn(
        process.execPath,
        [fileURLToPath(import.meta.url), ...args, "--lane", String(lane), "--of", String(lanes)],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      let text = "";
      child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
      await new Promise((resolve) => child.on("close", resolve));
      return JSON.parse(text) as DamageResult;
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      flips: { type: "string", default: String(REGION) },
      cuts: { type: "string", default: String(REGION) },
      random: { type: "string", default: "20000" },
      every: { type: "string", default: "1" },
      seed: { type: "string" },
      lanes: { type: "string", default: "2" },
      lane: { type: "string" },
      of: { type: "string", default: "1" },
    },
  });
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  const [flips, cuts, random, every] = [values.flips, values.cuts, values.random, values.every].map(
    Number,
  ) as [number, number, number, number];
  if (values.lane !== undefined) {
    const result = await damageStore({
      flips,
      cuts,
      random,
      every,
      seed,
      lane: Number(values.lane),
      of: Number(values.of),
    });
    process.stdout.write(JSON.stringify(result));
  } else {
    process.stdout.write(`seed ${String(seed)}\n`);
    const began = performance.now();
    const args = [
      "--flips",
      String(flips),
      "--cuts",
      String(cuts),
      "--random",
      String(random),
      "--every",
      String(every),
      "--seed",
      String(seed),
    ];
    const results = await inLanes(args, Number(values.lanes));
    const sum = (key: "cases" | "named" | "tellable" | "untellable" | "mended"): number =>
      results.reduce((all, one) => all + one[key], 0);
    const problems = results.flatMap((one) => one.problems);
    const seconds = Math.round((performance.now() - began) / 1000);
    const total = {
      seed,
      cases: sum("cases"),
      named: sum("named"),
      tellable: sum("tellable"),
      untellable: sum("untellable"),
      mended: sum("mended"),
    };
    process.stdout.write(`${JSON.stringify({ ...total, problems, seconds }, undefined, 2)}\n`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  }
}
