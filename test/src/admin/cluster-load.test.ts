import test from "ava";
import { loadOf } from "../../../src/admin/cluster-load.js";

const REPLICA = { cluster: "C", brokerName: "broker-a", brokerId: 0, address: "10.0.0.11:10911" };

test("the load of a 5.x broker is read from its counters", (t) => {
  const info = new Map([
    ["brokerVersionDesc", "V5_3_3"],
    ["brokerActive", "true"],
    ["putTps", "12.5 11.9 11.7"],
    ["getTransferredTps", "3.0 "],
    ["sendThreadPoolQueueSize", "1"],
    ["sendThreadPoolQueueHeadWaitTimeMills", "2"],
    ["ackThreadPoolQueueSize", "0"],
    ["earliestMessageTimeStamp", "1000"],
    ["commitLogDiskRatio", "0.24"],
    ["msgPutTotalTodayNow", "9"],
    ["msgPutTotalTodayMorning", "4"],
    ["msgPutTotalYesterdayMorning", "1"],
  ]);
  t.like(loadOf(REPLICA, info, 3_601_000), {
    version: "V5_3_3",
    active: true,
    inTps: 12.5,
    outTps: 3,
    sendQueue: { size: 1, waitMs: 2 },
    ackQueue: { size: 0, waitMs: null },
    oldestMessageMs: 1000,
    hours: 1,
    commitLogDiskRatio: 0.24,
    inTotalToday: 5,
    inTotalYesterday: 3,
  });
});

test("a 4.x broker spells its output rate otherwise and knows no acknowledgements", (t) => {
  const info = new Map([["getTransferedTps", "7.0 6.0 5.0"]]);
  t.like(loadOf(REPLICA, info, 0), { outTps: 7, ackQueue: { size: null, waitMs: null } });
});

test("of a broker that did not answer nothing is known", (t) => {
  t.like(loadOf(REPLICA, new Map(), 5), {
    version: null,
    active: null,
    inTps: null,
    hours: null,
    inTotalToday: null,
  });
});

test("a broker without messages has no oldest one", (t) => {
  const load = loadOf(REPLICA, new Map([["earliestMessageTimeStamp", "-1"]]), 3_600_000);
  t.is(load.oldestMessageMs, null);
});
