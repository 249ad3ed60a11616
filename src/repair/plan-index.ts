import { mkdirSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { ManualClock } from "../../engine/base/clock.js";
import { realFiles } from "../../engine/base/files.js";
import { silentLogger } from "../../engine/base/log.js";
import { StoreCheckpoint } from "../../engine/store/checkpoint.js";
import { KeyIndex } from "../../engine/store/index/key-index.js";
import { OpenFiles } from "../../engine/store/segment/open-files.js";
import { defaultStoreConfig } from "../../engine/store/store-config.js";
import type { Verification } from "../inspect/verify/verify-store.js";
import type { PassedRecord } from "./log-pass.js";
import type { RepairPlan } from "./operation.js";
import type { LostSizes } from "./lost-sizes.js";

const DEFAULT = { slots: 5_000_000, entries: 20_000_000 };

/** Builds the key index anew beside the old one, and plans that it takes its place. */
export class IndexPlan {
  readonly plan: RepairPlan = { operations: [], kept: [] };
  /** Store time of the newest record that has a key. */
  endTimestamp = 0;
  /** Names of the files that will be there. */
  names: string[] = [];
  private readonly seen: Verification;
  private readonly prepared: string;
  private readonly open = new OpenFiles(realFiles);
  private index: KeyIndex | undefined;
  private readonly isDry: boolean;
  private readonly sizes: LostSizes;

  /** `prepared` is a folder below the root to build in; in a dry run nothing is built. */
  constructor(
    seen: Verification,
    prepared: string,
    { isDry, sizes }: { isDry: boolean; sizes: LostSizes },
  ) {
    this.sizes = sizes;
    this.seen = seen;
    this.prepared = prepared;
    this.isDry = isDry;
  }

  visit(record: PassedRecord): void {
    if (this.isDry) return;
    this.index ??= this.begin(record.storeTimestamp);
    this.index.add(record);
  }

  async finish(): Promise<void> {
    const { stock } = this.seen;
    const { operations } = this.plan;
    for (const path of stock.indexFiles) {
      operations.push({
        op: "set-aside",
        file: relative(stock.root, path),
        says: "set the index file aside",
      });
    }
    if (this.isDry) {
      operations.push({
        op: "put",
        file: "index",
        prepared: "",
        says: "build the index anew from the log",
      });
      return;
    }
    if (this.index === undefined) return;
    this.index.writeOut();
    this.endTimestamp = this.index.lastUpdateTimestamp;
    const folder = join(this.prepared, "index");
    if (stock.indexFiles.length === 0)
      operations.push({ op: "make-folder", file: "index", says: "make the folder" });
    this.names = namesIn(join(stock.root, folder));
    for (const name of this.names) {
      await this.open.sync(join(stock.root, folder, name));
      operations.push({
        ...{ op: "put", file: `index/${name}`, prepared: `${folder}/${name}` },
        says: "put the index in place that was built anew from the log",
      });
    }
    this.open.closeAll();
  }

  private begin(timeMs: number): KeyIndex {
    const root = join(this.seen.stock.root, this.prepared);
    mkdirSync(join(root, "index"), { recursive: true });
    const known = this.seen.indexFiles[0];
    const config = {
      ...defaultStoreConfig(root),
      maxHashSlotNum: known?.slots ?? this.sizes.indexSlots ?? DEFAULT.slots,
      maxIndexNum: known?.entries ?? this.sizes.indexEntries ?? DEFAULT.entries,
    };
    return new KeyIndex({
      ...{ open: this.open, config, logger: silentLogger },
      clock: new ManualClock(timeMs),
      checkpoint: new StoreCheckpoint(this.open, root),
    });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
