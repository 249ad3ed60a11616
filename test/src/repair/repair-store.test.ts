import {
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { systemClock } from "../../../engine/base/clock.js";
import { createMessageStore } from "../../../engine/store/message-store.js";
import type { Repair } from "../../../src/repair/repair-store.js";
import { repairStore } from "../../../src/repair/repair-store.js";
import { undoRepair } from "../../../src/repair/undo.js";
import { verifyStore } from "../../../src/inspect/verify/verify-store.js";
import { openStore, putNumbers, temporaryFolder } from "../../engine/store/open-store.js";
import { digestsOf, type Stage, stageConfig, writeStage } from "../../torture/damage-stage.js";
import { Random } from "../../torture/random.js";

async function staged(t: ExecutionContext): Promise<Stage> {
  return await writeStage(join(temporaryFolder(t), "store"), 120 * 1024, new Random(11));
}

function log(root: string, start: number): string {
  return join(root, "commitlog", String(start).padStart(20, "0"));
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
  writeFileSync(path, bytes);
}

function repair(
  root: string,
  over: Partial<Parameters<typeof repairStore>[1]> = {},
): Promise<Repair> {
  return repairStore(root, { isDry: false, nowMs: Date.now(), ...over });
}

/** How many messages of the stage a broker's store serves at their offsets. */
async function served({ root, records }: Stage): Promise<number> {
  const store = createMessageStore({ config: stageConfig(root), clock: systemClock() });
  await store.start();
  const found = records.filter(({ topic, queueId, queueOffset, physical, size }) => {
    const got = store.get({ topic, queueId, queueOffset, maxCount: 1 });
    return (
      got.records[0]?.length === size && Number(got.records[0].readBigInt64BE(28)) === physical
    );
  });
  await store.stop();
  return found.length;
}

test("a damaged message in the middle goes, all others stay, for brokers that scan the log too", async (t) => {
  const stage = await staged(t);
  const victim = stage.records[100]!;
  flip(
    log(stage.root, Math.floor(victim.physical / 32_768) * 32_768),
    (victim.physical % 32_768) + 90,
  );
  const { after, folder, plan } = await repair(stage.root);
  t.is(after.verdict, "sound");
  t.is(after.log.records, stage.records.length, "a filler stands for the lost one");
  t.true(after.apache.every(({ lost, starts }) => starts && lost === 0));
  t.is(plan.kept.length, 1);
  const kept = readFileSync(join(stage.root, folder ?? "", "quarantine/000000.bytes"));
  t.is(kept.length, victim.size);
  t.is(await served(stage), stage.records.length - 1);
});

test("flipped bits of a record's frame are taken back without loss", async (t) => {
  const stage = await staged(t);
  const victims = [10, 30, 50, 70, 90, 110, 130].map((i) => stage.records[i]!);
  const places = [1, 5, 9, 13, 25, 34, 86];
  victims.forEach(({ physical }, i) => {
    flip(log(stage.root, Math.floor(physical / 32_768) * 32_768), (physical % 32_768) + places[i]!);
  });
  const { before, after } = await repair(stage.root);
  t.is(before.verdict, "damaged");
  t.is(after.verdict, "sound");
  t.is(await served(stage), stage.records.length);
});

test("a lost log file, lost queues and a lost index are made up for", async (t) => {
  const stage = await staged(t);
  rmSync(log(stage.root, 32_768));
  rmSync(join(stage.root, "consumequeue/even/1"), { recursive: true });
  rmSync(join(stage.root, "index"), { recursive: true });
  const before = digestsOf(stage.root);
  const { after } = await repair(stage.root);
  t.is(after.verdict, "sound");
  const left = stage.records.filter(({ physical }) => physical < 32_768 || physical >= 65_536);
  undoRepair(stage.root);
  t.deepEqual(digestsOf(stage.root), before);
  await repair(stage.root);
  t.is(await served(stage), left.length);
});

test("wherever repair dies, undo brings every byte back, also when it dies itself", async (t) => {
  const stage = await staged(t);
  flip(log(stage.root, 32_768), 500);
  flip(log(stage.root, 0), 17_000);
  flip(join(stage.root, "consumequeue/even/0/00000000000000000000"), 45);
  truncateSync(log(stage.root, 65_536), 20_000);
  rmSync(join(stage.root, "consumequeue/odd_topic/1"), { recursive: true });
  writeFileSync(join(stage.root, "commitlog/stranger"), "x");
  writeFileSync(join(stage.root, "abort"), "77");
  const before = digestsOf(stage.root);
  const steps = (await repair(stage.root, { isDry: true })).plan.operations.length;
  t.deepEqual(digestsOf(stage.root), before, "a dry run changes nothing");
  t.true(steps > 8);
  for (let dies = 0; dies <= steps; dies++) {
    const run = repair(stage.root, {
      before: (_operation, index) => {
        if (index === dies) throw new Error("killed");
      },
    });
    if (dies < steps) await t.throwsAsync(run, { message: "killed" });
    else await run.catch(() => undefined);
    let left = dies % 7;
    t.throws(
      () =>
        undoRepair(stage.root, () => {
          if (left-- === 0) throw new Error("killed too");
        }),
      { message: "killed too" },
    );
    undoRepair(stage.root);
    t.deepEqual(digestsOf(stage.root), before, `died before step ${String(dies)}`);
  }
});

test("two repairs are undone one after the other", async (t) => {
  const stage = await staged(t);
  const whole = digestsOf(stage.root);
  flip(log(stage.root, 0), 300);
  const first = digestsOf(stage.root);
  await repair(stage.root);
  const between = digestsOf(stage.root);
  flip(log(stage.root, 32_768), 20_000);
  const second = digestsOf(stage.root);
  await repair(stage.root);
  undoRepair(stage.root);
  t.deepEqual(digestsOf(stage.root), second);
  flip(log(stage.root, 32_768), 20_000);
  t.deepEqual(digestsOf(stage.root), between);
  undoRepair(stage.root);
  t.deepEqual(digestsOf(stage.root), first);
  flip(log(stage.root, 0), 300);
  t.deepEqual(digestsOf(stage.root), whole);
  t.throws(() => undoRepair(stage.root), { message: /no repair/ });
});

test("a torn end is cut, and the age of log files stays what retention goes by", async (t) => {
  const stage = await staged(t);
  const last = [...stage.files.keys()].filter((name) => name.startsWith("commitlog/")).pop()!;
  const bytes = readFileSync(join(stage.root, last));
  bytes.fill(7, stage.logEnd % 32_768, (stage.logEnd % 32_768) + 300);
  writeFileSync(join(stage.root, last), bytes);
  writeFileSync(join(stage.root, "abort"), "");
  utimesSync(join(stage.root, last), 1_700_000_000, 1_700_000_000);
  const seen = await verifyStore(stage.root);
  t.is(seen.verdict, "recoverable");
  const { after } = await repair(stage.root);
  t.is(after.verdict, "sound");
  t.is(after.log.endOffset, stage.logEnd);
  t.is(after.log.endKind, "free");
  t.is(statSync(join(stage.root, last)).mtimeMs, 1_700_000_000_000);
  t.false(existsSync(join(stage.root, "abort")));
  t.is(await served(stage), stage.records.length);
});

test("a sound store is left alone, and one that is open is refused", async (t) => {
  const root = temporaryFolder(t);
  const { store, stop } = await openStore(t, root);
  await putNumbers(store, { from: 0, to: 20 });
  await t.throwsAsync(repair(root), { message: /in use by this process/ });
  await stop();
  const before = digestsOf(root);
  const { folder, plan } = await repair(root);
  t.is(folder, undefined);
  t.deepEqual(plan.operations, []);
  t.deepEqual(digestsOf(root), before);
});

test("a message that was the last of its queue keeps its number from being given again", async (t) => {
  const stage = await staged(t);
  const victim = stage.records[stage.records.length - 1]!;
  flip(
    log(stage.root, Math.floor(victim.physical / 32_768) * 32_768),
    (victim.physical % 32_768) + 90,
  );
  const { after } = await repair(stage.root);
  t.is(after.verdict, "sound");
  const extent = after.queues.find(
    ({ topic, queueId }) => topic === victim.topic && queueId === victim.queueId,
  );
  const isCut = after.log.endOffset === victim.physical;
  t.is(extent?.end, isCut ? victim.queueOffset : victim.queueOffset + 1);
});
