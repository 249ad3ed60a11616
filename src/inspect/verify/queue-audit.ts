import { EntryAudit, type QueueAuditOptions } from "./queue-entries.js";
import { endOfEntry, isFiller, isReadable, offsetAt, type QueueExtent } from "./queue-extent.js";
import { QUEUE_ENTRY, type QueueWindow } from "./queue-table.js";
import type { Stray } from "./record-audit.js";
import { RecordProbe } from "./record-probe.js";

/** Entries behind the end that are looked at: one that lost its size must not hide the others. */
const LOOK_BEYOND = 64;

/** Checks every queue against the log: quick where all records found their entries, entry by entry where not. */
export function auditQueues(options: QueueAuditOptions): QueueExtent[] {
  const { table, strays, stock } = options;
  const byQueue = new Map<QueueWindow, Stray[]>();
  for (const stray of strays) {
    const queue = table.findNamed(stray.topic, stray.queueId);
    if (queue === undefined) continue;
    const list = byQueue.get(queue);
    if (list === undefined) byQueue.set(queue, [stray]);
    else list.push(stray);
  }
  const probe = new RecordProbe(stock.log, options.overlay);
  try {
    return table.all.map((queue) =>
      auditQueue(queue, byQueue.get(queue) ?? [], { ...options, probe }),
    );
  } finally {
    probe.close();
  }
}

function auditQueue(
  queue: QueueWindow,
  strays: Stray[],
  options: QueueAuditOptions & { probe: RecordProbe },
): QueueExtent {
  const { row } = queue;
  const { log } = options;
  const first = (row.files[0]?.start ?? 0) / QUEUE_ENTRY;
  const end = findEnd(queue, first);
  const min = firstLive(queue, { first, end, physical: log.minOffset });
  const extent: QueueExtent = {
    ...{ topic: row.topic, queueId: row.queueId, first, min, end, isWrong: false },
    maxPhysical: endOfEntry(queue, end - 1),
    ...{ bad: new Set<number>(), goodEnd: end, goodPhysical: -1, usedEnd: end, suspects: [] },
  };
  const isSound = queue.matched === end - min && strays.length === 0 && !options.hasMoreStrays;
  if (!isSound) new EntryAudit(queue, extent, options).run(strays);
  queue.bytes = queue.view = undefined;
  queue.count = 0;
  return extent;
}

/** Behind the last readable entry; a few unreadable ones are passed over when such follow that fit. */
function findEnd(queue: QueueWindow, first: number): number {
  const physical = endOfEntry(queue, queue.highest);
  let end = Math.max(first, queue.highest + 1);
  for (let entry = end; entry <= end + LOOK_BEYOND; entry++) {
    const at = queue.find(entry);
    if (at < 0) break;
    const view = queue.view as DataView;
    if (isReadable(view, at) && (entry === end || offsetAt(view, at) >= physical)) end = entry + 1;
  }
  return end;
}

/** First entry whose record is in the log, by binary search: fillers and expired ones stand before. */
function firstLive(
  queue: QueueWindow,
  want: { first: number; end: number; physical: number },
): number {
  let { first: low, end: high } = want;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const at = queue.find(middle);
    const isBefore =
      at < 0 ||
      isFiller(queue.view as DataView, at) ||
      offsetAt(queue.view as DataView, at) < want.physical;
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}
