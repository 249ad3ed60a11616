import test from "ava";
import type { TopicQueueMappingDetail } from "../../../engine/protocol/bodies/topic-queue-mapping.js";
import {
  emptyConfig,
  logicalOffset,
  type MappingPlan,
  planGrowth,
  planRemapping,
  roundedUp,
} from "../../../src/admin/static-topic-plan.js";

const TOPIC = "pay-static";

function grown(queues: number, brokers: string[], from?: MappingPlan): MappingPlan {
  const now = (from?.epoch ?? 0) + 5000;
  return planGrowth(from?.configs ?? new Map(), { topic: TOPIC, queues, brokers, now });
}

/** Who leads each logical queue. */
function leaders({ configs }: MappingPlan): Record<number, string> {
  const all = [...configs].flatMap(([broker, { mappingDetail }]) =>
    [...mappingDetail.hostedQueues]
      .filter(([, items]) => items.at(-1)?.bname === broker)
      .map(([id]) => [id, broker] as const),
  );
  return Object.fromEntries(all);
}

test("a new static topic is spread evenly, each queue on a physical one of its own", (t) => {
  const plan = grown(5, ["broker-b", "broker-a"]);
  t.deepEqual(leaders(plan), {
    0: "broker-a",
    1: "broker-b",
    2: "broker-a",
    3: "broker-b",
    4: "broker-a",
  });
  t.like(plan.configs.get("broker-a"), { readQueueNums: 3, writeQueueNums: 3, topicName: TOPIC });
  t.like(plan.configs.get("broker-b"), { readQueueNums: 2, writeQueueNums: 2 });
  t.deepEqual(plan.configs.get("broker-b")?.mappingDetail.hostedQueues.get(3), [
    {
      bname: "broker-b",
      queueId: 1,
      gen: 0,
      logicOffset: 0,
      startOffset: 0,
      endOffset: -1,
      timeOfStart: -1,
      timeOfEnd: -1,
    },
  ]);
});

test("growing leaves what is there, raises the epoch and gives the new queues to who leads least", (t) => {
  const old = grown(2, ["broker-a"]);
  const before = structuredClone(leaders(old));
  const plan = planGrowth(old.configs, {
    topic: TOPIC,
    queues: 4,
    brokers: ["broker-b"],
    now: old.epoch,
  });
  t.is(plan.epoch, old.epoch + 1000);
  t.like(leaders(plan), { ...before, 2: "broker-b", 3: "broker-b" });
  t.true([...plan.configs.values()].every((one) => one.mappingDetail.totalQueues === 4));
  t.is(old.configs.get("broker-a")?.mappingDetail.totalQueues, 2, "the old mapping is not touched");
});

test("a static topic does not shrink", (t) => {
  const old = grown(4, ["broker-a"]);
  t.throws(() => grown(3, ["broker-a"], old), {
    message: "Cannot decrease the queue num for static topic 3 < 4",
  });
  t.throws(() => grown(4, ["broker-a"], old), { message: /is equal the existed queue num/ });
});

test("remapping moves as few queues as it can, and nobody both gives and takes", (t) => {
  const old = grown(6, ["broker-a", "broker-b"]);
  const plan = planRemapping(old.configs, {
    topic: TOPIC,
    brokers: ["broker-b", "broker-c"],
    now: 0,
  });
  t.deepEqual(plan.mapIn, ["broker-c"]);
  t.deepEqual(plan.mapOut, ["broker-a"]);
  t.deepEqual(Object.values(leaders(plan)).filter((one) => one === "broker-b").length, 3);
  const moved = plan.configs.get("broker-c")?.mappingDetail.hostedQueues.get(0);
  t.like(moved?.at(-1), { bname: "broker-c", queueId: 0, gen: 1, logicOffset: -1 });
  t.is(plan.configs.get("broker-a")?.mappingDetail.hostedQueues.get(0), moved);
  const same = planRemapping(old.configs, {
    topic: TOPIC,
    brokers: ["broker-a", "broker-b"],
    now: 0,
  });
  t.deepEqual([same.mapIn, same.mapOut], [[], []]);
});

test("a queue that moves goes on behind all that it may have had", (t) => {
  t.is(roundedUp(0), 10_000);
  t.is(roundedUp(4_999), 10_000);
  t.is(roundedUp(5_000), 20_000);
  t.is(roundedUp(12_345), 20_000);
  const item = {
    bname: "a",
    queueId: 0,
    gen: 1,
    logicOffset: 10_000,
    startOffset: 0,
    endOffset: -1,
    timeOfStart: -1,
    timeOfEnd: -1,
  };
  t.is(logicalOffset(item, 7), 10_007);
  t.is(logicalOffset({ ...item, endOffset: 5 }, 7), 10_005);
});

const WRONGS: [string, (detail: TopicQueueMappingDetail) => void, RegExp][] = [
  ["that another broker wrote", (one) => (one.bname = "broker-x"), /^The broker name is not equal/],
  ["that is dirty", (one) => (one.dirty = true), /^The mapping info is dirty/],
  ["of another topic", (one) => (one.topic = "other"), /^The topic name is inconsistent/],
  ["of another time", (one) => (one.epoch += 1), /^epoch dose not match/],
  ["of another scope", (one) => (one.scope = "x"), /^scope dose not match/],
  ["of another size", (one) => (one.totalQueues += 1), /^total queue number dose not match/],
  [
    "that lacks a queue",
    (one) => one.hostedQueues.clear(),
    /^The total queue number in config dose not match the real hosted queues/,
  ],
];

for (const [what, spoil, message] of WRONGS) {
  test(`nothing is planned on a mapping ${what}`, (t) => {
    const old = grown(4, ["broker-a", "broker-b"]);
    const detail = old.configs.get("broker-b")?.mappingDetail;
    if (detail !== undefined) spoil(detail);
    t.throws(() => grown(6, ["broker-a"], old), { message });
  });
}

test("a topic that is no static one is left alone", (t) => {
  const { mappingDetail: _, ...plain } = emptyConfig("broker-a", {
    topic: TOPIC,
    epoch: 1,
    queues: 0,
  });
  t.throws(
    () =>
      planGrowth(new Map([["broker-a", plain]]), { topic: TOPIC, queues: 4, brokers: [], now: 0 }),
    { message: "Mapping info should not be null in broker broker-a" },
  );
});
