import test from "ava";
import { RocketmqError } from "../../../engine/base/errors.js";
import type { GroupReader } from "../../../src/messaging/group-reader.js";
import { Progress } from "../../../src/messaging/progress.js";

const queue = { topic: "orders", brokerName: "broker-a", queueId: 0 };

/** A member as the progress sees it, and a clock to turn by hand. */
function member(
  ends: { queue: typeof queue; offset: number }[] | undefined = [{ queue, offset: 10 }],
) {
  const state = {
    settled: false,
    failure: undefined as Error | undefined,
    held: [] as { queue: typeof queue; nextPullOffset: number; count: number; failure?: unknown }[],
    nowMs: 0,
  };
  const reader = {
    isIdle: true,
    consumer: {
      sharing: () => ({ settled: state.settled, failure: state.failure }),
      get processQueues() {
        return state.held;
      },
    },
  } as unknown as GroupReader;
  const progress = new Progress(reader, { topic: "orders", ends, now: () => state.nowMs });
  progress.stuck();
  return { state, progress };
}

test("queues that are not shared out yet are not done", (t) => {
  const { state, progress } = member();
  t.false(progress.isAtEnd);
  state.settled = true;
  t.true(progress.isAtEnd, "they are other members'");
  t.true(progress.hasNothing);
  state.held = [{ queue, nextPullOffset: 9, count: 0 }];
  t.false(progress.isAtEnd);
  state.held = [{ queue, nextPullOffset: 10, count: 1 }];
  t.false(progress.isAtEnd, "one is in hand");
  state.held = [{ queue, nextPullOffset: 10, count: 0 }];
  t.true(progress.isAtEnd);
});

test("a follower is never at the end", (t) => {
  const { state, progress } = member([]);
  state.settled = true;
  t.true(progress.isAtEnd);
  const follower = new Progress(
    {
      consumer: { sharing: () => ({ settled: true }), processQueues: [] },
    } as unknown as GroupReader,
    {
      topic: "orders",
      ends: undefined,
      now: () => 0,
    },
  );
  t.false(follower.isAtEnd);
});

test("queues that nobody shares out for half a minute are an error with its reason", (t) => {
  const { state, progress } = member();
  state.failure = new RocketmqError("connect to 127.0.0.1:1 failed", { kind: "unreachable" });
  state.nowMs = 29_000;
  t.is(progress.stuck(), undefined);
  state.nowMs = 31_000;
  const stuck = progress.stuck();
  t.is(
    stuck?.message,
    "the queues of orders are not shared out after 30 s: connect to 127.0.0.1:1 failed",
  );
  t.is(stuck?.kind, "unreachable");
  t.is(progress.stuck(), undefined, "it is said once");
});

test("a queue that stands still is named; one that moves is not", (t) => {
  const { state, progress } = member();
  state.settled = true;
  state.held = [{ queue, nextPullOffset: 3, count: 0 }];
  t.is(progress.stuck(), undefined);
  state.nowMs = 29_000;
  state.held = [{ queue, nextPullOffset: 4, count: 0 }];
  t.is(progress.stuck(), undefined);
  state.nowMs = 58_000;
  t.is(progress.stuck(), undefined);
  state.nowMs = 60_000;
  t.is(progress.stuck()?.message, "queue 0 of orders on broker-a stands at 4 of 10 after 30 s");
});
