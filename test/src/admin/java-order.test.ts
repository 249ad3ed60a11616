import test from "ava";
import { hashOrder, queueHash, textHashOrder } from "../../../src/admin/java-order.js";

test("properties come in the order of upstream's map of 128 buckets", (t) => {
  const names = [
    "KEYS",
    "MAX_OFFSET",
    "TRACE_ON",
    "UNIQ_KEY",
    "region",
    "CLUSTER",
    "TAGS",
    "WAIT",
    "MIN_OFFSET",
    "MSG_REGION",
  ];
  t.deepEqual(textHashOrder(names, 128), [
    "MSG_REGION",
    "UNIQ_KEY",
    "CLUSTER",
    "MIN_OFFSET",
    "region",
    "TAGS",
    "KEYS",
    "WAIT",
    "TRACE_ON",
    "MAX_OFFSET",
  ]);
});

test("groups come in the order of upstream's set", (t) => {
  t.deepEqual(textHashOrder(["g-lag", "g-sql", "pay-events"]), ["pay-events", "g-sql", "g-lag"]);
  t.deepEqual(textHashOrder(["pay-retry", "g-retry"]), ["g-retry", "pay-retry"]);
});

test("queues come in the order of upstream's set", (t) => {
  const queues = [0, 1, 2, 3].map((queueId) => ({
    topic: "pay-events",
    brokerName: "broker-a",
    queueId,
  }));
  const order = hashOrder(queues, { hash: queueHash }).map(({ queueId }) => queueId);
  t.deepEqual(order, [2, 1, 0, 3]);
});

test("attribute edits come in the order of upstream's map", (t) => {
  t.deepEqual(textHashOrder(["+cleanup.policy", "+message.type"]), [
    "+message.type",
    "+cleanup.policy",
  ]);
});

test("more items than three quarters of the table double it", (t) => {
  const texts = Array.from({ length: 13 }, (_, index) => String.fromCharCode(97 + index));
  t.deepEqual(textHashOrder([...texts].reverse()), texts);
});
