import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { RebalanceLockTable } from "../../../engine/broker/rebalance-lock.js";

const queue = (queueId: number) => ({ topic: "T", brokerName: "b", queueId });

test("a locked queue is refused to other clients until its lock has not been renewed for 60 s", async (t) => {
  const clock = new ManualClock(1_000_000);
  const locks = new RebalanceLockTable(clock);
  t.deepEqual(locks.lock("g", [queue(0), queue(1)], "a"), [queue(0), queue(1)]);
  t.deepEqual(locks.lock("g", [queue(1), queue(2)], "b"), [queue(2)]);
  await clock.advance(60_000);
  t.deepEqual(locks.lock("g", [queue(1)], "b"), []);
  t.deepEqual(locks.lock("g", [queue(0)], "a"), [queue(0)]);
  await clock.advance(1);
  t.deepEqual(locks.lock("g", [queue(0), queue(1)], "b"), [queue(1)]);
});

test("only the owner unlocks, and groups do not see each other's locks", (t) => {
  const locks = new RebalanceLockTable(new ManualClock(0));
  locks.lock("g", [queue(0)], "a");
  t.deepEqual(locks.lock("h", [queue(0)], "b"), [queue(0)]);
  locks.unlock("g", [queue(0)], "b");
  t.deepEqual(locks.lock("g", [queue(0)], "b"), []);
  t.false(locks.isAllExpired("g"));
  locks.unlock("g", [queue(0)], "a");
  t.true(locks.isAllExpired("g"));
  t.deepEqual(locks.lock("g", [queue(0)], "b"), [queue(0)]);
});
