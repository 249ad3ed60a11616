import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { type Files, realFiles } from "../../../engine/base/files.js";
import { bodiesOf, MOVABLE, pass, START } from "./schedule/waiting.js";
import { brokerFor } from "./harness.js";

test("while the disk is nearly full sends are refused with the ratios, pulls are served", async (t) => {
  let free = 50;
  const files: Files = { ...realFiles, partition: () => ({ total: 100, free, available: free }) };
  const clock = new ManualClock(START);
  const client = (await brokerFor(t, { files, clock, config: MOVABLE })).connect();
  t.is((await client.send("T", { body: "before" })).code, 0);
  free = 5;
  await pass(clock, 80_000);
  t.like(await client.send("T"), {
    code: 14,
    remark:
      "service not available now. It may be caused by one of the following reasons: the broker's disk is full " +
      "[CL:  0.95 CQ:  0.95 INDEX:  0.95], messages are put to the slave, message store has been shut down, etc.",
  });
  t.deepEqual(await bodiesOf(client, "T"), ["before"]);
  free = 50;
  await pass(clock, 20_000);
  t.is((await client.send("T", { body: "after" })).code, 0);
  t.deepEqual(await bodiesOf(client, "T"), ["before", "after"]);
});

test("a file that cannot be made is an error of the send, and the broker goes on serving", async (t) => {
  const files: Files = {
    ...realFiles,
    open(path, flags) {
      if (flags === "w+" && path.includes("commitlog")) throw new Error("no space left on device");
      return realFiles.open(path, flags);
    },
  };
  const client = (await brokerFor(t, { files })).connect();
  t.like(await client.send("T"), {
    code: 1,
    remark: "create mapped file failed, server is busy or broken.",
  });
  t.deepEqual(await bodiesOf(client, "T"), []);
});

test("with SYNC_FLUSH a disk that is too slow is told with the place of the message, unless nobody waits for it", async (t) => {
  let isSlow = false;
  const held: (() => void)[] = [];
  const letGo = (): void => {
    isSlow = false;
    for (const go of held.splice(0)) go();
  };
  const files: Files = {
    ...realFiles,
    sync: async (handle) => {
      if (isSlow) await new Promise<void>((go) => held.push(go));
      await realFiles.sync(handle);
    },
  };
  const clock = new ManualClock(START);
  const config = { ...MOVABLE, flushDiskType: "SYNC_FLUSH" };
  const client = (await brokerFor(t, { files, clock, config })).connect();
  t.teardown(letGo);
  t.is((await client.send("T")).code, 0);
  isSlow = true;
  t.is((await client.send("T", { properties: { WAIT: "false" } })).code, 0);
  const late = client.send("T", { properties: { WAIT: "true" } });
  const codes: number[] = [];
  void late.then(({ code }) => codes.push(code));
  for (let turn = 0; codes.length === 0 && turn < 100; turn++) {
    await pass(clock, 1000);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const answer = await late;
  t.is(answer.code, 10);
  t.is(answer.header.queueOffset, 2);
});
