import { join, relative } from "node:path";
import { Magic } from "../../../engine/message/record-layout.js";
import { FileReader } from "../store-files.js";
import type { Finding, Findings } from "./findings.js";
import type { LogSummary } from "./log-audit.js";
import { HIGH } from "./record-check.js";
import { listed, sizeOf, type Stock } from "./stock.js";

const UNIT = 52;
const BLANK = 16;
const SLOT = 32;
const WHEEL_SLOTS = 7 * 24 * 3600 * 2;
const CHUNK = SLOT * (1 << 15);
const ANY_MAGIC = 0xf;

/** The timer's files against themselves: units of the log, slots of the wheel, the check point. [S-TIMER-1] */
export function auditTimer(stock: Stock, log: LogSummary, findings: Findings): void {
  const end = auditTimerLog(stock, log, findings);
  auditWheel(stock, end, findings);
  const check = sizeOf(join(stock.root, "config/timercheck"));
  if (check !== undefined && check !== 4096) {
    findings.add(
      finding("timercheck-size", "config/timercheck", {
        what: `${String(check)} bytes, and it should have 4096`,
      }),
    );
  }
}

function finding(code: string, file: string, about: { what: string; offset?: number }): Finding {
  return {
    ...{
      severity: "warning",
      part: "timer",
      code,
      file,
      offset: about.offset ?? null,
      what: about.what,
    },
    cost: "timed messages of some moments may be late, or not delivered",
    repair: "leaves it to the broker, which reads the timer log again",
  };
}

/** Where the units of the timer log begin and end; undefined when there are none. */
function auditTimerLog(
  stock: Stock,
  log: LogSummary,
  findings: Findings,
): { first: number; end: number } | undefined {
  const folder = join(stock.root, "timerlog");
  const names = listed(folder).filter((name) => /^\d{20}$/.test(name));
  const first = names[0];
  if (first === undefined) return undefined;
  let end = Number(first);
  for (const name of names) {
    const reader = new FileReader(join(folder, name));
    try {
      const went = walkUnits(reader, {
        start: Number(name),
        log,
        file: relative(stock.root, join(folder, name)),
        findings,
      });
      end = Number(name) + went;
      if (went < reader.size) break;
    } finally {
      reader.close();
    }
  }
  return { first: Number(first), end };
}

function walkUnits(
  reader: FileReader,
  about: { start: number; log: LogSummary; file: string; findings: Findings },
): number {
  const { start, log, file, findings } = about;
  const per = UNIT * 16_384;
  for (let from = 0; from < reader.size; from += per) {
    const bytes = reader.read(from, per);
    for (let at = 0; at + BLANK <= bytes.length; at += UNIT) {
      const magic = bytes.readInt32BE(at + 12);
      const position = from + at;
      if (magic === Magic.BLANK) return reader.size;
      if (
        bytes.readInt32BE(at) !== UNIT ||
        (magic | ANY_MAGIC) !== ANY_MAGIC ||
        at + UNIT > bytes.length
      ) {
        const isFree = bytes.subarray(at, at + BLANK).every((byte) => byte === 0);
        if (!isFree)
          findings.add(
            finding("timerlog-unit", file, {
              offset: position,
              what: "what stands here is no unit: the timer log ends",
            }),
          );
        return position;
      }
      const previous = bytes.readInt32BE(at + 4) * HIGH + bytes.readUInt32BE(at + 8);
      const physical = bytes.readInt32BE(at + 28) * HIGH + bytes.readUInt32BE(at + 32);
      if (previous >= start + position || (previous >= 0 && previous % 1 !== 0)) {
        findings.add(
          finding("timerlog-chain", file, {
            offset: position + 4,
            what: `the unit goes on at ${String(previous)}, which is not before it`,
          }),
        );
      }
      if (physical < 0 || physical >= log.endOffset) {
        findings.add(
          finding("timerlog-record", file, {
            offset: position + 28,
            what: `the unit points to ${String(physical)}, where the commit log has no record`,
          }),
        );
      }
    }
  }
  return reader.size;
}

/** A slot names its own time; its chain lies in the timer log. */
function auditWheel(
  stock: Stock,
  units: { first: number; end: number } | undefined,
  findings: Findings,
): void {
  const path = join(stock.root, "timerwheel");
  const size = sizeOf(path);
  if (size === undefined) return;
  if (size !== WHEEL_SLOTS * SLOT) {
    findings.add(
      finding("timerwheel-size", "timerwheel", {
        what: `${String(size)} bytes, where ${String(WHEEL_SLOTS * SLOT)} are usual`,
      }),
    );
    return;
  }
  const reader = new FileReader(path);
  const zeros = Buffer.alloc(CHUNK);
  try {
    for (let from = 0; from < size; from += CHUNK) {
      const bytes = reader.read(from, CHUNK);
      if (bytes.compare(zeros, 0, bytes.length) === 0) continue;
      for (let at = 0; at + SLOT <= bytes.length; at += SLOT) {
        const problem = slotProblem(bytes, at, { slot: (from + at) / SLOT, units });
        if (problem !== undefined)
          findings.add(
            finding("timerwheel-slot", "timerwheel", { offset: from + at, what: problem }),
          );
      }
    }
  } finally {
    reader.close();
  }
}

function slotProblem(
  bytes: Buffer,
  at: number,
  { slot, units }: { slot: number; units: { first: number; end: number } | undefined },
): string | undefined {
  const time = bytes.readInt32BE(at) * HIGH + bytes.readUInt32BE(at + 4);
  if (time === 0) return undefined;
  if (time < 0 || time % WHEEL_SLOTS !== slot)
    return `slot ${String(slot)} says the time ${String(time)}, which belongs to another`;
  const last = bytes.readInt32BE(at + 16) * HIGH + bytes.readUInt32BE(at + 20);
  if (units !== undefined && last >= units.end)
    return `slot ${String(slot)} leads to ${String(last)}, behind the end of the timer log`;
  return bytes.readInt32BE(at + 24) < 0
    ? `slot ${String(slot)} counts ${String(bytes.readInt32BE(at + 24))} messages`
    : undefined;
}
