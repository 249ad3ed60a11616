import { Findings } from "./findings.js";
import { INDEX_ENTRY, INDEX_HEADER, INDEX_SLOT, type IndexShape } from "./index-check.js";
import type { IndexReport } from "./index-cursor.js";

/** What a tally found, as it goes from one thread to another. */
export interface IndexCounts {
  findings: Findings["list"];
  unlisted: [string, { finding: Findings["list"][number]; count: number }][];
  /** Records with keys that no index file covers. */
  uncovered: { count: number; from: number; to: number };
}

/** Names what index files have wrong, and counts what they do not cover. */
export class IndexTally implements IndexReport {
  private readonly findings = new Findings();
  private readonly open = { count: 0, from: 0, to: 0 };

  get counts(): IndexCounts {
    const { list, unlisted } = this.findings;
    return { findings: list, unlisted: [...unlisted], uncovered: this.open };
  }

  stray(shape: IndexShape, number: number, offset: number): void {
    this.add("index-stray", shape, {
      number,
      what: `entry ${String(number)} points to ${String(offset)}, where no record has its key`,
    });
  }

  lacking(shape: IndexShape, offset: number): void {
    this.add("index-lacks", shape, {
      number: 0,
      what: `keys of the record at ${String(offset)} are missing`,
    });
  }

  uncovered(offset: number): void {
    if (this.open.count++ === 0) this.open.from = offset;
    this.open.to = offset;
  }

  time(shape: IndexShape, number: number, offset: number): void {
    const of = number === 0 ? "its header" : `entry ${String(number)}`;
    this.add("index-time", shape, {
      number,
      what: `${of} has another time than the record at ${String(offset)}`,
    });
  }

  private add(
    code: string,
    shape: IndexShape,
    { number, what }: { number: number; what: string },
  ): void {
    const at = INDEX_HEADER + shape.slots * INDEX_SLOT + number * INDEX_ENTRY;
    this.findings.add({
      severity: shape.isBuiltAnew ? "recoverable" : "damage",
      ...{ part: "index", code, file: shape.file, what, offset: number === 0 ? null : at },
      cost: "queries by key may miss messages, or find others",
      repair: "builds the index anew from the log",
    });
  }
}

/** Takes over what tallies of all threads counted. */
export function reportIndex(
  all: readonly IndexCounts[],
  { findings, lenient }: { findings: Findings; lenient: boolean },
): void {
  let count = 0;
  let [from, to] = [Infinity, 0];
  for (const { findings: list, unlisted, uncovered } of all) {
    findings.addAll(list);
    for (const [kind, more] of unlisted) findings.addUnlisted(kind, more);
    count += uncovered.count;
    if (uncovered.count > 0)
      [from, to] = [Math.min(from, uncovered.from), Math.max(to, uncovered.to)];
  }
  if (count === 0) return;
  findings.add({
    severity: lenient ? "recoverable" : "warning",
    ...{ part: "index", code: "index-uncovered", file: "index", offset: null },
    what: `${String(count)} records with keys, at ${String(from)} to ${String(to)}, are in no index file`,
    cost: "queries by key do not find them (Apache leaves such gaps after a crash, unless messageIndexSafe is set)",
    repair: "builds the index anew from the log",
  });
}
