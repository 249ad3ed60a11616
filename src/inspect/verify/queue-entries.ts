import { relative } from "node:path";
import { PropertyName } from "../../../engine/message/property-names.js";
import { entersQueue } from "../../../engine/message/sys-flag.js";
import type { Findings, Severity } from "./findings.js";
import type { LogSummary } from "./log-audit.js";
import type { Overlay } from "./overlay.js";
import { isFiller, isReadable, offsetAt, type QueueExtent } from "./queue-extent.js";
import { Match, QUEUE_ENTRY, type QueueTable, type QueueWindow } from "./queue-table.js";
import type { Stray } from "./record-audit.js";
import { HIGH } from "./record-check.js";
import type { RecordProbe } from "./record-probe.js";
import type { Stock } from "./stock.js";

/** What is wrong with entries that had a message all the same. */
const HAD_MESSAGE = new Set(["entry-lost", "entry-size", "entry-other", "entry-shifted"]);
/** So many suspects are kept of each queue. */
const MOST_SUSPECTS = 1000;

export interface QueueAuditOptions {
  stock: Stock;
  log: LogSummary;
  table: QueueTable;
  strays: readonly Stray[];
  /** Strays that nobody kept. */
  hasMoreStrays: boolean;
  findings: Findings;
  /** The store was not stopped cleanly: queues may be ahead of the log's end, or behind it. */
  lenient: boolean;
  overlay?: Overlay;
}

type Options = QueueAuditOptions & { probe: RecordProbe };

/** One queue, entry by entry. */
export class EntryAudit {
  private readonly queue: QueueWindow;
  private readonly extent: QueueExtent;
  private readonly options: Options;
  /** Records whose entry has another tags code. */
  private readonly tagStrays = new Set<number>();
  private standIns = 0;
  private beyond = 0;
  private beyondFrom = -1;

  constructor(queue: QueueWindow, extent: QueueExtent, options: Options) {
    this.queue = queue;
    this.extent = extent;
    this.options = options;
  }

  run(strays: readonly Stray[]): void {
    const { extent } = this;
    for (const { match, physicalOffset } of strays) {
      if (match === Match.TAG) this.tagStrays.add(physicalOffset);
    }
    extent.goodEnd = extent.usedEnd = extent.first;
    let seenLive = false;
    for (let entry = extent.first; entry < extent.end; entry++) {
      const at = this.queue.find(entry);
      if (at < 0) {
        this.wrong(entry, "entry-missing", "its file is missing");
        continue;
      }
      const view = this.queue.view as DataView;
      if (!seenLive && isFiller(view, at)) {
        extent.goodEnd = entry + 1;
        continue;
      }
      seenLive = true;
      this.entry(entry, view, at);
    }
    if (this.beyond > 0) this.reportBeyond();
    if (this.standIns > 0) this.reportStandIns();
    this.reportStrays(strays);
  }

  private entry(entry: number, view: DataView, at: number): void {
    const { log, probe } = this.options;
    if (!isReadable(view, at)) {
      this.wrong(
        entry,
        "entry-unreadable",
        "it has no offset or no size: a broker ends the queue here",
      );
      return;
    }
    const physical = offsetAt(view, at);
    const size = view.getInt32(at + 8);
    if (physical < log.minOffset) {
      if (entry > this.extent.min)
        this.wrong(
          entry,
          "entry-offset",
          `it leads to ${String(physical)}, in front of the log, though entries before it do not`,
        );
      return;
    }
    if (physical >= log.endOffset) {
      if (this.beyond++ === 0) this.beyondFrom = entry;
      return;
    }
    const tag = view.getInt32(at + 12) * HIGH + view.getUint32(at + 16);
    if (!probe.find(physical)) {
      const damage = log.damages.find(({ from, to }) => physical >= from && physical < to);
      if (damage === undefined)
        this.wrong(
          entry,
          "entry-offset",
          `no record begins at physical offset ${String(physical)}`,
        );
      else
        this.wrong(
          entry,
          "entry-lost",
          `its message at physical offset ${String(physical)} is damaged`,
        );
      return;
    }
    this.record(entry, { physical, size, tag });
  }

