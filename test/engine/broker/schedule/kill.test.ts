/** A copy of a running broker's folder is what the death of its process would leave behind. */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { brokerFor, temporaryFolder } from "../harness.js";
import { bodiesOf, movable, MOVABLE, pass } from "./waiting.js";

test("after the death of a broker what waited is delivered, and what was delivered is not again", async (t) => {
  const { clock, folder, client, broker } = await movable(t);
  const send = (body: string, properties: Record<string, string>) =>
    client.send("T", { properties, body });
  await send("level done", { DELAY: "1" });
  await send("timer done", { TIMER_DELAY_SEC: "2" });
  await send("level due", { DELAY: "2" });
  await send("timer due", { TIMER_DELAY_SEC: "6" });
  await send("level later", { DELAY: "5" });
  await send("timer later", { TIMER_DELAY_SEC: "70" });
  await pass(clock, 3_000);
  t.deepEqual(await bodiesOf(client, "T"), ["level done", "timer done"]);
  const copy = temporaryFolder(t);
  cpSync(folder, copy, { recursive: true });
  rmSync(join(copy, "lock.pid"));
  await broker.stop();
  await clock.advance(7_000);
  const next = await brokerFor(t, { clock, storeDir: copy, config: MOVABLE });
  const reader = next.connect();
  await pass(clock, 10);
  const came = await bodiesOf(reader, "T");
  t.deepEqual(came.slice(0, 2), ["level done", "timer done"]);
  t.deepEqual(came.slice(2).sort(), ["level due", "timer due"]);
  await pass(clock, 100_000);
  t.deepEqual((await bodiesOf(reader, "T")).slice(4), ["level later", "timer later"]);
});
