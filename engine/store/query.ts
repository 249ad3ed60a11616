/** Finds messages by key. Upstream: DefaultMessageStore.queryMessage. [S-IDX-4] */
import { readInt64 } from "../base/int64.js";
import { RecordField, storeTimestampAt } from "../message/record-layout.js";
import type { CommitLog } from "./commit-log/commit-log.js";
import type { KeyIndex } from "./index/key-index.js";
import type { QueryResult } from "./store-api.js";

const ROUNDS = 3;

export interface KeyQuery {
  topic: string;
  key: string;
  maxCount: number;
  begin: number;
  end: number;
}

/** Store time of the record that begins at `at`. */
export function recordStoreTimestamp(record: Buffer, at = 0): number {
  return readInt64(record, at + storeTimestampAt(record.readInt32BE(at + RecordField.SYS_FLAG)));
}

export function queryByKey(index: KeyIndex, log: CommitLog, query: KeyQuery): QueryResult {
  const found = new Map<number, Buffer>();
  let end = query.end;
  for (let round = 0; round < ROUNDS && found.size < query.maxCount; round++) {
    const offsets = index.find(query.topic, query.key, {
      begin: query.begin,
      end,
      max: query.maxCount,
    });
    if (offsets.length === 0) break;
    offsets.sort((a, b) => a - b);
    const before = found.size;
    let oldest = end;
    for (const offset of offsets) {
      const record = log.record(offset);
      if (record === undefined || found.size >= query.maxCount) continue;
      const time = recordStoreTimestamp(record);
      oldest = Math.min(oldest, time);
      if (time >= query.begin && time <= query.end) found.set(offset, record);
    }
    if (found.size === before) break;
    end = oldest;
  }
  const records = [...found].sort(([a], [b]) => a - b).map(([, record]) => record);
  return {
    records,
    indexLastUpdateTimestamp: index.lastUpdateTimestamp,
    indexLastUpdatePhysicalOffset: index.lastUpdatePhysicalOffset,
  };
}
