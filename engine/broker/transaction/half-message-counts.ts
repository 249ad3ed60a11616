import type { Clock } from "../../base/clock.js";
import { dataVersion, type DataVersion } from "../../protocol/bodies/data-version.js";
import { decodeShape, jsonBody } from "../../protocol/json-body.js";
import { bean, long, table } from "../../protocol/shape.js";
import { newDataVersion, stepDataVersion } from "../data-versions.js";
import type { JsonConfigFile } from "../json-config-file.js";

interface Count {
  count: number;
  /** Of the last change, milliseconds. */
  timeStamp: number;
}

interface Counts {
  dataVersion: DataVersion;
  /** By topic. */
  transactionCount: Map<string, Count>;
}

const counts = jsonBody(
  "TransactionMetrics",
  bean<Counts>({
    dataVersion: dataVersion.shape,
    transactionCount: table(bean<Count>({ count: long, timeStamp: long })),
  }),
);

/** How many transactions are open in each topic: config/transactionMetrics. Upstream: TransactionMetrics. */
export class HalfMessageCounts {
  private readonly file: JsonConfigFile;
  private readonly clock: Clock;
  private readonly table: Counts;
  private isDirty = false;

  constructor(file: JsonConfigFile, clock: Clock) {
    this.file = file;
    this.clock = clock;
    this.table = { dataVersion: newDataVersion(clock.now()), transactionCount: new Map() };
  }

  add(topic: string, change: 1 | -1): void {
    const timeStamp = this.clock.now();
    const known = this.table.transactionCount.get(topic)?.count ?? 0;
    // After a crash the file may be behind.
    const count = Math.max(0, known + change);
    this.table.transactionCount.set(topic, { count, timeStamp });
    stepDataVersion(this.table.dataVersion, timeStamp);
    this.isDirty = true;
  }

  /** Reads the file; throws CorruptError when neither it nor its backup decodes. */
  load(): void {
    this.file.load((text) =>
      Object.assign(this.table, decodeShape("transactionMetrics", counts.shape, text)),
    );
  }

  /** Writes the file when something changed since the last time. */
  persist(): void {
    if (!this.isDirty) return;
    this.file.save(counts.encode(this.table).toString());
    this.isDirty = false;
  }
}