  /** A record is there: is it the right one? */
  private record(entry: number, is: { physical: number; size: number; tag: number }): void {
    const { check } = this.options.probe;
    const { row } = this.queue;
    if (check.total !== is.size) {
      this.wrong(
        entry,
        "entry-size",
        `says ${String(is.size)} bytes, and the record has ${String(check.total)}`,
      );
    } else if (!this.isOfThisQueue()) {
      this.suspect(entry, is);
      const { topic } = this.options.probe;
      const whose = `${topic} queue ${String(check.queueId)}`;
      this.wrong(
        entry,
        "entry-other",
        `leads to a record of ${entersQueue(check.sysFlag) ? whose : `an open or rolled back transaction of ${whose}`}`,
      );
    } else if (this.ownOffset() !== entry) {
      if (this.isStandIn(entry, is.physical)) {
        this.standIns++;
        this.good(entry, is);
      } else {
        this.suspect(entry, is);
        this.wrong(
          entry,
          "entry-shifted",
          `leads to a record that says it has offset ${String(this.ownOffset())} in ${row.topic} queue ${String(row.queueId)}`,
        );
      }
    } else {
      this.good(entry, is);
      this.tag(entry, is);
    }
  }

  private suspect(entry: number, { physical, size }: { physical: number; size: number }): void {
    const { suspects } = this.extent;
    if (suspects.length < MOST_SUSPECTS) suspects.push({ entry, physical, size });
  }

  private good(entry: number, is: { physical: number; size: number }): void {
    this.extent.goodEnd = this.extent.usedEnd = entry + 1;
    this.extent.goodPhysical = is.physical + is.size;
  }

  private tag(
    entry: number,
    { physical, size, tag }: { physical: number; size: number; tag: number },
  ): void {
    const { probe } = this.options;
    if (!this.tagStrays.has(physical) || size !== probe.check.total) return;
    if (this.queue.isSchedule) {
      this.add(
        entry,
        "warning",
        "entry-time",
        `is due at ${new Date(tag).toISOString()}, not when the usual delay of its level is over`,
      );
      return;
    }
    this.wrong(
      entry,
      "entry-tag",
      `has the tag code ${String(tag)}, which is not that of the record's tag`,
    );
  }

  /** Records can stand in queues of other names, which their properties list. */
  private isOfThisQueue(): boolean {
    const { probe } = this.options;
    const { row } = this.queue;
    if (!entersQueue(probe.check.sysFlag)) return false;
    if (probe.check.queueId === row.queueId && probe.topic === row.topic) return true;
    return this.multiIndex() >= 0;
  }

  private multiIndex(): number {
    const { properties } = this.options.probe;
    if (!properties.includes(`${PropertyName.INNER_MULTI_DISPATCH}\u0001`)) return -1;
    return valueOf(properties, PropertyName.INNER_MULTI_DISPATCH)
      .split(",")
      .indexOf(this.queue.row.topic);
  }

  private ownOffset(): number {
    const { probe } = this.options;
    const { row } = this.queue;
    if (probe.topic === row.topic) return probe.check.queueOffset;
    const offsets = valueOf(probe.properties, PropertyName.INNER_MULTI_QUEUE_OFFSET).split(",");
    return Number(offsets[this.multiIndex()] ?? -1);
  }

  /** Repair lets the entry of a lost message lead to the one behind it, or to the last: nobody is served a hole. */
  private isStandIn(entry: number, physical: number): boolean {
    const own = this.ownOffset();
    const step = own > entry ? 1 : -1;
    if (own < this.extent.first || own >= this.extent.end) return false;
    for (let other = entry; other !== own; other += step) {
      const at = this.queue.find(other + step);
      if (at < 0 || offsetAt(this.queue.view as DataView, at) !== physical) return false;
    }
    return true;
  }

  private wrong(entry: number, code: string, what: string): void {
    this.extent.bad.add(entry);
    if (HAD_MESSAGE.has(code)) this.extent.usedEnd = entry + 1;
    this.extent.isWrong = true;
    this.add(entry, "damage", code, what);
  }

