import test from "ava";
import { ManualClock } from "../../../../engine/base/clock.js";
import { silentLogger } from "../../../../engine/base/log.js";
import { encodeProperties } from "../../../../engine/message/properties.js";
import { DelayLevelQueue } from "../../../../engine/broker/schedule/delay-level-queue.js";
import { DelayOffsets } from "../../../../engine/broker/schedule/delay-offset.js";
import { JsonConfigFile } from "../../../../engine/broker/json-config-file.js";
import { realFiles } from "../../../../engine/base/files.js";
import type { MessageStore } from "../../../../engine/store/store-api.js";
import { message, openStore, temporaryFolder } from "../../store/open-store.js";
import { pass, START } from "./waiting.js";

test("a message the store does not take is tried again, alone, and holds the offset until it is stored", async (t) => {
  const clock = new ManualClock(START);
  const root = temporaryFolder(t);
  const { store } = await openStore(t, root, { clock });
  const put = (body: string): void => {
    const properties = encodeProperties([
      ["DELAY", "1"],
      ["REAL_TOPIC", "T"],
      ["REAL_QID", "0"],
    ]);
    const waiting = { topic: "SCHEDULE_TOPIC_XXXX", properties, body: Buffer.from(body) };
    store.put(message(waiting), () => undefined);
  };
  for (const body of ["a", "b", "c"]) put(body);
  await pass(clock, 0);
  let refusals = 2;
  const tried: string[] = [];
  const stubborn: Pick<MessageStore, "put"> = {
    put(one, done) {
      tried.push(one.body.toString());
      if (one.body.toString() !== "b" || refusals-- <= 0) return store.put(one, done);
      setImmediate(() => {
        done({
          status: "SERVICE_NOT_AVAILABLE",
          physicalOffset: -1,
          queueOffset: -1,
          storeTimestamp: 0,
          size: 0,
          physicalOffsets: [],
        });
      });
    },
  };
  const reading: MessageStore = new Proxy(store, {
    get: (target, name) => {
      if (name === "put") return stubborn.put;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  const file = new JsonConfigFile(`${root}/delayOffset.json`, realFiles, silentLogger);
  const offsets = new DelayOffsets({ file, clock, versionStep: () => 200 });
  const queue = new DelayLevelQueue(1, {
    store: reading,
    clock,
    logger: silentLogger,
    offsets,
    delayMs: () => 1000,
    recheckBefore: 0,
    delivered: () => undefined,
  });
  queue.run();
  await pass(clock, 1_000);
  t.deepEqual([tried, offsets.get(1), store.maxOffset("T", 0)], [["a", "b", "c"], 1, 2]);
  await pass(clock, 100);
  t.is(offsets.get(1), 1);
  await pass(clock, 100);
  t.deepEqual([tried.slice(3), offsets.get(1), store.maxOffset("T", 0)], [["b", "b"], 3, 3]);
  await queue.stop();
});
