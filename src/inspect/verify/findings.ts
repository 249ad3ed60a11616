/** What a check of a store found, in words that a person can act on. */

/**
 * `damage`: something is lost or wrong. `recoverable`: as a crash leaves it, and the next start of a broker mends it.
 * `warning`: unusual, and perhaps as it should be. `note`: worth knowing.
 */
export type Severity = "damage" | "recoverable" | "warning" | "note";

export type StorePart =
  | "store"
  | "commitlog"
  | "consumequeue"
  | "index"
  | "checkpoint"
  | "config"
  | "offsets"
  | "timer"
  | "other";

export interface Finding {
  severity: Severity;
  part: StorePart;
  /** A stable word for machines. */
  code: string;
  /** Path below the store; of the folder where a file is missing. */
  file: string;
  /** Byte of that file; null where it is about all of it. */
  offset: number | null;
  what: string;
  /** What it means for messages and consumers. */
  cost: string;
  /** What `mqctl store repair` would do about it. */
  repair: string;
}

/** So many of one code in one file are kept; the others are counted. */
const MOST_OF_A_KIND = 200;
/** So many are kept altogether. */
const MOST = 20_000;

/** Takes findings down. Memory is bounded: of many of a kind the first are kept. */
export class Findings {
  readonly list: Finding[] = [];
  /** Findings that were counted but not kept, by code and file. */
  readonly unlisted = new Map<string, { finding: Finding; count: number }>();
  readonly counts: Record<Severity, number> = { damage: 0, recoverable: 0, warning: 0, note: 0 };
  private readonly kinds = new Map<string, number>();

  add(finding: Finding): void {
    this.counts[finding.severity]++;
    const kind = `${finding.code}\0${finding.severity}\0${finding.file}`;
    const count = (this.kinds.get(kind) ?? 0) + 1;
    this.kinds.set(kind, count);
    if (count <= MOST_OF_A_KIND && this.list.length < MOST) {
      this.list.push(finding);
      return;
    }
    const more = this.unlisted.get(kind);
    if (more === undefined) this.unlisted.set(kind, { finding, count: 1 });
    else more.count++;
  }

  /** Is there one of this part and severity? */
  has(part: StorePart, severity: Severity): boolean {
    return this.list.some((one) => one.part === part && one.severity === severity);
  }

  /** Takes over what another one counted and did not keep. */
  addUnlisted(kind: string, { finding, count }: { finding: Finding; count: number }): void {
    this.counts[finding.severity] += count;
    const more = this.unlisted.get(kind);
    if (more === undefined) this.unlisted.set(kind, { finding, count });
    else more.count += count;
  }

  addAll(findings: Iterable<Finding>): void {
    for (const finding of findings) this.add(finding);
  }
}
