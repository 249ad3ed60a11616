import test from "ava";
import {
  addressOf,
  publishQueues,
  sameRoute,
  subscribeQueues,
  templateRoute,
} from "../../../engine/client/route-rules.js";
import type { TopicRouteData } from "../../../engine/protocol/bodies/topic-route-data.js";

function route(parts: {
  brokers: Record<string, Record<number, string>>;
  queues: { brokerName: string; perm?: number; read?: number; write?: number }[];
  order?: string;
}): TopicRouteData {
  return {
    brokerDatas: Object.entries(parts.brokers).map(([brokerName, addresses]) => ({
      brokerName,
      cluster: "C",
      enableActingMaster: false,
      brokerAddrs: new Map(Object.entries(addresses).map(([id, address]) => [Number(id), address])),
    })),
    queueDatas: parts.queues.map(({ brokerName, perm = 6, read = 2, write = 2 }) => ({
      brokerName,
      perm,
      readQueueNums: read,
      writeQueueNums: write,
      topicSysFlag: 0,
    })),
    filterServerTable: new Map(),
    orderTopicConf: parts.order,
  };
}

const names = (queues: { brokerName: string; queueId: number }[]): string[] =>
  queues.map((queue) => `${queue.brokerName}:${queue.queueId}`);

test("messages go to writable queues of brokers that have a master", (t) => {
  const data = route({
    brokers: { a: { 0: "a:1" }, b: { 1: "b:2" }, c: { 0: "c:1" } },
    queues: [{ brokerName: "c", perm: 4 }, { brokerName: "b" }, { brokerName: "a", write: 3 }],
  });
  t.deepEqual(names(publishQueues("T", data)), ["a:0", "a:1", "a:2"]);
});

test("an order configuration decides which queues are sent to", (t) => {
  const data = route({
    brokers: { a: { 0: "a:1" } },
    queues: [{ brokerName: "a" }],
    order: "b:1;a:2",
  });
  t.deepEqual(names(publishQueues("T", data)), ["b:0", "a:0", "a:1"]);
});

test("readable queues are consumed, whether their broker has a master or not", (t) => {
  const data = route({
    brokers: { a: { 0: "a:1" }, b: { 1: "b:2" } },
    queues: [
      { brokerName: "b", read: 1 },
      { brokerName: "a", perm: 2 },
    ],
  });
  t.deepEqual(names(subscribeQueues("T", data)), ["b:0"]);
});

test("a topic to be created has as many queues as the broker is going to make", (t) => {
  const template = route({
    brokers: { a: { 0: "a:1" } },
    queues: [{ brokerName: "a", perm: 7, read: 8, write: 8 }],
  });
  t.is(publishQueues("T", templateRoute(template, 4)).length, 4);
  t.is(publishQueues("T", templateRoute(template, 16)).length, 8);
});

test("routes that differ only in order are the same", (t) => {
  const one = route({
    brokers: { a: { 0: "a:1" }, b: { 0: "b:1" } },
    queues: [{ brokerName: "a" }, { brokerName: "b" }],
  });
  const other = route({
    brokers: { b: { 0: "b:1" }, a: { 0: "a:1" } },
    queues: [{ brokerName: "b" }, { brokerName: "a" }],
  });
  const moved = route({
    brokers: { b: { 0: "b:1" }, a: { 0: "a:9" } },
    queues: [{ brokerName: "b" }, { brokerName: "a" }],
  });
  t.true(sameRoute(one, other));
  t.false(sameRoute(one, moved));
});

test("a broker's address is its master's unless another replica is asked for", (t) => {
  const data = route({ brokers: { a: { 0: "a:1", 2: "a:3" } }, queues: [] });
  t.is(addressOf(data, "a"), "a:1");
  t.is(addressOf(data, "a", 2), "a:3");
  t.is(addressOf(data, "x"), undefined);
});
