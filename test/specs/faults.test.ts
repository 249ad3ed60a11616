/** The store on a disk that fails as faults.json lists it. */
import test, { type ExecutionContext } from "ava";
import { ManualClock } from "../../engine/base/clock.js";
import { decodeRecord } from "../../engine/message/decode.js";
import { createMessageStore } from "../../engine/store/message-store.js";
import type { MessageStore } from "../../engine/store/store-api.js";
import type { StoreConfig } from "../../engine/store/store-config.js";
import { bodies, message, put, readQueue, smallConfig } from "../engine/store/open-store.js";
import { FaultyFiles } from "../support/faulty-files.js";
import { MemoryDisk } from "../support/memory-disk.js";
import { faultList, faultOf, type FaultRule, type StartRule } from "./fault-list.js";

let stages = 0;

/** A store on a disk in memory that can be made to fail, and all that it acknowledged. */
class Stage {
  /** Its own, as a store is open once in a process. */
  readonly root = `/data/${stages++}/store`;
  readonly clock = new ManualClock(Date.now());
  readonly disk = new MemoryDisk();
  readonly faulty = new FaultyFiles(this.disk.files);
  readonly acknowledged = new Map<string, string[]>();
  readonly statuses: string[] = [];
  store: MessageStore;
  private readonly config: StoreConfig;
  private number = 0;

  constructor(over: Partial<StoreConfig> = {}) {
    this.config = smallConfig(this.root, over);
    this.store = this.create();
  }

  create(): MessageStore {
    const { config, clock } = this;
    return (this.store = createMessageStore({ config, clock, files: this.faulty.files }));
  }

  async put(topic = "Old", size = 20): Promise<string> {
    const body = String(this.number++).padEnd(size);
    const key = `key${body.trim()}`;
    const { status } = await put(
      this.store,
      message({ topic, body: Buffer.from(body), keys: key }),
    );
    this.statuses.push(status);
    if (status === "PUT_OK") this.acknowledged.set(topic, [...this.of(topic), body]);
    return status;
  }

  of(topic: string): string[] {
    return this.acknowledged.get(topic) ?? [];
  }

  /** Time passes, and the disk has time to do its work. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  assertReads(t: ExecutionContext, when: string): void {
    for (const [topic, expected] of this.acknowledged) {
      t.deepEqual(bodies(readQueue(this.store, topic)), expected, `${topic}, ${when}`);
    }
  }

  /** Everything acknowledged is there; of what was refused, nothing, or only what may have been kept. */
  async assertAfterRestart(t: ExecutionContext, mayKeep: boolean): Promise<void> {
    this.disk.forget(`${this.root}/lock.pid`);
    await this.create().start();
    for (const [topic, expected] of this.acknowledged) {
      const found = readQueue(this.store, topic);
      found.forEach((one, i) => t.is(one.queueOffset, i));
      const texts = bodies(found).filter((body) => !mayKeep || expected.includes(body));
      t.deepEqual(texts, expected, `${topic}, after a restart`);
      for (const body of [expected[0], expected.at(-1)]) {
        const { records } = this.store.query(topic, `key${body?.trim()}`, 9, 0n, 2n ** 60n);
        const keys = records.map((record) => decodeRecord(record).keys);
        t.deepEqual(keys, [`key${body?.trim()}`], "the key finds it once");
      }
    }
    t.is(await this.put(), "PUT_OK");
    await this.store.stop();
  }
}

const meetings: Record<FaultRule["do"], (stage: Stage) => Promise<string>> = {
  put: (stage) => stage.put(),
  "new queue": (stage) => stage.put("New"),
  async roll(stage) {
    for (let i = 0; i < 5; i++) {
      const status = await stage.put("Old", 7000);
      if (status !== "PUT_OK") return status;
    }
    return "PUT_OK";
  },
  async many(stage) {
    const all = Array.from({ length: 450 }, () => stage.put());
    return (await Promise.all(all)).find((status) => status !== "PUT_OK") ?? "PUT_OK";
  },
  async time(stage) {
    await stage.pass(70_000);
    return stage.put();
  },
  async late(stage) {
    const answer = stage.put();
    await stage.pass(6000);
    return answer;
  },
  read: () => Promise.resolve(""),
};

async function readsNothing(t: ExecutionContext, stage: Stage): Promise<void> {
  await stage.store.stop();
  await stage.create().start();
}

