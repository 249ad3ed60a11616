import { DEFAULT_DELAY_LEVELS } from "../../engine/store/store-config.js";
import { DelayLevels } from "../../engine/store/delay-levels.js";
import { entryTagsCodeOf } from "../../engine/store/dispatch/tags-code.js";
import { SysFlag, entersQueue } from "../../engine/message/sys-flag.js";
import { LogAudit } from "../inspect/verify/log-audit.js";
import { LogWalk, type RecordVisitor } from "../inspect/verify/log-walk.js";
import type { Overlay } from "../inspect/verify/overlay.js";
import type { QueueTable } from "../inspect/verify/queue-table.js";
import type { RecordCheck } from "../inspect/verify/record-check.js";
import type { Stock } from "../inspect/verify/stock.js";

/** A record as queues and index need it. */
export interface PassedRecord {
  topic: string;
  queueId: number;
  queueOffset: number;
  physicalOffset: number;
  size: number;
  sysFlag: number;
  storeTimestamp: number;
  properties: string;
  /** Does it have a place in a consume queue? */
  isQueued: boolean;
}

/** Goes through the log once more, as the changes planned for it leave it, and hands every valid record on. */
export function passThroughLog(
  stock: Stock,
  about: {
    queues: QueueTable;
    overlay: Overlay | undefined;
    visit: (record: PassedRecord) => void;
  },
): void {
  const visitor: RecordVisitor = {
    queues: about.queues,
    record({ bytes }, record, physicalOffset) {
      about.visit(passed(bytes, record, physicalOffset));
    },
  };
  const audit = new LogAudit(stock, new LogWalk(visitor, about.overlay));
  const steps = audit.run(Number.MAX_SAFE_INTEGER);
  while (steps.next().done !== true);
}

function passed(bytes: Buffer, record: RecordCheck, physicalOffset: number): PassedRecord {
  const { sysFlag } = record;
  return {
    topic: bytes.toString("utf8", record.topicAt, record.topicAt + record.topicLength),
    queueId: record.queueId,
    queueOffset: record.queueOffset,
    physicalOffset,
    size: record.total,
    sysFlag,
    storeTimestamp: record.storeTimestamp,
    properties: bytes.toString("utf8", record.propertiesAt, record.end),
    isQueued: entersQueue(sysFlag) && (sysFlag & SysFlag.INNER_BATCH) === 0,
  };
}

const levels = new DelayLevels(DEFAULT_DELAY_LEVELS);

/** Third field of the record's entry. */
export function tagsCodeOf(record: PassedRecord): number {
  return entryTagsCodeOf(record, levels);
}
