/** Stores are opened whose files are not as they were left, as recovery.json lists them. */
import { readFileSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { ManualClock } from "../../engine/base/clock.js";
import type { Logger } from "../../engine/base/log.js";
import { decodeRecord } from "../../engine/message/decode.js";
import { createMessageStore } from "../../engine/store/message-store.js";
import type { MessageStore } from "../../engine/store/store-api.js";
import { message, put, smallConfig } from "../engine/store/open-store.js";
import { FaultyFiles, type FaultyCall } from "../support/faulty-files.js";
import { MemoryDisk } from "../support/memory-disk.js";

type Ends = readonly [min: number, max: number];
type Step = readonly [action: string, path: string, ...values: (number | string)[]];

interface Rule {
  name: string;
  left: "clean" | "crash";
  do: Step[];
  queues?: Record<string, Ends | null>;
  lost?: number;
  refused?: string;
  log?: Record<string, unknown>[];
}

const { rules } = JSON.parse(
  readFileSync(new URL("../../../test/specs/recovery.json", import.meta.url), "utf8"),
) as { rules: Rule[] };

const CHANGES: FaultyCall[] = [
  ...(["open", "write", "truncate", "sync"] as const),
  ...(["syncDirectory", "rename", "remove", "makeDirectory"] as const),
];
let stages = 0;

class Stage {
  readonly root = `/data/${stages++}/store`;
  readonly disk = new MemoryDisk();
  readonly logged: Record<string, unknown>[] = [];
  /** Bodies by queue. */
  readonly written = new Map<string, string[]>();
  private readonly faulty = new FaultyFiles(this.disk.files);
  private number = 0;
  private readonly clock = new ManualClock(Date.now());
  store: MessageStore = this.create();

  create(): MessageStore {
    const note = (text: string, fields?: Record<string, unknown>): void =>
      void this.logged.push({ message: text, ...fields });
    const logger: Logger = { debug: () => undefined, info: note, warn: note, error: note };
    const config = smallConfig(this.root, { maxIndexNum: 100 });
    const { clock } = this;
    this.disk.forget(`${this.root}/lock.pid`);
    return (this.store = createMessageStore({ config, clock, logger, files: this.faulty.files }));
  }

  async put(topic: string, queueId: number): Promise<number> {
    const name = `${topic}/${queueId}`;
    const bodies = this.written.get(name) ?? [];
    this.written.set(name, bodies);
    const number = this.number++;
    const body = `${name} ${bodies.length} ${number}`.padEnd(100);
    const keys = `${topic}-${queueId}-${number}`.padEnd(10, "x");
    const one = message({ topic, queueId, body: Buffer.from(body), keys });
    const { queueOffset } = await put(this.store, one);
    bodies.push(body);
    return queueOffset;
  }

  /** A minute passes, and nothing happens. */
  async reachPoint(): Promise<void> {
    await this.clock.advance(61_000);
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    if (!this.disk.files.exists(`${this.root}/recoveryPoint`)) throw new Error("there is no point");
  }

  /** As if killed: from here on nothing changes any more. */
  async kill(): Promise<void> {
    this.faulty.faults = CHANGES.map((call) => ({ call, file: "/", error: "EIO" }));
    await this.store.stop();
    this.faulty.release();
  }

  async before([action, topic, count]: Step): Promise<void> {
    if (action === "deleteTopic") {
      this.store.deleteTopics([topic]);
      for (const name of this.written.keys()) {
        if (name.startsWith(`${topic}/`)) this.written.delete(name);
      }
    }
    if (action === "put") for (let i = 0; i < Number(count); i++) await this.put(topic, 0);
  }

  after([action, name, first, second]: Step): void {
    const { files } = this.disk;
    const path = this.pathOf(name);
    if (action === "remove") {
      if (files.isDirectory(path)) files.removeTree(path);
      else files.remove(path);
    }
    if (action === "make") {
      files.makeDirectory(path.slice(0, path.lastIndexOf("/")));
      files.writeText(path, "\0".repeat(Number(first)));
    }
    if (action !== "cut" && action !== "write") return;
    const fd = files.open(path, "r+");
    if (action === "cut") files.truncate(fd, Number(first));
    else {
      const bytes = Buffer.from(String(second), "hex");
      files.write(fd, bytes, 0, bytes.length, Number(first));
    }
    files.close(fd);
  }

  /** `index/#1` is the second file of the folder. */
  private pathOf(name: string): string {
    const match = /^(.*)\/#(\d)$/.exec(name);
    if (match === null) return `${this.root}/${name}`;
    const folder = `${this.root}/${match[1]}`;
    return `${folder}/${this.disk.files.list(folder)[Number(match[2])]}`;
  }

  /** Reads a queue by its offsets; gives how many of its messages are not there. */
  check(t: ExecutionContext, name: string, [min, max]: Ends): number {
    const [topic = "", id] = name.split("/");
    const queueId = Number(id);
    const { store } = this;
    t.deepEqual([store.minOffset(topic, queueId), store.maxOffset(topic, queueId)], [min, max]);
    let lost = 0;
    for (let queueOffset = min; queueOffset < max; queueOffset++) {
      const got = store.get({ topic, queueId, queueOffset, maxCount: 1 });
      const found = got.records[0] === undefined ? undefined : decodeRecord(got.records[0]);
      if (found?.queueOffset !== queueOffset) {
        lost++;
        continue;
      }
      t.is(found.body.toString(), this.written.get(name)?.[queueOffset] ?? "");
      const { records } = store.query(topic, found.keys ?? "", 9, 0n, 2n ** 60n);
      t.is(records.length, 1, `${name} ${queueOffset} by its key`);
    }
    return lost;
  }
}

async function filled(pointAt: number): Promise<Stage> {
  const stage = new Stage();
  await stage.store.start();
  for (let i = 0; i < 40; i++) await stage.put("B", 0);
  for (let i = 0; i < 260; i++) {
    if (i === pointAt) await stage.reachPoint();
    await stage.put("A", i % 2);
  }
  return stage;
}

/** A store that crashed may have a recovery point, which must change nothing but how much of it is read. */
const cases = rules.flatMap((rule) => {
  const plain = { rule, pointAt: Infinity, title: `${rule.left}: ${rule.name}` };
  const pointed = { rule, pointAt: 140, title: `crash, with a recovery point: ${rule.name}` };
  return rule.left === "crash" ? [plain, pointed] : [plain];
});

for (const { rule, pointAt, title } of cases) {
  test(title, async (t) => {
    const stage = await filled(pointAt);
    for (const step of rule.do) await stage.before(step);
    if (rule.left === "clean") await stage.store.stop();
    else await stage.kill();
    for (const step of rule.do) stage.after(step);
    stage.logged.length = 0;
    if (rule.refused !== undefined) return assertRefused(t, stage, rule.refused);
    await stage.create().start();
    const log = JSON.stringify(stage.logged, undefined, 1);
    for (const expected of rule.log ?? []) {
      const isTold = stage.logged.some((line) =>
        Object.entries(expected).every(([name, value]) => line[name] === value),
      );
      t.true(isTold, `${JSON.stringify(expected)} in ${log}`);
    }
    await assertQueues(t, stage, rule);
    await stage.store.stop();
    t.false(stage.disk.files.exists(`${stage.root}/abort`));
  });
}

async function assertQueues(t: ExecutionContext, stage: Stage, rule: Rule): Promise<void> {
  const whole: Record<string, Ends | null> = { "B/0": [0, 40], "A/0": [0, 130], "A/1": [0, 130] };
  const expected = Object.entries({ ...whole, ...rule.queues });
  const check = (): void => {
    const lost = expected.map(([name, ends]) => stage.check(t, name, ends ?? [0, 0]));
    t.is(
      lost.reduce((sum, count) => sum + count, 0),
      rule.lost ?? 0,
      "messages lost",
    );
  };
  check();
  await stage.store.stop();
  await stage.create().start();
  check();
  for (const [name, ends] of expected) {
    const [topic = "", id] = name.split("/");
    t.is(await stage.put(topic, Number(id)), ends?.[1] ?? 0, name);
  }
}

async function assertRefused(t: ExecutionContext, stage: Stage, text: string): Promise<void> {
  const before = stage.disk.events.length;
  const error = await t.throwsAsync(stage.create().start(), { message: new RegExp(text) });
  t.is((error as { kind?: string }).kind, "corrupt");
  const changes = stage.disk.events
    .slice(before)
    .filter((event) => !/ .*\/lock(\.pid)?$/.test(event));
  t.deepEqual(changes, []);
}
