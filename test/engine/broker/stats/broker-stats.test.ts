import test from "ava";
import { ManualClock } from "../../../../engine/base/clock.js";
import { realFiles } from "../../../../engine/base/files.js";
import { loadBrokerConfiguration } from "../../../../engine/broker/config/broker-config.js";
import { BrokerStats } from "../../../../engine/broker/stats/broker-stats.js";

const NOON = new Date(2024, 4, 17, 12).getTime();
const HOUR = 3_600_000;

function started(properties: Record<string, string | boolean> = {}): {
  stats: BrokerStats;
  clock: ManualClock;
} {
  const clock = new ManualClock(NOON);
  const { values } = loadBrokerConfiguration({ files: realFiles, properties });
  const stats = new BrokerStats({
    clock,
    config: values,
    isSystemTopic: (topic) => topic === "TBW102",
  });
  stats.start();
  return { stats, clock };
}

test("an item says zero until it is sampled, then its rate over the time since ten seconds before", async (t) => {
  const { stats, clock } = started();
  stats.topicPut("orders", 0, 20, 2000);
  t.deepEqual(stats.item("TOPIC_PUT_NUMS", "orders")?.window("minute"), {
    sum: 0,
    tps: 0,
    avgpt: 0,
  });
  await clock.advance(10_000);
  t.deepEqual(stats.item("TOPIC_PUT_NUMS", "orders")?.window("minute"), {
    sum: 20,
    tps: 2,
    avgpt: 20,
  });
  t.deepEqual(stats.item("TOPIC_PUT_SIZE", "orders")?.window("minute"), {
    sum: 2000,
    tps: 200,
    avgpt: 2000,
  });
  t.is(stats.topicPutTps("orders"), 2);
});

test("the minute's rate decays to zero within a minute after the last message", async (t) => {
  const { stats, clock } = started();
  stats.topicPut("orders", 0, 60, 60);
  await clock.advance(60_000);
  t.deepEqual(stats.item("TOPIC_PUT_NUMS", "orders")?.window("minute"), {
    sum: 60,
    tps: 1,
    avgpt: 60,
  });
  await clock.advance(10_000);
  t.is(stats.item("TOPIC_PUT_NUMS", "orders")?.window("minute").sum, 0);
});

test("the hour is sampled every ten minutes and the day every hour", async (t) => {
  const { stats, clock } = started();
  stats.topicPut("orders", 0, 600, 1);
  await clock.advance(9 * 60_000);
  t.is(stats.item("TOPIC_PUT_NUMS", "orders")?.window("hour").sum, 0);
  await clock.advance(60_000);
  t.deepEqual(stats.item("TOPIC_PUT_NUMS", "orders")?.window("hour"), {
    sum: 600,
    tps: 1,
    avgpt: 600,
  });
  await clock.advance(50 * 60_000);
  t.is(stats.item("TOPIC_PUT_NUMS", "orders")?.window("day").sum, 600);
});

test("queues, groups, latencies and send-backs are counted under upstream's keys", (t) => {
  const { stats } = started();
  stats.topicPut("orders", 3, 2, 10);
  stats.topicPutLatency("orders", 3, 7);
  stats.groupGet("billing", "orders", 3, 2, 10);
  stats.groupGetLatency("billing", "orders", 3, 9);
  stats.sendBack("billing", "orders", 1);
  const value = (name: string, key: string): number | undefined => stats.item(name, key)?.value;
  t.is(value("QUEUE_PUT_NUMS", "orders@3"), 2);
  t.is(value("QUEUE_PUT_SIZE", "orders@3"), 10);
  t.is(value("TOPIC_PUT_LATENCY", "3@orders"), 7);
  t.is(value("GROUP_GET_NUMS", "orders@billing"), 2);
  t.is(value("QUEUE_GET_SIZE", "orders@3@billing"), 10);
  t.is(value("GROUP_GET_LATENCY", "3@orders@billing"), 9);
  t.is(value("SNDBCK_PUT_NUMS", "orders@billing"), 1);
  t.is(value("BROKER_PUT_NUMS", "DefaultCluster"), 2);
  t.is(value("BROKER_GET_NUMS", "DefaultCluster"), 2);
  t.is(value("TOPIC_PUT_NUMS", "nothing"), undefined);
});

test("without detail there are no items per queue", (t) => {
  const { stats } = started({ enableDetailStat: false });
  stats.topicPut("orders", 3, 2, 10);
  stats.groupGetLatency("billing", "orders", 3, 9);
  t.is(stats.item("QUEUE_PUT_NUMS", "orders@3"), undefined);
  t.is(stats.item("GROUP_GET_LATENCY", "orders@billing")?.value, 9);
});

test("the day's totals begin anew at midnight and leave system topics out", async (t) => {
  const { stats, clock } = started();
  stats.topicPut("orders", 0, 5, 5);
  stats.topicPut("TBW102", 0, 100, 100);
  stats.groupGet("billing", "orders", 0, 3, 3);
  await clock.advance(13 * HOUR);
  stats.topicPut("orders", 0, 2, 2);
  t.deepEqual(stats.putTotals, { yesterdayMorning: 0, todayMorning: 5, now: 7 });
  t.deepEqual(stats.getTotals, { yesterdayMorning: 0, todayMorning: 3, now: 3 });
  await clock.advance(24 * HOUR);
  t.deepEqual(stats.putTotals, { yesterdayMorning: 5, todayMorning: 7, now: 7 });
});

test("items go with their topic or group and are counted from zero when it comes back", (t) => {
  const { stats } = started();
  stats.topicPut("orders", 0, 5, 5);
  stats.groupGet("billing", "orders", 0, 3, 3);
  stats.groupGet("billing", "payments", 0, 3, 3);
  stats.topicDeleted("orders");
  t.is(stats.item("TOPIC_PUT_NUMS", "orders"), undefined);
  t.is(stats.item("GROUP_GET_NUMS", "orders@billing"), undefined);
  t.is(stats.item("GROUP_GET_NUMS", "payments@billing")?.value, 3);
  stats.groupDeleted("billing");
  t.is(stats.item("GROUP_GET_NUMS", "payments@billing"), undefined);
  stats.topicPut("orders", 0, 1, 1);
  t.is(stats.item("TOPIC_PUT_NUMS", "orders")?.value, 1);
  t.is(stats.item("BROKER_PUT_NUMS", "DefaultCluster")?.value, 6);
});