for (const rule of faultList.rules) {
  for (const error of rule.errors) {
    test(`${rule.name}: ${error}`, async (t) => {
      const stage = new Stage({ flushDiskType: rule.flush ?? "ASYNC_FLUSH" });
      await stage.store.start();
      for (let i = 0; i < 10; i++) await stage.put();
      if (rule.do === "read") await readsNothing(t, stage);
      stage.faulty.faults = [faultOf(rule, error)];
      if (rule.do === "read") {
        t.throws(() => readQueue(stage.store, "Old"), { message: new RegExp(rule.remark ?? "") });
      } else {
        t.is(await meetings[rule.do](stage), rule.status ?? "");
        t.true(stage.faulty.strikes > 0, "the fault was met");
        const next = rule.do === "late" ? await meetings.late(stage) : await stage.put();
        t.is(next, rule.next ?? "PUT_OK");
        stage.assertReads(t, "while the disk fails");
        await stage.pass(3000);
        if (rule.do !== "late") t.is(await stage.put(), rule.later ?? rule.next ?? "PUT_OK");
      }
      stage.faulty.release();
      await stage.pass(3000);
      t.is(await stage.put(), rule.then);
      stage.faulty.release();
      if (rule.keeps !== true) stage.assertReads(t, "when the disk is sound again");
      t.is(stage.store.isWritable, rule.then === "PUT_OK");
      await stage.store.stop();
      t.is(stage.disk.files.exists(`${stage.root}/abort`), rule.then !== "PUT_OK");
      await stage.assertAfterRestart(t, rule.keeps === true);
    });
  }
}

for (const rule of faultList.starts.rules) {
  for (const error of rule.errors) {
    test(`at the start, ${rule.name}: ${error}`, async (t) => {
      const stage = new Stage();
      if (rule.fresh !== true) await fill(stage, rule);
      stage.create();
      stage.faulty.faults = [faultOf(rule, error)];
      const thrown = await t.throwsAsync(stage.store.start(), {
        message: new RegExp(rule.message),
      });
      t.is((thrown as { kind?: string }).kind, rule.kind);
      t.true(stage.faulty.strikes > 0, "the fault was met");
      stage.faulty.release();
      await stage.assertAfterRestart(t, false);
    });
  }
}

async function fill(stage: Stage, rule: StartRule): Promise<void> {
  await stage.store.start();
  for (let i = 0; i < 10; i++) await stage.put();
  if (rule.crash === true) {
    stage.faulty.faults = [
      { call: "remove", file: "/abort", error: "EIO" },
      { call: "open", file: "/recoveryPoint", error: "EIO" },
    ];
  }
  await stage.store.stop();
  stage.faulty.release();
  stage.faulty.strikes = 0;
}

for (const rule of faultList.stops.rules) {
  for (const error of rule.errors) {
    test(`at the stop, ${rule.name}: ${error}`, async (t) => {
      const stage = new Stage();
      await stage.store.start();
      for (let i = 0; i < 10; i++) await stage.put();
      stage.faulty.faults = [faultOf(rule, error)];
      await stage.store.stop();
      t.true(stage.faulty.strikes > 0, "the fault was met");
      t.true(stage.disk.files.exists(`${stage.root}/abort`));
      stage.faulty.release();
      await stage.assertAfterRestart(t, false);
    });
  }
}

for (const rule of faultList.removals.rules) {
  for (const error of rule.errors) {
    test(`by retention, ${rule.name}: ${error}`, async (t) => {
      const stage = new Stage({ fileReservedTime: 0 });
      await stage.store.start();
      for (let i = 0; i < 6; i++) await stage.put("Old", 7000);
      const before = stage.disk.files.list(`${stage.root}/commitlog`).length;
      stage.faulty.faults = [faultOf(rule, error)];
      stage.store.deleteExpiredCommitLog();
      await stage.pass(130_000);
      t.true(stage.faulty.strikes > 1, "it was tried again");
      t.is(await stage.put(), "PUT_OK");
      stage.assertReads(t, "while nothing can be removed");
      stage.faulty.release();
      await stage.pass(20_000);
      t.true(stage.disk.files.list(`${stage.root}/commitlog`).length < before);
      t.is(await stage.put(), "PUT_OK");
      await stage.store.stop();
    });
  }
}