  private add(entry: number, severity: Severity, code: string, what: string): void {
    const { findings } = this.options;
    findings.add({
      ...{ severity, part: "consumequeue", code, ...this.place(entry) },
      what: `entry ${String(entry)}: ${what}`,
      cost:
        code === "entry-tag" || code === "entry-time"
          ? "consumers that filter by tag miss the message, or it comes at another time"
          : "consumers do not get this message, or get another one",
      repair: code === "entry-time" ? "leaves it as it is" : "writes the queue anew from the log",
    });
  }

  private place(entry: number): { file: string; offset: number } {
    const { row } = this.queue;
    const position = entry * QUEUE_ENTRY;
    const file = row.files.find(({ start, size }) => position >= start && position < start + size);
    const path = file?.path ?? row.folder;
    return {
      file: relative(this.options.stock.root, path),
      offset: file === undefined ? position : position - file.start,
    };
  }

  private reportBeyond(): void {
    const { lenient, findings, log } = this.options;
    this.extent.isWrong ||= !lenient;
    findings.add({
      ...{
        severity: lenient ? "recoverable" : "damage",
        part: "consumequeue",
        code: "entries-beyond-log",
      },
      ...this.place(this.beyondFrom),
      what: `${String(this.beyond)} entries from ${String(this.beyondFrom)} on lead behind the end of the log at ${String(log.endOffset)}`,
      cost: lenient
        ? "none: these messages were not completely written"
        : `${String(this.beyond)} messages are lost`,
      repair: "cuts the queue there",
    });
  }

  private reportStandIns(): void {
    this.options.findings.add({
      ...{
        severity: "note",
        part: "consumequeue",
        code: "stand-ins",
        ...this.place(this.extent.first),
      },
      what: `${String(this.standIns)} entries stand in for messages that were lost: they lead to a neighbour`,
      cost: "consumers may get the neighbour twice",
      repair: "leaves them as they are",
    });
  }

  /** Records of this queue that have no entry of their own. */
  private reportStrays(strays: readonly Stray[]): void {
    const { lenient } = this.options;
    const { extent } = this;
    let behind = 0;
    let earlier = 0;
    let from = Infinity;
    for (const { queueOffset, match, physicalOffset } of strays) {
      if (match === Match.TAG || extent.bad.has(queueOffset)) continue;
      // records of a topic that was deleted and made anew are older than its queue
      if (queueOffset >= extent.goodEnd && physicalOffset >= extent.goodPhysical) {
        behind++;
        from = Math.min(from, queueOffset);
      } else earlier++;
    }
    if (behind > 0) {
      extent.isWrong ||= !lenient;
      this.options.findings.add({
        ...{
          severity: lenient ? "recoverable" : "damage",
          part: "consumequeue",
          code: "entries-missing",
        },
        ...this.place(extent.end),
        what: `${String(behind)} records of the log, from queue offset ${String(from)} on, are not in the queue`,
        cost: lenient
          ? "none: a broker adds them when it starts"
          : "consumers never see them (Apache 5.0 to 5.3.1 does not add them either)",
        repair: "writes the queue anew from the log",
      });
    }
    if (earlier > 0) this.reportEarlier(earlier);
  }

  private reportEarlier(count: number): void {
    this.options.findings.add({
      ...{
        severity: this.extent.isWrong ? "damage" : "note",
        part: "consumequeue",
        code: "records-of-former-topic",
      },
      ...{ file: relative(this.options.stock.root, this.queue.row.folder), offset: null },
      what: `${String(count)} records of the log say offsets at which the queue has other messages`,
      cost: "none, when the topic was deleted and made anew: they belong to the deleted one",
      repair: "leaves them out of the queue",
    });
  }
}

function valueOf(properties: string, name: string): string {
  const pair = properties.split("\u0002").find((one) => one.startsWith(`${name}\u0001`));
  return pair?.slice(name.length + 1) ?? "";
}
