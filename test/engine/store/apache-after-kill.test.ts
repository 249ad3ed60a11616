/** What Apache makes of a store whose broker was killed: it removes index files, and dispatches again from a log file of its choice. */
import { cpSync, readFileSync, readdirSync, rmSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { realFiles, type Files } from "../../../engine/base/files.js";
import { keyHash } from "../../../engine/store/index/index-header.js";
import { firstStoreTimestamp } from "../../../engine/store/commit-log/scan.js";
import { OpenFiles } from "../../../engine/store/segment/open-files.js";
import { SegmentFile, parseSegmentName } from "../../../engine/store/segment/segment-file.js";
import { openStore, putNumbers, smallConfig, temporaryFolder } from "./open-store.js";

const over = { maxHashSlotNum: 40, maxIndexNum: 120, flushConsumeQueueThoroughInterval: 4000 };
const small = smallConfig("/", over);
const start = new Date(2026, 0, 5, 12).getTime();

/** Lets syncs come to their end, which take no time here. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

type Key = [key: string, physicalOffset: number];

/** A store on the disk as a killed broker leaves it, seen with Apache's eyes. */
class Killed {
  private readonly root: string;
  private readonly checkpoint: Buffer;
  private readonly index: Buffer[];

  constructor(root: string) {
    this.root = root;
    this.checkpoint = readFileSync(`${root}/checkpoint`);
    // IndexService.load
    this.index = this.list("index")
      .map((name) => readFileSync(`${root}/index/${name}`))
      .filter((file) => int64(file, 8) <= int64(this.checkpoint, 16));
  }

  /** The keys that neither the files that Apache keeps have nor those that it makes. */
  lacks(keys: readonly Key[], dispatchedFrom: number): Key[] {
    return keys.filter(
      ([key, offset]) =>
        offset < dispatchedFrom && !this.index.some((file) => isFound(file, key, offset)),
    );
  }

  /** Where dispatch begins in 4.0 to 5.3 and in 5.5: CommitLog.isMappedFileMatchedRecover. */
  get dispatchedFrom(): number[] {
    const [physic = 0, logics = 0, , , , offset = 0] = [0, 1, 2, 3, 4, 5].map((field) =>
      int64(this.checkpoint, field * 8),
    );
    const before = Math.min(physic, logics) - 3000;
    return [
      this.newest((_, time) => time <= before),
      this.newest((begin, time) => (offset > 0 ? begin <= offset : time <= logics)),
    ];
  }

  private newest(matches: (begin: number, time: number) => boolean): number {
    const open = new OpenFiles(realFiles);
    const files = this.list("commitlog").map((name) => {
      const startOffset = parseSegmentName(name) ?? 0;
      const path = `${this.root}/commitlog/${name}`;
      return new SegmentFile(open, { path, startOffset, size: small.mappedFileSizeCommitLog });
    });
    const found = files.findLast((file) => {
      const time = firstStoreTimestamp(file) ?? 0;
      return time > 0 && matches(file.startOffset, time);
    });
    open.closeAll();
    return (found ?? files[0])?.startOffset ?? 0;
  }

  private list(folder: string): string[] {
    return realFiles.list(`${this.root}/${folder}`);
  }
}

function int64(bytes: Buffer, at: number): number {
  return Number(bytes.readBigInt64BE(at));
}

/** IndexFile.selectPhyOffset */
function isFound(file: Buffer, key: string, physicalOffset: number): boolean {
  const hash = keyHash("TopicTest", key);
  const count = file.readInt32BE(36);
  const isValid = (number: number): boolean => number > 0 && number <= count;
  let number = file.readInt32BE(40 + (hash % small.maxHashSlotNum) * 4);
  while (isValid(number)) {
    const at = 40 + small.maxHashSlotNum * 4 + number * 20;
    if (file.readInt32BE(at) === hash && int64(file, at + 4) === physicalOffset) return true;
    const previous = file.readInt32BE(at + 16);
    if (previous === number) return false;
    number = previous;
  }
  return false;
}

/** Looks at the folder after each write and removal, as any of them may have been the last. */
class Watcher {
  readonly keys: Key[] = [];
  readonly problems: string[] = [];
  looks = 0;
  /** Log files that need not be read again, at most. */
  spared = 0;
  readonly root: string;
  readonly files: Files;

  constructor(root: string, keys: readonly Key[] = []) {
    this.root = root;
    this.keys.push(...keys);
    this.files = {
      ...realFiles,
      sync: () => Promise.resolve(),
      write: (fd, from, at, length, position) => {
        realFiles.write(fd, from, at, length, position);
        this.look();
      },
      remove: (path) => {
        realFiles.remove(path);
        this.look();
      },
    };
  }

  look(): void {
    if (realFiles.size(`${this.root}/checkpoint`) !== 4096) return;
    const killed = new Killed(this.root);
    for (const from of killed.dispatchedFrom) {
      this.looks++;
      this.spared = Math.max(this.spared, from / small.mappedFileSizeCommitLog);
      const [first] = killed.lacks(this.keys, from);
      if (first !== undefined) this.problems.push(`${first.join(" at ")}, dispatched from ${from}`);
    }
  }
}

async function live(
  t: ExecutionContext,
  watcher: Watcher,
  life: { clock: ManualClock; name: string; endsAfter: number },
): Promise<() => Promise<void>> {
  const { clock, name, endsAfter } = life;
  const { store, stop } = await openStore(t, watcher.root, { clock, over, files: watcher.files });
  for (let round = 0; round < endsAfter; round++) {
    const keyOf = (i: number): string => `${name}-${round}-${i}`;
    const count = 1 + ((round * 7) % 40);
    const results = await putNumbers(store, { from: 0, to: count }, (i) => ({ keys: keyOf(i) }));
    for (const [i, { physicalOffset }] of results.entries()) {
      watcher.keys.push([keyOf(i), physicalOffset]);
    }
    await clock.advance((round * 797) % 2500);
    if (round % 4 < 2) await settle();
  }
  return stop;
}

test("[S-CHECK-1] whenever the broker is killed, Apache finds every message by key: in the index it keeps, or by dispatching", async (t) => {
  const clock = new ManualClock(start);
  let watcher = new Watcher(temporaryFolder(t));
  for (let life = 0; life < 4; life++) {
    const name = `life${life}`;
    const stop = await live(t, watcher, { clock, name, endsAfter: 20 + 8 * life });
    watcher.look();
    // the second and the fourth life end with a stop, the others are cut off
    const next = new Watcher(temporaryFolder(t), watcher.keys);
    if (life % 2 === 1) await stop();
    cpSync(watcher.root, next.root, { recursive: true });
    rmSync(`${next.root}/lock.pid`, { force: true });
    t.deepEqual(watcher.problems.slice(0, 3), [], name);
    t.true(watcher.looks > 100);
    // else all would be dispatched each time
    t.true(watcher.spared > 0);
    await clock.advance(5000);
    watcher = next;
  }
  t.true(readdirSync(`${watcher.root}/index`).length > 10);
});
