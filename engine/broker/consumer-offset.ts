import type { Clock } from "../base/clock.js";
import { type DataVersion, dataVersion } from "../protocol/bodies/data-version.js";
import { prettyFastjson } from "../protocol/fastjson.js";
import { decodeShape } from "../protocol/json-body.js";
import { bean, intTable, long, optional, table } from "../protocol/shape.js";
import type { ConsumerOffsetTable } from "./broker-context.js";
import { newDataVersion, stepDataVersion } from "./data-versions.js";
import type { JsonConfigFile } from "./json-config-file.js";
import { OffsetIndex, pairOf } from "./offset-index.js";

/** consumerOffset.json; the groupTopicMap that 5.x writes as well is only for readers. */
const fileShape = bean<{
  dataVersion?: DataVersion | undefined;
  offsetTable: Map<string, Map<number, number>>;
}>({ dataVersion: optional(dataVersion.shape), offsetTable: table(intTable(long)) });

const NONE: ReadonlyMap<number, number> = new Map();

export interface ConsumerOffsetsOptions {
  file: JsonConfigFile;
  clock: Clock;
  /** Commits between two steps of the data version (consumerOffsetUpdateVersionStep). */
  versionStep: () => number;
}

type OffsetTable = Map<string, Map<number, number>>;

/** Where each group stands in each queue: consumerOffset.json. Upstream: ConsumerOffsetManager. */
export class ConsumerOffsets implements ConsumerOffsetTable {
  dataVersion: DataVersion;
  private readonly options: ConsumerOffsetsOptions;
  private readonly committed: OffsetTable = new Map();
  /** Of the keys of `committed`. */
  private readonly index = new OffsetIndex();
  private readonly pulled: OffsetTable = new Map();
  private readonly resets: OffsetTable = new Map();
  private commits = 0;
  private isDirty = false;

  constructor(options: ConsumerOffsetsOptions) {
    this.options = options;
    this.dataVersion = newDataVersion(options.clock.now());
  }

  get(group: string, topic: string, queueId: number): number {
    return this.committed.get(`${topic}@${group}`)?.get(queueId) ?? -1;
  }

  commit(group: string, topic: string, queueId: number, queueOffset: number): void {
    const key = `${topic}@${group}`;
    if (put(this.committed, key, queueId, queueOffset)) this.index.add(key);
    this.isDirty = true;
    if (++this.commits % this.options.versionStep() === 0) this.step();
  }

  pullOffset(group: string, topic: string, queueId: number): number {
    return this.pulled.get(`${topic}@${group}`)?.get(queueId) ?? -1;
  }

  commitPullOffset(group: string, topic: string, queueId: number, queueOffset: number): void {
    put(this.pulled, `${topic}@${group}`, queueId, queueOffset);
  }

  assignReset(group: string, topic: string, queueId: number, queueOffset: number): void {
    put(this.resets, `${topic}@${group}`, queueId, queueOffset);
    this.commit(group, topic, queueId, queueOffset);
  }

  pendingReset(group: string, topic: string, queueId: number): number | undefined {
    return this.resets.size === 0 ? undefined : this.resets.get(`${topic}@${group}`)?.get(queueId);
  }

  takeReset(group: string, topic: string, queueId: number): number | undefined {
    if (this.resets.size === 0) return undefined;
    const key = `${topic}@${group}`;
    const queues = this.resets.get(key);
    const offset = queues?.get(queueId);
    queues?.delete(queueId);
    if (queues?.size === 0) this.resets.delete(key);
    return offset;
  }

  ofGroup(group: string, topic: string): ReadonlyMap<number, number> {
    return this.committed.get(`${topic}@${group}`) ?? NONE;
  }

  pulledOfGroup(group: string, topic: string): ReadonlyMap<number, number> {
    return this.pulled.get(`${topic}@${group}`) ?? NONE;
  }

  topicsOfGroup(group: string): readonly string[] {
    return this.index.topicsOfGroup(group);
  }

  groupsOfTopic(topic: string): readonly string[] {
    return this.index.groupsOfTopic(topic);
  }

  all(): ReadonlyMap<string, ReadonlyMap<number, number>> {
    return this.committed;
  }

  cloneGroup(source: string, destination: string, topic: string): void {
    const offsets = this.committed.get(`${topic}@${source}`);
    if (offsets === undefined) return;
    this.committed.set(`${topic}@${destination}`, new Map(offsets));
    this.index.add(`${topic}@${destination}`);
    this.isDirty = true;
  }

  removeGroup(group: string): void {
    this.removeWhere((pair) => pair.group === group);
  }

  removeTopic(topic: string): void {
    this.removeWhere((pair) => pair.topic === topic);
  }

  /** Reads the file; throws CorruptError when neither it nor its backup decodes. */
  load(): void {
    this.options.file.load((text) => {
      const read = decodeShape("consumerOffset.json", fileShape, text);
      this.committed.clear();
      this.index.clear();
      for (const [key, queues] of read.offsetTable) {
        this.committed.set(key, queues);
        this.index.add(key);
      }
      if (read.dataVersion !== undefined) this.dataVersion = read.dataVersion;
    });
  }

  /** Writes the file when something changed since the last time. */
  persist(): void {
    if (!this.isDirty) return;
    this.options.file.save(this.text());
    this.isDirty = false;
  }

  /** The text of consumerOffset.json. */
  text(): string {
    const groupTopicMap = new Map([...this.index.all()].map(([group, of]) => [group, [...of]]));
    const offsetTable = new Map<string, Map<number, number>>();
    for (const [key, queues] of this.committed) {
      offsetTable.set(key, new Map([...queues].sort(([a], [b]) => a - b)));
    }
    return prettyFastjson({ dataVersion: this.dataVersion, groupTopicMap, offsetTable });
  }

  private removeWhere(matches: (pair: { topic: string; group: string }) => boolean): void {
    for (const table of [this.committed, this.pulled, this.resets]) {
      for (const key of [...table.keys()]) {
        if (!matches(pairOf(key))) continue;
        table.delete(key);
        if (table === this.committed) this.index.delete(key);
        this.isDirty = true;
      }
    }
  }

  private step(): void {
    stepDataVersion(this.dataVersion, this.options.clock.now());
  }
}

/** Whether the key is a new one. */
function put(table: OffsetTable, key: string, queueId: number, queueOffset: number): boolean {
  const queues = table.get(key);
  if (queues === undefined) table.set(key, new Map([[queueId, queueOffset]]));
  else queues.set(queueId, queueOffset);
  return queues === undefined;
}
