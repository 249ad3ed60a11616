import test from "ava";
import { ManualClock } from "../../../engine/base/clock.js";
import { FaultTolerance } from "../../../engine/client/fault-tolerance.js";
import { QueueChoice } from "../../../engine/client/queue-choice.js";

const queues = ["a", "a", "b", "b", "c"].map((brokerName, queueId) => ({
  topic: "T",
  brokerName,
  queueId,
}));

test("a slow broker is avoided for as long as upstream's table says", async (t) => {
  const clock = new ManualClock(1_000_000);
  const faults = new FaultTolerance(clock);
  faults.record("a", 400, false);
  t.true(faults.isAvailable("a"));
  faults.record("a", 600, false);
  t.false(faults.isAvailable("a"));
  await clock.advance(1999);
  t.false(faults.isAvailable("a"));
  await clock.advance(1);
  t.true(faults.isAvailable("a"));
});

test("a broker that failed counts as one that took ten seconds", async (t) => {
  const clock = new ManualClock(1_000_000);
  const faults = new FaultTolerance(clock);
  faults.record("a", 3, true);
  await clock.advance(9_999);
  t.false(faults.isAvailable("a"));
  await clock.advance(1);
  t.true(faults.isAvailable("a"));
});

test("queues are taken in turn", (t) => {
  const choice = new QueueChoice(queues, 3);
  t.deepEqual(
    [1, 2, 3, 4, 5, 6].map(() => choice.select()?.queueId),
    [3, 4, 0, 1, 2, 3],
  );
});

test("the broker that just failed is passed over while there is another", (t) => {
  const choice = new QueueChoice(queues, 0);
  t.is(choice.select("a")?.brokerName, "b");
  const only = new QueueChoice(queues.slice(0, 2), 0);
  t.is(only.select("a")?.brokerName, "a");
  t.is(new QueueChoice([], 0).select(), undefined);
});

test("brokers that are to be avoided are passed over while another is available", (t) => {
  const faults = new FaultTolerance(new ManualClock(0));
  faults.record("a", 0, true);
  faults.record("b", 0, true);
  const choice = new QueueChoice(queues, 0);
  t.is(choice.select(undefined, faults)?.brokerName, "c");
  faults.record("c", 0, true);
  t.not(choice.select(undefined, faults), undefined);
});
