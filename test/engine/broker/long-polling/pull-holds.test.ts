import test from "ava";
import { ManualClock } from "../../../../engine/base/clock.js";
import { type HeldPull, HeldPulls } from "../../../../engine/broker/long-polling/pull-holds.js";
import type { ArrivalListener } from "../../../../engine/store/store-api.js";

function setUp(capacity = 100) {
  const clock = new ManualClock(0);
  let arrive: ArrivalListener = () => undefined;
  let maxOffset = 5;
  const holds = new HeldPulls({
    clock,
    store: { onArrival: (listener) => (arrive = listener), maxOffset: () => maxOffset },
    capacity: () => capacity,
  });
  holds.start();
  const resumed: string[] = [];
  const hold = (name: string, other: Partial<HeldPull> = {}) =>
    holds.hold({
      topic: "T",
      queueId: 0,
      queueOffset: 5,
      filter: undefined,
      deadlineMs: 15_000,
      isWanted: () => true,
      resume: () => resumed.push(name),
      ...other,
    });
  const arrival = (queueOffset: number, tagsCode = 0, queueId = 0) =>
    arrive({ topic: "T", queueId, queueOffset, tagsCode, storeTimestamp: 0, properties: "" });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    clock,
    holds,
    resumed,
    hold,
    arrival,
    turn,
    setMaxOffset: (offset: number) => (maxOffset = offset),
  };
}

test("an arrival wakes the pulls of its queue and tags, once for all that arrive together", async (t) => {
  const { holds, resumed, hold, arrival, turn } = setUp();
  hold("any");
  hold("tag 7", { filter: { matchesTagsCode: (code) => code === 7 } });
  hold("other queue", { queueId: 1 });
  hold("further on", { queueOffset: 7 });
  arrival(5, 1);
  arrival(6, 1);
  t.deepEqual(resumed, []);
  await turn();
  t.deepEqual(resumed, ["any"]);
  arrival(7, 7);
  await turn();
  t.deepEqual(resumed, ["any", "tag 7", "further on"]);
  t.is(holds.size, 1);
});

test("a pull is released at its deadline, when its queue has grown unseen, and at the stop", async (t) => {
  const { clock, holds, resumed, hold, turn, setMaxOffset } = setUp();
  hold("soon", { deadlineMs: 1000 });
  hold("late");
  await clock.advance(999);
  t.deepEqual(resumed, []);
  await clock.advance(501);
  t.deepEqual(resumed, ["soon"]);
  setMaxOffset(6);
  await clock.advance(500);
  t.deepEqual(resumed, ["soon", "late"]);
  hold("stopped", { queueOffset: 9 });
  holds.stop();
  await turn();
  t.deepEqual(resumed, ["soon", "late", "stopped"]);
  t.is(holds.size, 0);
});

test("a pull of a closed connection is dropped, and too many are not held", async (t) => {
  const { clock, holds, resumed, hold } = setUp(2);
  t.true(hold("gone", { isWanted: () => false }));
  t.true(hold("kept"));
  t.false(hold("too many"));
  await clock.advance(500);
  t.is(holds.size, 1);
  t.true(hold("now it fits"));
  t.deepEqual(resumed, []);
});
